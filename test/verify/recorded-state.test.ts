import { expect, test } from 'vitest'
import type { Recording } from '../../src/tape/entry.ts'
import { noLongerAsked, recordedState, requireState } from '../../src/verify/recorded-state.ts'
import { call, entriesOf, recordingOf, request, result } from './conversation.ts'

const used = (session: number, entry: number, text: string): NonNullable<Recording['state']>[number] => ({ kind: 'http', request: Buffer.from(text), session, entry })

test('what a call used goes with its number among the calls of its session, also when answers come in another order', () => {
  const first = entriesOf([['>', request(0, 'tools/list')], ['<', result(0)], ['>', call(1, 'a')], ['>', call(2, 'b')], ['<', result(2)], ['<', result(1)]])
  const second = first.map((entry) => ({ ...entry, id: entry.id + 6, session: 2 }))
  const recording = { ...recordingOf([...first, ...second]), state: [used(1, 5, 'b'), used(1, 6, 'a'), used(2, 12, 'a of 2'), used(1, 2, 'of no call')] }
  const told = (session: number): unknown => recordedState(recording, session).map(({ call: number, request: asked }) => [number, Buffer.from(asked).toString()])
  expect([told(1), told(2), told(3)]).toEqual([[[2, 'b'], [1, 'a']], [[1, 'a of 2']], []])
})

test('a recording without state says nothing', () => {
  expect(recordedState(recordingOf(entriesOf([['>', call(1, 'a')], ['<', result(1)]])), 1)).toEqual([])
})

test.each([
  [{ kind: 'wassette' }, 'was recorded of another server (wassette): record it with --upstream embedded'],
  [{ kind: 'embedded', components: [] }, 'was made before that was recorded: record it again'],
])('a recording of %j is refused', (upstream, why) => {
  const recording: Recording = { sessions: [{ ordinal: 1, upstream: { kind: 'embedded', state: true }, startedAt: '' }, { ordinal: 2, upstream, startedAt: '' }], entries: [], loads: [] }
  expect(() => requireState(recording, 'a.tape')).toThrow(`--state recorded needs what components saw, which a.tape does not hold, as it ${why}, or leave out --state`)
  expect(() => requireState({ ...recording, sessions: recording.sessions.slice(0, 1) }, 'a.tape')).not.toThrow()
})

test('a request that a call makes no more is told, unless another one is made instead', () => {
  const asking = (...requests: [entry: number, url: string][]): Recording => ({
    ...recordingOf(entriesOf([['>', call(1, 'a')], ['<', result(1)], ['>', call(2, 'a')], ['<', result(2)]])),
    sessions: [{ ordinal: 1, upstream: { kind: 'embedded', state: true }, startedAt: '' }],
    state: requests.map(([entry, url]) => used(1, entry, JSON.stringify({ method: 'GET', url }))),
  })
  const then = asking([2, 'http://h/a'], [2, 'http://h/?k=[redacted:token#1]'], [2, 'http://h/?k=[redacted:token#1]'], [4, 'http://h/a'])
  expect(noLongerAsked(then, then)).toEqual([])
  expect(noLongerAsked(then, asking([4, 'http://h/a'], [2, 'http://h/?k=[redacted:jwt#2]'], [2, 'http://h/a']))).toEqual(['call 1 of session 1 asked for GET http://h/?k=[redacted:token#1] when it was recorded, and does not now'])
  expect(noLongerAsked(then, asking([2, 'http://h/a'], [2, 'http://h/other'], [4, 'http://h/a']))).toEqual([])
  expect(noLongerAsked(then, asking())).toHaveLength(4)
  expect(noLongerAsked(then, { ...asking(), sessions: [{ ordinal: 1, upstream: { kind: 'wassette' }, startedAt: '' }] })).toEqual([])
})
