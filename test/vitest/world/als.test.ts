import { expect, test } from 'vitest'
import { enterWorldStore, heldSources } from '../../../src/vitest/world/als.ts'

test('nothing is held where no store was entered', () => {
  expect(heldSources()).toBeUndefined()
})

test('what is put into a store is found after it was entered, in all that follows', async () => {
  const store = enterWorldStore()
  expect(heldSources()).toBeUndefined()
  await Promise.resolve()
  store.sources = { now: () => 7 }
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(heldSources()?.now?.()).toBe(7)
  store.sources = undefined
  expect(heldSources()).toBeUndefined()
})

test('who runs at the same time finds what is its own', async () => {
  const found = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const store = enterWorldStore()
      await Promise.resolve()
      store.sources = { now: () => i }
      await new Promise((resolve) => setImmediate(resolve))
      return heldSources()?.now?.()
    }),
  )
  expect(found).toEqual(Array.from({ length: 50 }, (_, i) => i))
})
