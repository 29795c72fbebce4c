import type { Stage } from './variation.ts'

/** Numbers that look random and are not. */
export type Random = {
  /** The next unsigned 64-bit integer. */
  u64(): bigint
  /** So many bytes: 64-bit integers in little-endian order; what is left of the last one is dropped. */
  bytes(length: number): Uint8Array
}

const mask = 0xffff_ffff_ffff_ffffn

/** splitmix64 (Steele, Lea and Flood, 2014) from a seed: the same sequence for the same seed, on every machine. */
export function createRandom(seed: bigint): Random {
  let state = seed & mask

  function u64(): bigint {
    state = (state + 0x9e37_79b9_7f4a_7c15n) & mask
    let z = state
    z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & mask
    z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & mask
    return z ^ (z >> 31n)
  }

  function bytes(length: number): Uint8Array {
    const words = new BigUint64Array(Math.ceil(length / 8))
    const view = new DataView(words.buffer)
    for (let i = 0; i < words.length; i++) view.setBigUint64(i * 8, u64(), true)
    return new Uint8Array(words.buffer, 0, length)
  }

  return { u64, bytes }
}

/**
 * Another random number in the place of this one. First with every bit turned, so that a choice between any even number of things comes out
 * otherwise; where that does not show, with another sequence's number, so that numbers put together do not make the same again.
 */
export function varyU64(value: bigint, stage: Stage): bigint {
  return stage === 'content' ? value ^ mask : createRandom(value).u64()
}

/** The same for bytes. */
export function varyRandomBytes(bytes: Uint8Array, stage: Stage): Uint8Array {
  if (stage === 'content') return bytes.map((byte) => byte ^ 0xff)
  const first = new Uint8Array(8)
  first.set(bytes.subarray(0, 8))
  return createRandom(new DataView(first.buffer).getBigUint64(0, true)).bytes(bytes.length)
}
