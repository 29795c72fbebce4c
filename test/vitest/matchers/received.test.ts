import { expect, test } from 'vitest'
import { exactText } from '../../../src/json.ts'
import { isSession, kindOf, receivedResult, resultOf } from '../../../src/vitest/matchers/received.ts'
import { own, sessionWith, textResult } from './session.ts'

test("a result of the exact session tells its bytes, its call and its time", () => {
  const { results, session } = sessionWith({ name: 'a', arguments: { x: 1 }, result: '{"content":[],"n":1.0}', duration: 5 })
  const received = receivedResult(results[0])!
  expect(exactText(resultOf(received.message))).toBe('{"content":[],"n":1.0}')
  expect(received).toMatchObject({ duration: 5, call: { name: 'a', arguments: { x: 1 } } })
  expect(received.call!.session).toBe(session)
})

test("what the SDK's client gave has the numbers of its session's answer", ({ task }) => {
  const json = '{"content":[],"structuredContent":{"id":18446744073709551615,"t":1.0}}'
  const { session } = sessionWith({ name: 'a', result: textResult('other') }, { name: 'b', result: json, duration: 3 })
  const copy: unknown = JSON.parse(json)
  expect(exactText(resultOf(receivedResult(copy)!.message))).toContain('"id":18446744073709552000')
  own(session, task)
  expect(receivedResult(copy, task)).toMatchObject({ duration: 3, call: { name: 'b' } })
  expect(exactText(resultOf(receivedResult(copy, task)!.message))).toBe(json)
})

test('of answers that only differ in what a number cannot hold, none is taken for another', ({ task }) => {
  const { session } = sessionWith({ name: 'a', result: '{"content":[],"structuredContent":{"id":18446744073709551615}}' }, { name: 'a', result: '{"content":[],"structuredContent":{"id":18446744073709551614}}' })
  own(session, task)
  expect(receivedResult({ content: [], structuredContent: { id: 18446744073709552000 } }, task)!.call).toBeUndefined()
})

test.each([[undefined], [null], ['text'], [{}], [{ content: 'text' }], [[1]]])('%j is no result', (value) => {
  expect(receivedResult(value)).toBeUndefined()
})

test('a session is told from what looks like one', () => {
  expect([sessionWith().session, { calls: [] }, { callTool() {} }, null, 5].map(isSession)).toEqual([true, false, false, false, false])
})

test('what is not taken is told in words', () => {
  expect([undefined, null, 5, 'x', [], {}, { a: 1, b: 2 }, new Error('no'), Promise.resolve(), sessionWith().session].map(kindOf)).toEqual([
    'undefined', 'null', 'the number 5', 'the string x', 'an array', 'an object without members', 'an object with a, b', 'an error: no', 'a promise, which is to be awaited before', 'a session',
  ])
})
