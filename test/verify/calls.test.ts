import { expect, test } from 'vitest'
import { callsOf } from '../../src/verify/calls.ts'
import { call, entriesOf, notification, recordingOf, request, result } from './conversation.ts'

test('requests of the client are numbered, and what belongs to them has their number', () => {
  const entries = entriesOf([
    ['<', notification('notifications/message')],
    ['>', request(0, 'initialize')],
    ['<', result(0)],
    ['>', notification('notifications/initialized')],
    ['>', call(1, 'ask', { n: 18446744073709551615n })],
    ['<', request('s', 'roots/list')],
    ['>', result('s')],
    ['<', result(1)],
    ['>', call(2, 'bare')],
  ])
  const calls = callsOf(recordingOf(entries))
  expect(calls.titles).toEqual(['initialize', 'ask {"n":18446744073709551615}', 'bare'])
  expect(entries.map((entry) => calls.numberOf(entry))).toEqual([undefined, 1, 1, undefined, 2, 2, 2, 2, 3])
})

test('long arguments are cut', () => {
  const [title] = callsOf(recordingOf(entriesOf([['>', call(1, 'x', { text: 'y'.repeat(1000) })]]))).titles
  expect(title).toMatch(/^x \{"text":"y+…$/)
  expect(title!.length).toBeLessThanOrEqual(100)
})
