import { expect, test } from 'vitest'
import { describeMiss } from '../../src/replay/miss.ts'
import { createPlayer } from '../../src/replay/player.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { answerTo, createConversation, request, toolCall, toolResult } from '../conversations.ts'
import { connect, textOf } from './client.ts'

const [one, two, three] = ['a', 'b', 'c'].map((letter) => `ghp_${letter.repeat(36)}`) as [string, string, string]

/** A conversation as it is recorded: redacted. */
function record() {
  const redactor = createRedactor()
  const plain = createConversation()
  plain.client(toolCall(1, 'login', { password: one, as: two }))
  plain.server(toolResult(1, `welcome, ${two}: {"key":"${one}"}`))
  plain.client(toolCall(2, 'use', { key: two }))
  plain.server(request('s', 'sampling/createMessage', { about: one }))
  plain.client(answerTo('s', { said: two }))
  plain.server(toolResult(2, 'used'))
  const entries = plain.entries.map((entry) => ({ ...entry, message: redactor.message(entry.message) }))
  return { ...plain.recording, entries, redaction: redactor.hash }
}

const recording = record()

test('the tape of these tests holds no secret', () => {
  expect(recording.entries.map(({ message }) => textOf(message)).join()).not.toMatch(/ghp_/)
})

test('a session replays with secrets of another environment, which come back in the answers', async () => {
  const player = createPlayer(recording, { redactor: createRedactor() })
  const client = await connect(player)
  const [welcome] = await client.send(toolCall(7, 'login', { password: three, as: one }))
  expect(welcome!.value).toMatchObject({ id: 7, result: { content: [{ text: `welcome, ${one}: {"key":"${three}"}` }] } })
  const [asks] = await client.send(toolCall(8, 'use', { key: one }))
  expect(asks!.value).toMatchObject({ method: 'sampling/createMessage', params: { about: three } })
  expect((await client.send(answerTo('s', { said: one })))[0]!.kind).toBe('result')
  expect([player.misses, player.warnings]).toEqual([[], []])
})

test('two secrets that were different must be different, and one must stay the same', async () => {
  const same = createPlayer(recording, { redactor: createRedactor() })
  expect((await (await connect(same)).send(toolCall(7, 'login', { password: one, as: one })))[0]!.kind).toBe('error')
  const swapped = createPlayer(recording, { redactor: createRedactor() })
  const client = await connect(swapped)
  await client.send(toolCall(7, 'login', { password: one, as: two }))
  expect((await client.send(toolCall(8, 'use', { key: one })))[0]!.kind).toBe('error')
  const answers = await connect(createPlayer(recording, { redactor: createRedactor() }))
  await answers.send(toolCall(7, 'login', { password: one, as: two }), toolCall(8, 'use', { key: two }))
  expect((await answers.send(answerTo('s', { said: three })))[0]!.kind).toBe('error')
})

test('no secret stands in a miss, whether sent or kept', async () => {
  const player = createPlayer(recording, { redactor: createRedactor() })
  const client = await connect(player)
  const said = await client.say(toolCall(7, 'login', { password: three, as: 'nobody' }), request(8, 'x', { token: three }))
  expect(said).toHaveLength(2)
  expect(said.join()).not.toMatch(/ghp_/)
  expect(player.misses.map((miss) => describeMiss(miss) + textOf(miss.request)).join()).not.toMatch(/ghp_/)
})

test('a replay under other rules says so', () => {
  expect(createPlayer(recording, { redactor: createRedactor({ rules: ['pin'] }) }).warnings.join()).toContain('other rules')
  expect(createPlayer(recording).warnings).toEqual([])
})

test('placeholders themselves match, for a client that has nothing else', async () => {
  const client = await connect(createPlayer(recording, { redactor: createRedactor() }))
  expect(await client.say(recording.entries[0]!.message)).toEqual([textOf(recording.entries[1]!.message)])
})
