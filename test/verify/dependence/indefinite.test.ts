import { expect, test } from 'vitest'
import type { Observed } from '../../../src/host/observed.ts'
import { createMessage } from '../../../src/message.ts'
import type { Answered } from '../../../src/verify/dependence/converse.ts'
import { indefiniteCalls } from '../../../src/verify/dependence/indefinite.ts'
import type { Use } from '../../../src/world/world.ts'

const answered = (result: unknown, more: Partial<Observed> | undefined = {}): Answered => ({
  call: { number: 2, tool: 'tool' }, answer: createMessage({ jsonrpc: '2.0', id: 1, result }),
  ...(more && { observed: { tool: 'tool', component: 'component', trace: [], uses: 0, passes: 1, exchanged: [], asked: [], ...more } }),
})
const readings = (count: number): Use[] => Array.from({ length: count }, (_, index) => ({ interface: 'wasi:clocks/monotonic-clock', function: 'now', n: index + 1 }))
const found = (first: Answered, again = first) => indefiniteCalls([first], new Map([[2, again]])).get(2)

test('a call that answers the same again is definite, and so is one that ran no component', () => {
  expect(found(answered({ a: 1 }))).toBeUndefined()
  expect(found({ ...answered(1), observed: undefined }, { ...answered(2), observed: undefined })).toBeUndefined()
  expect(indefiniteCalls([answered(1)], new Map()).size).toBe(0)
})

test('one that answers otherwise is told with the place', () => {
  expect(found(answered({ a: 1 }), answered({ a: 2 }))).toEqual({ reason: 'differs', call: 2, pointer: '/result/a', message: 'run again in the same world, it answers otherwise at /result/a' })
})

test('one that asked for something else when it was run again within the call is told in the host\'s words', () => {
  expect(found(answered(1, { failure: { kind: 'indefinite', message: 'the component is not deterministic' } }))).toEqual({ reason: 'asks', call: 2, message: 'the component is not deterministic' })
})

test('of one that reached its time limit, reading the clock over and over has a remedy', () => {
  const failure = { kind: 'time' as const, message: 'too long' }
  expect(found(answered(1, { failure, trace: readings(5000) }))?.message).toMatch(/^too long, reading the clock over and over: .*--tick 1ms$/)
  expect(found(answered(1, { failure, trace: readings(5) }))?.message).toBe('too long: how far it came depends on the machine')
})

test('other failures are answers like any other', () => {
  expect(found(answered(1, { failure: { kind: 'trap', message: 'unreachable' } }))).toBeUndefined()
})
