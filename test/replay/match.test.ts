import { describe, expect, test } from 'vitest'
import { ignoreNothing, ignoring } from '../../src/canonical.ts'
import { type Repeat, answerValue, classOf, createGroups, createMatcher, meaningOf } from '../../src/replay/match.ts'
import { createPairs } from '../../src/replay/placeholders.ts'
import { toMessage } from './client.ts'

const call = (id: number, text: string) => toMessage(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"echo","arguments":{"text":${text}}}}`)

function matcher(recorded: [ReturnType<typeof call>, string][], repeat: Repeat = 'none', ignore = ignoreNothing) {
  const groups = createGroups<string>(ignore)
  for (const [message, item] of recorded) groups.add(message, item)
  const matching = createMatcher(groups, { repeat, pairs: createPairs() })
  return (message: ReturnType<typeof call>) => matching.take(message)
}

test.each([
  ['initialize', 'plumbing'], ['server/discover', 'plumbing'], ['ping', 'plumbing'], ['logging/setLevel', 'plumbing'],
  ['tools/list', 'list'], ['resources/templates/list', 'list'], ['tasks/list', 'list'], ['tasks/get', 'poll'],
  ['tools/call', 'call'], ['resources/read', 'call'], ['subscriptions/listen', 'call'], ['tasks/result', 'call'], ['list', 'call'],
])('%s is of the class %s', (method, expected) => expect(classOf(method)).toBe(expected))

test('spacing, key order and escapes make no difference; digits do', () => {
  const take = matcher([[call(1, '1.50'), 'first'], [call(2, '"\\u0061"'), 'second']])
  expect(take(toMessage('{"params":{"arguments":{ "text" : 1.5 },"name":"echo"},"method":"tools/call","id":9,"jsonrpc":"2.0"}'))?.item).toBe('first')
  expect(take(call(9, '1.50'))).toBeUndefined()
  expect(take(call(9, '"a"'))?.item).toBe('second')
  const big = matcher([[call(1, '9007199254740993'), 'big']])
  expect(big(call(2, '9007199254740992'))).toBeUndefined()
  expect(big(call(2, '9007199254740993.0'))).toBeUndefined()
  expect(big(call(2, '9007199254740993'))?.item).toBe('big')
})

test('equal recordings answer in order however they were written', () => {
  const take = matcher([[call(1, '"a"'), 'first'], [call(2, '"\\u0061"'), 'second'], [call(3, '"a"'), 'third']])
  expect([take(call(7, '"\\u0061"')), take(call(8, '"a"')), take(call(9, '"a"')), take(call(9, '"a"'))].map((found) => found?.item)).toEqual(['first', 'second', 'third', undefined])
})

test('ignored parameters may be anything', () => {
  const take = matcher([[call(1, '"a"'), 'first'], [call(2, '"b"'), 'second']], 'none', ignoring(['/params/arguments/text']))
  expect([take(call(7, '"z"')), take(call(8, '[]')), take(call(9, '"a"'))].map((found) => found?.item)).toEqual(['first', 'second', undefined])
})

describe('redacted arguments', () => {
  const secret = (id: number, ordinal: number) => call(id, `"[redacted:jwt#${ordinal}]"`)
  test('match up to renaming, one to one', () => {
    const take = matcher([[secret(1, 1), 'a'], [secret(2, 2), 'b'], [secret(3, 1), 'a again']])
    expect([take(secret(7, 5)), take(secret(8, 4)), take(secret(9, 4)), take(secret(9, 5))].map((found) => found?.item)).toEqual(['a', 'b', undefined, 'a again'])
  })
  test('are answered again when asked to', () => {
    const last = matcher([[secret(1, 1), 'a'], [secret(2, 2), 'b'], [secret(3, 1), 'a again']], 'last')
    expect([1, 1, 1].map(() => last(secret(9, 3))?.item)).toEqual(['a', 'a again', 'a again'])
    const all = matcher([[secret(1, 1), 'a'], [secret(2, 2), 'b'], [secret(3, 1), 'a again']], 'all')
    expect([1, 1, 1, 1].map(() => all(secret(9, 3))?.item)).toEqual(['a', 'a again', 'a', 'a again'])
  })
  test('do not match what is not redacted', () => {
    expect(matcher([[secret(1, 1), 'a']])(call(1, '"[redacted:jwt#]"'))).toBeUndefined()
  })
})

test('long requests are found too', () => {
  const text = JSON.stringify('x'.repeat(10_000))
  expect(matcher([[call(1, text), 'long']])(call(2, text))?.item).toBe('long')
})

test('the meaning of a batch is that of its requests', () => {
  const one = toMessage('[{"id":1,"method":"a"},{"method":"notifications/x"},{"id":2,"method":"b","params":{"y":1,"x":2}}]')
  const two = toMessage('[{"id":"p","method":"a","params":{}},{"id":"q","method":"b","params":{"x":2,"y":1}}]')
  expect(meaningOf(one, ignoreNothing)).toBe(meaningOf(two, ignoreNothing))
  expect(meaningOf(toMessage('{}'), ignoreNothing)).not.toBe(meaningOf(toMessage('[{}]'), ignoreNothing))
})

test('an answer says what it says whatever its id and _meta', () => {
  expect(answerValue(toMessage('{"jsonrpc":"2.0","id":1,"result":{"_meta":{"x":1},"roots":[]}}'))).toEqual(answerValue(toMessage('{"id":"b","result":{"roots":[]},"jsonrpc":"2.0"}')))
})
