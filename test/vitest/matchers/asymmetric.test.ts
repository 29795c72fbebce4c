import { expect, test } from 'vitest'
import { equalNumbers, isAsymmetric, patternFor, withAnyIntegers } from '../../../src/vitest/matchers/asymmetric.ts'

test('an integer equals itself as a bigint, and no other', () => {
  expect([equalNumbers(3, 3n), equalNumbers(3n, 3), equalNumbers(3, 4n)]).toEqual([true, true, false])
  expect([equalNumbers(3, 3), equalNumbers(3.5, 3n), equalNumbers('3', 3n), equalNumbers(null, 0n)]).toEqual([undefined, undefined, undefined, undefined])
})

test('any number is any bigint too, at every depth, and no text', () => {
  const value = { list: [1, 2n], deep: { id: 18446744073709551615n } }
  expect(value).toEqual(withAnyIntegers({ list: [expect.any(BigInt), expect.any(Number)], deep: { id: expect.any(Number) } }))
  expect({ id: '5' }).not.toEqual(withAnyIntegers({ id: expect.any(Number) }))
  expect({ id: 1.5 }).toEqual(withAnyIntegers({ id: expect.any(Number) }))
  expect({ id: 1.5 }).not.toEqual(withAnyIntegers({ id: expect.any(BigInt) }))
  expect({ name: 'a' }).toEqual(withAnyIntegers({ name: expect.any(String) }))
})

test.each([
  [expect.any(String), 'string'], [expect.any(Number), 'number'], [expect.any(BigInt), 'integer'], [expect.any(Boolean), 'boolean'], [expect.any(Array), 'array'], [expect.any(Object), 'object'],
  [expect.stringContaining('a'), 'string'], [expect.stringMatching(/a/), 'string'], [expect.not.stringMatching(/a/), 'string'], [expect.objectContaining({}), 'object'], [expect.arrayContaining([]), 'array'],
  [expect.closeTo(1), 'number'], [expect.anything(), 'value'], [expect.any(Date), 'value'],
])('%s is told by what it takes: %s', (matcher, pattern) => {
  expect(patternFor(matcher)).toBe(pattern)
})

test('matchers are told from values', () => {
  expect([expect.anything(), {}, null, 'x', { asymmetricMatch: 5 }].map(isAsymmetric)).toEqual([true, false, false, false, false])
})
