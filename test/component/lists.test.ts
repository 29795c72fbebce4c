import { expect, test } from 'vitest'
import { typedLists } from '../../src/component/lists.ts'

test('lists of numbers are typed arrays, others are not', () => {
  expect(typedLists['u64']!([1n])).toEqual(BigUint64Array.of(1n))
  expect(typedLists['s8']!([-1])).toEqual(Int8Array.of(-1))
  for (const kind of ['bool', 'char', 'string', 'list', 'record']) expect(typedLists[kind]).toBeUndefined()
})
