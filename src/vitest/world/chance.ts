import type whole from 'seedrandom'
// One file of the package: the whole would bring seven more generators into every test file. The types know the whole alone.
// @ts-expect-error TS7016
import one from 'seedrandom/seedrandom.js'

const seedrandom = one as typeof whole

/** One test's random numbers, all from one seed. */
export type Chance = {
  /** What `Math.random` says: the doubles of seedrandom for the seed as decimal text. */
  double(): number
  /** Fills with bytes from a sequence of their own, so that a call of `Math.random` more or less changes no UUID. */
  put(bytes: Uint8Array): void
  /** A whole number from `min` to below `max`, from the same sequence as bytes. */
  int(min: number, max: number): number
  /** A UUID of version 4, from the same sequence as bytes. */
  uuid(): string
  /** Begins anew. */
  seed(seed: bigint): void
}

type Generator = () => number

/** Random numbers from a seed: the same for the same seed, on every machine. */
export function createChance(first: bigint): Chance {
  let numbers: Generator | undefined
  let keys: (Generator & { int32(): number }) | undefined
  let seed = first
  // Made when first asked, as most tests ask for neither.
  const keyStream = (): Generator & { int32(): number } => (keys ??= seedrandom(`${seed} crypto`))

  function put(bytes: Uint8Array): void {
    const stream = keyStream()
    for (let at = 0; at < bytes.length; at += 4) {
      const word = stream.int32()
      for (let i = 0; i < 4 && at + i < bytes.length; i++) bytes[at + i] = word >>> (8 * i)
    }
  }

  return {
    double: () => (numbers ??= seedrandom(String(seed)))(),
    put,
    int: (min, max) => min + Math.floor(keyStream()() * (max - min)),
    uuid() {
      const bytes = new Uint8Array(16)
      put(bytes)
      bytes[6] = (bytes[6]! & 0x0f) | 0x40
      bytes[8] = (bytes[8]! & 0x3f) | 0x80
      const hex = Buffer.from(bytes.buffer).toString('hex')
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
    },
    seed(next) {
      seed = next
      numbers = keys = undefined
    },
  }
}
