import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createError, createMessage, find, findString, isAnswer, membersOf, parseMessage, toLine, withId } from '../src/message.ts'
import { textOf } from '../src/json.ts'
import { messageText } from './arbitrary.ts'

const parse = (text: string) => parseMessage(Buffer.from(text))

test('kind, id and method agree with JSON.parse', () => {
  fc.assert(
    fc.property(messageText, (text) => {
      const message = parse(text)
      const value = JSON.parse(text) as { id?: unknown; method?: unknown }
      expect(message.method).toBe(typeof value.method === 'string' ? value.method : undefined)
      if (typeof value.id === 'string') expect(message.id).toBe(JSON.stringify(value.id))
      if (typeof value.id === 'number') expect(Number(message.id)).toBe(value.id)
      expect(message.bytes.toString()).toBe(text)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['{"jsonrpc":"2.0","id":0,"method":"ping"}', 'request', '0'],
  ['{"jsonrpc":"2.0","id":"","method":"ping"}', 'request', '""'],
  ['{"jsonrpc":"2.0","method":"ping"}', 'notification', undefined],
  ['{"jsonrpc":"2.0","id":12345678901234567890,"result":{}}', 'result', '12345678901234567890'],
  ['{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}', 'error', 'null'],
  ['{"jsonrpc":"2.0","error":{"code":-32600,"message":"x"}}', 'error', undefined],
  ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 'batch', undefined],
  ['{"i\\u0064":"\\u0061","method":"m"}', 'request', '"a"'],
  ['{"id":1,"id":2,"method":"m"}', 'request', '2'],
  ['{"id":{},"method":"m"}', 'notification', undefined],
  ['{}', 'invalid', undefined],
  ['[ ]', 'invalid', undefined],
  ['5', 'invalid', undefined],
  ['null', 'invalid', undefined],
  ['{"id":1,"method":5}', 'invalid', '1'],
])('%s is a %s', (text, kind, id) => {
  expect(parse(text)).toMatchObject({ kind, id })
})

test('what is not JSON is refused with a quotation', () => {
  expect(() => parse('hello\tworld')).toThrow('not JSON: a value expected, found "h" at byte 0: "hello\\tworld"')
  expect(() => parse(`{"a":"${'x'.repeat(500)}`)).toThrow(/…"$/)
})

describe('another id', () => {
  test('replaces the id alone', () => {
    expect(withId(parse('{"x": {"id":1}, "id" : 7, "method":"m","n":1.0}'), '"new"').bytes.toString()).toBe('{"x": {"id":1}, "id" : "new", "method":"m","n":1.0}')
  })
  test('leaves a message that has it already as the same object', () => {
    const message = parse('{"id":7,"method":"m"}')
    expect(withId(message, '7')).toBe(message)
  })
})

test('messages of our own keep big integers', () => {
  expect(createMessage({ jsonrpc: '2.0', id: 1, result: { n: 2n ** 64n - 1n } }).bytes.toString()).toContain('"n":18446744073709551615')
  expect(createError('"a"', -32000, 'no', { n: 1n }).value).toEqual({ jsonrpc: '2.0', id: 'a', error: { code: -32000, message: 'no', data: { n: 1 } } })
})

test('places inside are found by keys', () => {
  const message = parse('{"id":1,"method":"tools/call","params":{"name":"echo","_meta":{"progressToken":0}}}')
  expect(findString(message, 'params', 'name')).toBe('echo')
  expect(textOf(message.bytes, find(message, 'params', '_meta', 'progressToken')!)).toBe('0')
  expect(findString(message, 'params', '_meta', 'progressToken')).toBeUndefined()
})

test('a batch has members, any other message is its own', () => {
  const batch = parse('[{"id":1,"method":"a"}, {"method":"b"}]')
  expect(membersOf(batch).map((member) => member.kind)).toEqual(['request', 'notification'])
  const single = parse('{"id":1,"result":{}}')
  expect(membersOf(single)).toEqual([single])
  expect(isAnswer(single)).toBe(true)
})

test('a line holds no line end, though white space may have held one', () => {
  expect(toLine(parse('{\r\n"id":1,\n"method":"m"}')).toString()).toBe('{  "id":1, "method":"m"}')
  const single = parse('{"id":1,"method":"m"}')
  expect(toLine(single)).toBe(single.bytes)
})
