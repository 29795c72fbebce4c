import { ShadowcatError } from '../../errors.ts'
import { RealDate, takenTooLate } from '../../real.ts'
import type { WorldSettings } from '../settings.ts'
import { type Sources, type WorldStore, worldStore } from './als.ts'
import { createChance } from './chance.ts'
import { wrapCrypto } from './crypto.ts'
import { dateIsHeld, holdDate } from './date.ts'
import { holdRandom } from './random.ts'

/** Time and chance of one test, as a user moves them. */
export type TestWorld = {
  /** Where `Date` stood when the test began; the tape keeps it. */
  readonly epoch: Date
  /** What the test's random numbers come from, and those of embedded components. */
  readonly seedValue: bigint
  /** What `Date.now()` says in the test, in milliseconds. */
  now(): number
  /** Puts `Date` at a moment. Timers do not move. Throws 'usage' when Date is not held or `time` is no time. */
  setTime(time: Date | string | number): void
  /** Moves `Date`, and timers where they are held: what becomes due runs in order, and time stands while answers of the session are to come. */
  advance(milliseconds: number): Promise<void>
  /** Begins the random numbers anew. Throws 'usage' when they are not held or `seed` is no whole number. */
  seed(seed: bigint | number): void
}

/** A world and what only its owner may do. */
export type HeldWorld = TestWorld & {
  /** An answer was delivered to the session: Date moves 1 ms. */
  answered(): void
  /** So many more, or fewer, answers of something live are to come; held timers wait for them. */
  pending(change: number): void
  /** Gives the test the machine's own time and chance again. May be called more than once. */
  leave(): void
}

/** `store` is what `enterWorldStore` gave in the synchronous first part of the same fixture. */
export type WorldOptions = { store: WorldStore; epoch: Date; seed: bigint; settings: Pick<WorldSettings, 'date' | 'random' | 'timers'> }

/** Holds time and chance for the test of `store`, until `leave`. Rejects with 'usage' where fake timers of the user stand in the way of held ones. */
export async function createTestWorld({ store, epoch, seed, settings }: WorldOptions): Promise<HeldWorld> {
  if (takenTooLate) throw new ShadowcatError('usage', lateness)
  const sources: Sources = {}
  const undo: (() => void)[] = []
  const start = epoch.getTime()
  let offset = start

  // Loaded when asked for, as few tests do.
  const timers = settings.timers === 'real' ? undefined : await (await import('./timers.ts')).holdTimers(settings.timers, () => worldStore() === store)
  if (timers) {
    undo.push(timers.close)
    sources.timers = timers
  }
  const elapsed = (): number => timers?.elapsed() ?? 0
  if (settings.date === 'held') {
    undo.push(holdDate())
    sources.now = () => offset + elapsed()
  }
  if (settings.random === 'held') {
    wrapCrypto()
    undo.push(holdRandom())
    sources.chance = createChance(seed)
  }
  store.sources = sources

  function check(method: string, needed: 'date' | 'random' | undefined): void {
    if (store.sources !== sources) throw new ShadowcatError('usage', `world.${method}: the test is over`)
    if (needed && settings[needed] === 'real') throw new ShadowcatError('usage', `world.${method}: world.${needed} is 'real' in this test, so that nothing is held; leave it out`)
    if (needed === 'date' && !dateIsHeld()) throw new ShadowcatError('usage', `world.${method}: ${faked('Date')}; move it with vi.setSystemTime()`)
  }

  return {
    get epoch() {
      return new RealDate(start)
    },
    seedValue: seed,
    now: () => (sources.now && store.sources === sources && dateIsHeld() ? sources.now() : Date.now()),
    setTime(time) {
      check('setTime', 'date')
      offset = toTime(time) - elapsed()
    },
    async advance(milliseconds) {
      check('advance', timers ? undefined : 'date')
      checkMilliseconds(milliseconds)
      if (!timers) offset += milliseconds
      else if (timers.inPlace()) await timers.advance(milliseconds)
      else throw new ShadowcatError('usage', `world.advance: ${faked('setTimeout')}; move them with vi.advanceTimersByTime()`)
    },
    seed(value) {
      check('seed', 'random')
      sources.chance!.seed(toSeed(value))
    },
    answered: () => void offset++,
    pending: (change) => timers?.pending(change),
    leave() {
      if (store.sources === sources) store.sources = undefined
      for (const step of undo.splice(0).toReversed()) step()
    },
  }
}

const lateness = "fake timers stood in the place of setTimeout or Date when shadowcat/vitest was loaded, so that it has no real ones for itself: import 'shadowcat/vitest' above the vi.useFakeTimers() of the setup file, or call that in a beforeEach"

const faked = (name: string): string => `fake timers of vitest stand in the place of ${name} (vi.useFakeTimers() or vi.setSystemTime())`

function toTime(time: Date | string | number): number {
  const value = new RealDate(time).getTime()
  if (Number.isNaN(value)) throw new ShadowcatError('usage', `world.setTime: ${JSON.stringify(time)} is no time; give a Date, ISO 8601 such as "2026-01-31T12:00:00Z", or milliseconds since 1970`)
  return value
}

function checkMilliseconds(milliseconds: number): void {
  if (!(Number.isFinite(milliseconds) && milliseconds >= 0)) throw new ShadowcatError('usage', `world.advance takes milliseconds, 0 or more; found ${String(milliseconds)}`)
}

function toSeed(value: bigint | number): bigint {
  const seed = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(value) : -1n
  if (seed < 0n || seed >= 1n << 64n) throw new ShadowcatError('usage', `world.seed takes a whole number from 0 to 2^64 − 1 (a bigint beyond 2^53 − 1); found ${String(value)}`)
  return seed
}
