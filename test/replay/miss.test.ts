import { expect, test } from 'vitest'
import { ignoreNothing } from '../../src/canonical.ts'
import { exactText } from '../../src/json.ts'
import { type Miss, describeMiss, missCode, missError, nearestAnswer, nearestRequests, shorten } from '../../src/replay/miss.ts'
import { createPairs } from '../../src/replay/placeholders.ts'
import { answerTo, createConversation, request, toolCall } from '../conversations.ts'
import { toMessage } from './client.ts'

const tape = createConversation()
tape.client(toolCall(1, 'get_balance', { account: 'A', currency: 'EUR' }))
tape.client(toolCall(2, 'get_balance', { account: 'B', currency: 'EUR' }))
tape.client(toolCall(3, 'get_balance', { account: 'C', currency: 'USD' }))
tape.client(toolCall(4, 'delete_account', { account: 'D', currency: 'EUR' }))
tape.client(request(5, 'resources/read', { uri: 'file:///a' }))
const options = { ignore: ignoreNothing, pairs: createPairs(), used: () => false }

function near(live: object, used: number[] = []) {
  return nearestRequests(toMessage(live), tape.entries, [], { ...options, used: ({ id }) => used.includes(id) })
}

function miss(live: object, more: Partial<Miss> = {}): Miss {
  return { session: 1, request: toMessage(live), nearest: near(live), forwarded: false, ...more }
}

test('method and tool weigh most, then the number of differences, then the order', () => {
  expect(near(toolCall(9, 'get_balance', { account: 'D', currency: 'EUR' })).map(({ entry }) => entry.id)).toEqual([1, 2, 3])
  expect(near(toolCall(9, 'get_balance', { account: 'C', currency: 'EUR' })).map(({ entry }) => entry.id)).toEqual([1, 2, 3])
  expect(near(toolCall(9, 'delete_account', { account: 'A' }))[0]!.entry.id).toBe(4)
  expect(near(request(9, 'resources/read', { uri: 'file:///b' }))[0]!.entry.id).toBe(5)
  expect(near(toolCall(9, 'get_balance', { account: 'X', currency: 'EUR' }), [1])[0]!.entry.id).toBe(2)
})

test('differences are told with pointers from the message’s root', () => {
  const [first] = near(toolCall(9, 'get_balance', { account: 'A', currency: 'USD', more: 1 }))
  expect(first!.differences.map(({ pointer }) => pointer)).toEqual(['/params/arguments/currency', '/params/arguments/more'])
})

test('the error holds the request and the nearest three, with numbers as they were written', () => {
  const live = toMessage('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"n","arguments":{"big":11747705409506696368,"float":1.0}}}')
  const text = missError('7', { session: 1, request: live, nearest: nearestRequests(live, tape.entries, [], options), forwarded: false }).bytes.toString()
  expect(text).toContain('"arguments":{"big":11747705409506696368,"float":1.0}')
  const { id, error } = JSON.parse(text) as { id: number; error: { code: number; data: { request: object; nearest: { entry: number; differences: object[] }[] } } }
  expect([id, error.code]).toEqual([7, missCode])
  expect(error.data.nearest).toHaveLength(3)
  expect(text).toContain('{"pointer":"/params/arguments/big","actual":11747705409506696368}')
})

test('people are told what was asked and what comes nearest', () => {
  expect(describeMiss(miss(toolCall(9, 'get_balance', { account: 'X', currency: 'EUR' })))).toBe(
    'tools/call "get_balance" was not recorded so; nearest is entry 1, tools/call "get_balance": /params/arguments/account was "A", is "X"',
  )
  expect(describeMiss(miss(toolCall(9, 'get_balance', { account: 'A', currency: 'EUR' })))).toContain('once more than it was recorded (entry 1)')
  expect(describeMiss(miss(toolCall(9, 'x', {}), { nearest: [] }))).toContain('the tape holds no request like it')
})

test('long values are cut, and there are not endless differences', () => {
  expect(exactText('x'.repeat(1000), shorten)).toBe(JSON.stringify(`${'x'.repeat(500)}… (1000 characters)`))
  const many = near(toolCall(9, 'get_balance', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index]))))
  expect(many[0]!.differences.length).toBeLessThan(50)
})

test('an answer of the client is compared by what it says', () => {
  const heard = tape.entries[0]!
  expect(nearestAnswer(toMessage(answerTo(1, { a: 1 })), heard, toMessage(answerTo(2, { a: 2 })), options)).toMatchObject({ entry: heard, differences: [{ pointer: '/result/a' }] })
})

test('secrets that are known to be the same do not differ', () => {
  const pairs = createPairs()
  pairs.join(['[redacted:jwt#1]'], ['[redacted:jwt#2]'])
  const recorded = createConversation()
  recorded.client(toolCall(1, 'a', { key: '[redacted:jwt#1]', n: 1 }))
  const [found] = nearestRequests(toMessage(toolCall(1, 'a', { key: '[redacted:jwt#2]', n: 2 })), recorded.entries, [], { ...options, pairs })
  expect(found!.differences.map(({ pointer }) => pointer)).toEqual(['/params/arguments/n'])
})

test('of a hundred thousand recordings the nearest are found without comparing them all', () => {
  const message = toMessage(toolCall(1, 'other', {}))
  const many = Array.from({ length: 100_000 }, (_, index) => ({ ...tape.entries[0]!, id: index + 10, message }))
  expect(nearestRequests(toMessage(toolCall(9, 'get_balance', { account: 'A' })), [...many, ...tape.entries], [], options)[0]!.entry.id).toBe(1)
})
