import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom, varyRandomBytes, varyU64 } from '../../src/world/random.ts'

const first = (seed: bigint, count: number): bigint[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.u64())
}

describe('splitmix64', () => {
  test('gives the published sequence of seed 1234567', () => {
    expect(first(1_234_567n, 5)).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n, 4593380528125082431n, 16408922859458223821n])
  })

  test('gives the published sequence of seed 0', () => {
    expect(first(0n, 4)).toEqual([0xe220a8397b1dcdafn, 0x6e789e6aa1b965f4n, 0x06c45d188009454fn, 0xf88bb8a8724c81ecn])
  })

  test('gives what a component with held randomness saw inside real Wassette, seed 42', () => {
    expect(first(42n, 1)).toEqual([13679457532755275413n])
  })

  test('agrees with the formula on 64-bit machine integers for any seed', () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.integer({ min: 1, max: 20 }), (seed, count) => {
      expect(first(seed, count)).toEqual(reference(seed, count))
    }))
  })
})

/** The same with typed arrays that wrap around by themselves. */
function reference(seed: bigint, count: number): bigint[] {
  const [state, z] = [BigUint64Array.of(seed), new BigUint64Array(1)]
  return Array.from({ length: count }, () => {
    state[0]! += 0x9e3779b97f4a7c15n
    z[0] = state[0]!
    z[0] = (z[0]! ^ (z[0]! >> 30n)) * 0xbf58476d1ce4e5b9n
    z[0] = (z[0]! ^ (z[0]! >> 27n)) * 0x94d049bb133111ebn
    return z[0]! ^ (z[0]! >> 31n)
  })
}

test('bytes are the integers in little-endian order, and what is left of the last one is dropped', () => {
  fc.assert(fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.integer({ min: 0, max: 40 }), (seed, length) => {
    const random = createRandom(seed)
    const bytes = Buffer.from(random.bytes(length))
    const integers = first(seed, Math.ceil(length / 8) + 1)
    const expected = Buffer.alloc(Math.ceil(length / 8) * 8)
    integers.slice(0, -1).forEach((integer, index) => expected.writeBigUInt64LE(integer, index * 8))
    expect(bytes).toEqual(expected.subarray(0, length))
    expect(random.u64()).toBe(integers.at(-1))
  }))
})

describe('other randomness in the place of this', () => {
  const u64 = fc.bigInt(0n, 2n ** 64n - 1n)

  test('first has every bit turned: a choice between an even number of things comes out otherwise', () => {
    fc.assert(fc.property(u64, fc.integer({ min: 1, max: 1000 }), (value, half) => {
      const other = varyU64(value, 'content')
      expect(other ^ value).toBe(2n ** 64n - 1n)
      expect(other % BigInt(2 * half)).not.toBe(value % BigInt(2 * half))
    }))
    fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      expect(varyRandomBytes(bytes, 'content').every((byte, index) => (byte ^ bytes[index]!) === 255)).toBe(true)
    }))
  })

  test('then is of another sequence: two that are put together differ as well', () => {
    fc.assert(fc.property(u64, u64, (a, b) => {
      fc.pre(a !== b)
      expect(varyU64(a, 'failure') ^ varyU64(b, 'failure')).not.toBe(a ^ b)
    }))
    expect(Buffer.from(varyRandomBytes(Buffer.from('0123456789'), 'failure'))).toEqual(Buffer.from(createRandom(0x3736353433323130n).bytes(10)))
  })
})
