import { expect, test } from 'vitest'
import { once } from '../../src/world/once.ts'

test('nothing is made before it is asked for, and then once', () => {
  let made = 0
  const get = once(() => ++made)
  expect(made).toBe(0)
  expect([get(), get(), made]).toEqual([1, 1, 1])
})
