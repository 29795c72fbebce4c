import { expect, test } from 'vitest'
import { toConversation } from '../../../src/verify/dependence/conversation.ts'
import { answerTo, beginSession, createConversation, toolCall, toolResult } from '../../conversations.ts'

function saidOf(...given: Parameters<typeof toConversation>): string[] {
  return toConversation(...given).parts.flatMap(({ messages }) => messages.map(({ message, call }) => (call ? `${call.number} ${call.tool} ${call.component ?? ''}`.trim() : message.method!)))
}

test('what opens a session and the calls that were answered are said, with their numbers and components', () => {
  const tape = createConversation()
  beginSession(tape)
  tape.call(1, 'tools/list', {}, { tools: [] })
  tape.client(toolCall(2, 'now', {}), { component: 'clock' })
  tape.server(toolResult(2, 'x'))
  tape.client(toolCall(3, 'never-answered', {}))
  tape.client(toolCall(4, 'other', {}))
  tape.server(toolResult(4, 'x'), { component: 'toolbox' })
  expect(saidOf(tape.recording)).toEqual(['initialize', 'notifications/initialized', '3 now clock', '5 other toolbox'])
})

test('each session is a part with what was loaded in it; one without a call is none', () => {
  const tape = createConversation({ world: { epoch: '2026-01-01T00:00:00.000Z', seed: 1 } })
  tape.client(toolCall(1, 'a', {}))
  tape.server(toolResult(1, 'x'))
  tape.session()
  beginSession(tape)
  tape.session()
  tape.client(toolCall(1, 'b', {}))
  tape.server(answerTo(1, {}))
  const load = (component: string, session: number, digest: string) => ({ component, session, digest, uri: `file:///${component}.wasm`, initial: false })
  const loads = [load('x', 1, 'first'), load('x', 1, 'second'), load('y', 3, 'other')]
  const { parts, calls } = toConversation({ ...tape.recording, loads })
  expect(parts.map(({ initial }) => [initial.components.map(({ component, digest }) => `${component} ${digest}`), initial.world])).toEqual([[['x first'], { epoch: '2026-01-01T00:00:00.000Z', seed: 1 }], [['y other'], undefined]])
  expect(calls).toBe(2)
})

test('time and randomness are held, whatever they were', () => {
  const tape = createConversation({ world: { epoch: '2026-01-01T00:00:00.000Z', seed: 'real', clock: 'real' } })
  tape.client(toolCall(1, 'a', {}))
  tape.server(toolResult(1, 'x'))
  expect(toConversation(tape.recording).parts[0]!.initial.world).toEqual({ epoch: '2026-01-01T00:00:00.000Z' })
})

test('what network and files said goes with the place of the call among those that are said', () => {
  const tape = createConversation()
  tape.client(toolCall(1, 'never-answered', {}))
  tape.client(toolCall(2, 'a', {}))
  const answer = tape.server(toolResult(2, 'x'))
  const state = (['random', 'http'] as const).map((kind) => ({ kind, request: Buffer.from('{}'), session: 1, entry: answer.id }))
  expect(toConversation({ ...tape.recording, state }).parts[0]!.initial.state).toEqual([{ kind: 'http', request: Buffer.from('{}'), response: undefined, call: 1 }])
  expect(toConversation(tape.recording).parts[0]!.initial).not.toHaveProperty('state')
})

test('placeholders get their live values, and calls past the most are counted', () => {
  const tape = createConversation()
  for (const id of [1, 2, 3]) {
    tape.client(toolCall(id, 'a', { token: '[redacted:token#1]' }))
    tape.server(toolResult(id, 'x'))
  }
  const { parts, calls, left } = toConversation(tape.recording, { secrets: () => 'live', most: 2 })
  expect(parts[0]!.messages.map(({ message }) => message.bytes.toString())).toEqual([expect.stringContaining('"token":"live"'), expect.stringContaining('"token":"live"')])
  expect([calls, left]).toEqual([2, 1])
})
