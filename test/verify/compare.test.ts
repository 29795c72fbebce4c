import { expect, test } from 'vitest'
import { ignoring } from '../../src/canonical.ts'
import { diffRecordings } from '../../src/verify/compare.ts'
import { call, entriesOf, recordingOf, request, result, text } from './conversation.ts'

const conversation = (now: string, balance: number): ReturnType<typeof recordingOf> =>
  recordingOf(entriesOf([['>', request(0, 'initialize')], ['<', result(0)], ['>', call(1, 'now')], ['<', text(1, now)], ['>', call(2, 'get_balance')], ['<', result(2, { balance })]]))

test('a recording differs in nothing from itself', () => {
  expect(diffRecordings(conversation('x', 1), conversation('x', 1))).toEqual([])
})

test('each difference tells its call and what it looks like', () => {
  expect(diffRecordings(conversation('2026-09-23T10:00:00Z', 1), conversation('2026-09-23T10:00:05Z', 2))).toMatchObject([
    { kind: 'time', guess: 'time', tool: 'now', call: 2, pointer: '/result/content/0/text' },
    { kind: 'value', tool: 'get_balance', call: 3, pointer: '/result/balance' },
  ])
})

test('what is left out does not count', () => {
  expect(diffRecordings(conversation('x', 1), conversation('x', 2), ignoring(['/result/balance']))).toEqual([])
})
