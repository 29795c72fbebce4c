import nodeCrypto, { getRandomValues, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { realCrypto } from '../../../src/real.ts'
import { wrapCrypto } from '../../../src/vitest/world/crypto.ts'
import { createTestWorld as ownCreate } from '../../../src/vitest/world/world.ts'
import { holding } from './holding.ts'

/** Each way to ask for random numbers, as text. */
const ways: Record<string, () => unknown> = {
  'Math.random': () => Math.random(),
  'crypto.randomUUID': () => crypto.randomUUID(),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint32Array(4)),
  webcrypto: () => webcrypto.getRandomValues(new Uint8Array(5)),
  'getRandomValues, by name': () => getRandomValues(new BigUint64Array(2)),
  'randomUUID, by name': () => randomUUID(),
  'randomUUID, of the module': () => nodeCrypto.randomUUID({ disableEntropyCache: true }),
  'randomBytes, by name': () => randomBytes(9).toString('hex'),
  'randomInt, by name': () => randomInt(281_474_976_710_655),
  'randomInt from': () => nodeCrypto.randomInt(5, 1_000_000_000_000),
  'randomFillSync, by name': () => randomFillSync(Buffer.alloc(8)),
  'randomBytes, later': () => promisify(randomBytes)(12),
  'randomFill, later': () => promisify(randomFill)(new Uint16Array(4)),
  'randomInt, later': () => promisify(randomInt as (max: number, callback: (error: Error | null, value: number) => void) => void)(1_000_000_000_000),
}

describe.each(Object.entries(ways))('%s', (_, ask) => {
  test('is the same for the same seed, and another for another', async () => {
    const once = await holding({}, ask)
    expect(await holding({}, ask)).toEqual(once)
    expect(await holding({}, ask, 43n)).not.toEqual(once)
    expect(await holding({}, async () => [await ask(), await ask()])).not.toEqual([once, once])
  })

  test("is the machine's again afterwards, and where it is not held", async () => {
    const once = await holding({}, ask)
    expect(await ask()).not.toEqual(once)
    const [first, second] = [await holding({ random: 'real' }, ask), await holding({ random: 'real' }, ask)]
    expect(first).not.toEqual(second)
  })

  test('is undisturbed by others at the same time', async () => {
    const alone = await Promise.all([1n, 2n, 3n].map((seed) => holding({}, ask, seed)))
    const together = await Promise.all(
      [1n, 2n, 3n].map((seed) => holding({}, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        const value = await ask()
        await new Promise((resolve) => setImmediate(resolve))
        return value
      }, seed)),
    )
    expect(together).toEqual(alone)
  })
})

describe('what is wrong is told as without a held world', () => {
  const wrong: Record<string, () => unknown> = {
    'an array of floats': () => crypto.getRandomValues(new Float32Array(1) as never),
    'too many values': () => crypto.getRandomValues(new Uint8Array(65_537)),
    'a negative size': () => nodeCrypto.randomBytes(-1),
    'no range': () => nodeCrypto.randomInt(5, 5),
    'too wide a range': () => nodeCrypto.randomInt(0, 2 ** 48),
    'a size past the end': () => nodeCrypto.randomFillSync(Buffer.alloc(4), 2, 3),
    'no callback': () => nodeCrypto.randomFill(Buffer.alloc(4), undefined as never),
    'a callback that is none': () => nodeCrypto.randomBytes(4, 5 as never),
    'options that are none': () => nodeCrypto.randomUUID(5 as never),
  }
  const told = (ask: () => unknown): string => {
    try {
      ask()
    } catch (error) {
      return String(error)
    }
    return 'nothing'
  }
  test.each(Object.entries(wrong))('%s', async (_, ask) => {
    const expected = told(ask)
    expect(expected).not.toBe('nothing')
    expect(await holding({}, () => told(ask))).toBe(expected)
  })
})

test('a part of a buffer is filled, and no more', () =>
  holding({}, () => {
    fc.assert(fc.property(fc.constantFrom(Uint8Array, Uint16Array, Uint32Array), fc.nat(20), fc.nat(20), (Kind, offset, size) => {
      const target = nodeCrypto.randomFillSync(new Kind(40), offset, size)
      expect([...target.subarray(0, offset), ...target.subarray(offset + size)].every((value) => value === 0)).toBe(true)
      if (size * Kind.BYTES_PER_ELEMENT > 8) expect(target.subarray(offset, offset + size).some((value) => value !== 0)).toBe(true)
    }))
  }))

test('Math.random alone is put back; the others stay, and are the machine\'s', async () => {
  const { random } = Math
  await holding({}, () => expect(Math.random).not.toBe(random))
  const own = { ...nodeCrypto }
  await holding({}, () => expect({ ...nodeCrypto }).toEqual(own))
  expect(Math.random).toBe(random)
  expect(Object.keys(crypto)).toEqual([])
})

const prototype = Object.getPrototypeOf(crypto) as Record<string, (...args: unknown[]) => unknown>
const pairs = [
  ...Object.entries(realCrypto.web).map(([key, native]) => ({ key: `crypto.${key}`, native, place: prototype, name: key })),
  ...Object.entries(realCrypto.node).map(([key, native]) => ({ key: `node:crypto ${key}`, native, place: nodeCrypto as unknown as typeof prototype, name: key })),
]

describe.each(pairs)('the function in the place of $key', ({ native, place, name }) => {
  test('is not the native one, and looks like it', () => {
    wrapCrypto()
    const ours = place[name]!
    expect(ours).not.toBe(native)
    expect([ours.name, ours.length, Reflect.ownKeys(ours)]).toEqual([native.name, native.length, Reflect.ownKeys(native)])
    expect(Object.getOwnPropertyDescriptor(place, name)).toEqual({ value: ours, writable: true, enumerable: true, configurable: true })
  })

  test('is the same for all who ask for it, and comes back when the native one was put there', () => {
    wrapCrypto()
    const ours = place[name]!
    wrapCrypto()
    expect(place[name]).toBe(ours)
    place[name] = native as never
    wrapCrypto()
    expect(place[name]).toBe(ours)
  })

  test('leaves what stands in its place', () => {
    const ours = place[name]!
    const others = (): string => 'others'
    place[name] = others
    wrapCrypto()
    expect(place[name]).toBe(others)
    place[name] = ours
  })
})

test('only a Crypto can be asked, as ever', () => {
  for (const own of [crypto.randomUUID, crypto.getRandomValues]) {
    expect(() => Reflect.apply(own, {}, [new Uint8Array(1)])).toThrow('Value of "this" must be of type Crypto')
    expect(() => Reflect.apply(own, undefined, [new Uint8Array(1)])).toThrow('Value of "this" must be of type Crypto')
  }
  expect(() => Reflect.apply(crypto.getRandomValues, crypto, [])).toThrow('1 argument required, but only 0 present')
})

test('another instance of these modules finds the same functions, the same tests and the real ones', async () => {
  // As the setup file does before a package can take them.
  wrapCrypto()
  const taken = { uuid: crypto.randomUUID.bind(crypto), bytes: nodeCrypto.randomBytes }
  const before = { ...nodeCrypto }
  vi.resetModules()
  const { createTestWorld } = await import('../../../src/vitest/world/world.ts')
  const { enterWorldStore } = await import('../../../src/vitest/world/als.ts')
  const real = await import('../../../src/real.ts')
  expect(createTestWorld).not.toBe(ownCreate)
  expect(real.realCrypto).toBe(realCrypto)
  expect({ ...nodeCrypto }).toEqual(before)
  const world = await createTestWorld({ store: enterWorldStore(), epoch: new Date(0), seed: 42n, settings: { date: 'held', random: 'held', timers: 'real' } })
  const drawn = [taken.uuid(), taken.bytes(4).toString('hex')]
  world.seed(42n)
  expect([taken.uuid(), taken.bytes(4).toString('hex')]).toEqual(drawn)
  world.leave()
  expect(await holding({}, () => [taken.uuid(), taken.bytes(4).toString('hex')])).toEqual(drawn)
})
