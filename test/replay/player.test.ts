import { expect, test } from 'vitest'
import { createPlayer } from '../../src/replay/player.ts'
import { createConversation, toolCall, toolResult } from '../conversations.ts'
import { connect } from './client.ts'

const tape = createConversation()
tape.client(toolCall(1, 'a', {}))
tape.server(toolResult(1, 'a'))
tape.client(toolCall(2, 'b', {}))
tape.server(toolResult(2, 'b'))

test('a player is an upstream that says what was recorded', () => {
  expect(createPlayer(tape.recording).describe()).toEqual({ kind: 'tape', recorded: [{ kind: 'process', command: ['node', 'server.js'] }] })
})

test('misses and unused calls are gathered over all its sessions', async () => {
  const player = createPlayer(tape.recording)
  for (const name of ['a', 'x', 'y']) await (await connect(player)).send(toolCall(1, name, {}))
  expect(player.misses.map(({ session, request }) => [session, request.method])).toEqual([[2, 'tools/call'], [3, 'tools/call']])
  expect(player.unused().map(({ id }) => id)).toEqual([3])
})

test.each([['none', true], [0, true], ['recorded', false], [0.5, false]] as const)('with the timing %s, an answer at once: %s', async (timing, atOnce) => {
  const timers = { now: () => 0, set: () => 0, clear: () => undefined }
  const client = await connect(createPlayer(tape.recording, { timing, timers }))
  expect((await client.send(toolCall(1, 'a', {}))).length === 1).toBe(atOnce)
})
