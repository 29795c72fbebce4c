import { expect, test } from 'vitest'
import { enterWorldStore, heldSources, worldStore } from '../../../src/vitest/world/als.ts'
import { apart, isApart } from '../../../src/vitest/world/apart.ts'

test('what runs apart has nothing of the test, however late, and what runs beside it does', async () => {
  const store = enterWorldStore()
  const sources = (store.sources = { now: () => 5 })
  const seen = await apart(async () => {
    const first = heldSources()
    await new Promise((resolve) => setImmediate(resolve))
    return [first, heldSources(), isApart()]
  })
  expect(seen).toEqual([undefined, undefined, true])
  expect([heldSources(), isApart()]).toEqual([sources, false])
  // Its place is known all the same: requests over HTTP are still the test's.
  expect(apart(worldStore)).toBe(store)
})
