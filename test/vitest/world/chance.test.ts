import fc from 'fast-check'
import seedrandom from 'seedrandom'
import { expect, test } from 'vitest'
import { createChance } from '../../../src/vitest/world/chance.ts'

const seed = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

test("Math.random's numbers are seedrandom's for the seed as decimal text", () => {
  fc.assert(fc.property(seed, (value) => {
    const [chance, numbers] = [createChance(value), seedrandom(String(value))]
    for (let i = 0; i < 10; i++) expect(chance.double()).toBe(numbers())
  }))
})

test('the same seed gives the same, also when it is set anew', () => {
  fc.assert(fc.property(seed, seed, fc.nat(100), (first, second, length) => {
    const draw = (chance: ReturnType<typeof createChance>): unknown[] => {
      const bytes = new Uint8Array(length)
      chance.put(bytes)
      return [chance.double(), chance.uuid(), bytes, chance.int(0, 1e9)]
    }
    const chance = createChance(first)
    const drawn = draw(chance)
    expect(draw(createChance(first))).toEqual(drawn)
    chance.seed(second)
    expect(draw(chance)).toEqual(draw(createChance(second)))
    chance.seed(first)
    expect(draw(chance)).toEqual(drawn)
  }))
})

test('a number more or less changes no UUID', () => {
  const [some, none] = [createChance(1n), createChance(1n)]
  some.double()
  expect(some.uuid()).toBe(none.uuid())
})

test('UUIDs are of version 4, and another each time', () => {
  const chance = createChance(7n)
  const made = Array.from({ length: 1000 }, () => chance.uuid())
  expect(new Set(made).size).toBe(1000)
  for (const uuid of made) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('whole numbers are within their bounds', () => {
  fc.assert(fc.property(seed, fc.integer(), fc.integer({ min: 1, max: 2 ** 40 }), (value, min, range) => {
    const int = createChance(value).int(min, min + range)
    expect(int).toBeGreaterThanOrEqual(min)
    expect(int).toBeLessThan(min + range)
    expect(Number.isSafeInteger(int)).toBe(true)
  }))
})

test('these are the numbers that tapes depend on', () => {
  const chance = createChance(42n)
  const bytes = Buffer.alloc(6)
  chance.put(bytes)
  expect([chance.double(), bytes.toString('hex'), chance.uuid(), chance.int(0, 1000)]).toMatchInlineSnapshot(`
    [
      0.00701751618236155,
      "305f97c05805",
      "c2a7f480-0348-4fc0-ac33-a1f895621c1b",
      903,
    ]
  `)
})
