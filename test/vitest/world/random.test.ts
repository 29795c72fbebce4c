import { expect, test } from 'vitest'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'
import { createChance } from '../../../src/vitest/world/chance.ts'
import { holdRandom } from '../../../src/vitest/world/random.ts'

const native = Math.random

test("Math.random gives the running test's numbers while it is held, and the machine's where no test holds any", () => {
  const store = enterWorldStore()
  const release = holdRandom()
  store.sources = { chance: createChance(7n) }
  const own = [Math.random(), Math.random()]
  store.sources = { chance: createChance(7n) }
  expect([Math.random(), Math.random()]).toEqual(own)
  store.sources = undefined
  expect(own).not.toContain(Math.random())
  expect([Math.random.name, Math.random.length]).toEqual(['random', 0])
  release()
  expect(Math.random).toBe(native)
})
