import { expect, test } from 'vitest'
import { createPlayer } from '../../src/replay/player.ts'
import { type Conversation, beginSession, createConversation, request, toolCall, toolResult } from '../conversations.ts'
import { connect } from './client.ts'

async function discover(tape: Conversation): Promise<unknown> {
  const player = createPlayer(tape.recording)
  const [answer] = await (await connect(player)).send(request('probe', 'server/discover'))
  expect(answer!.id).toBe('"probe"')
  expect(player.misses).toEqual([])
  return answer!.value
}

test('a session without initialize is discovered by its version and what it used, though the recording holds no discovery', async () => {
  const tape = createConversation({ protocolVersion: '2026-07-28' })
  tape.client(toolCall(1, 'echo', {}))
  tape.server(toolResult(1, 'x'))
  tape.call(2, 'completion/complete', {}, {})
  tape.client(request('listen:0', 'subscriptions/listen', { notifications: { toolsListChanged: true, resourceSubscriptions: ['a://b'] } }))
  expect(await discover(tape)).toMatchObject({
    result: { supportedVersions: ['2026-07-28'], resultType: 'complete', capabilities: { tools: { listChanged: true }, completions: {}, resources: { subscribe: true } } },
  })
})

test('a recorded discovery comes as it was recorded', async () => {
  const tape = createConversation({ protocolVersion: '2026-07-28' })
  tape.call(1, 'server/discover', {}, { supportedVersions: ['2026-07-28'], capabilities: { prompts: {} } })
  expect(await discover(tape)).toMatchObject({ result: { supportedVersions: ['2026-07-28'], capabilities: { prompts: {} } } })
})

test('a session with initialize has none, so that the client asks for the older era', async () => {
  const tape = createConversation({ protocolVersion: '2025-11-25' })
  beginSession(tape)
  expect(await discover(tape)).toMatchObject({ error: { code: -32601 } })
})
