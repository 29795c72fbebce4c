/** Epoch and seed of a test: chosen at its first recording, and kept by its tape. */
import { type Setting, type WorldChoice, fromFacts, toFacts } from '../host/setting.ts'
import type { Json } from '../json.ts'
import { RealDate, randomBytes } from '../real.ts'
import type { RecordedSession } from '../tape/entry.ts'
import { parseNanoseconds } from '../units.ts'
import type { Time } from '../world/clock.ts'
import type { WorldSettings } from './settings.ts'

export type Held = { readonly epoch: Date; readonly seed: bigint }

/** Where a test has no tape yet and will get none, so that it is the same each time. */
const fallbackEpoch = '2026-01-01T00:00:00.000Z'

/** What a tape keeps; one that was made otherwise has the time when it was made. Throws 'tape' when it is none. */
export function heldBy({ world, startedAt }: RecordedSession, settings: WorldSettings): Held {
  const { epoch, seed } = fromFacts(world)
  return { epoch: epoch ?? new RealDate(settings.epoch ?? startedAt), seed: typeof seed === 'bigint' ? seed : BigInt(settings.seed ?? 0) }
}

/** For a recording: what the settings say, else what the older tape kept, else the present and a seed of its own. */
export function chooseHeld(settings: WorldSettings, older: Held | undefined): Held {
  return {
    epoch: settings.epoch === undefined ? (older?.epoch ?? new RealDate()) : new RealDate(settings.epoch),
    seed: settings.seed === undefined ? (older?.seed ?? randomBytes(8).readBigUInt64BE()) : BigInt(settings.seed),
  }
}

/** For a test without a tape. */
export function fallbackHeld({ epoch = fallbackEpoch, seed = '0' }: WorldSettings): Held {
  return { epoch: new RealDate(epoch), seed: BigInt(seed) }
}

/** The same for embedded components; what is real in the test is real in them. */
export function choiceOf({ epoch, seed }: Held, settings: WorldSettings): WorldChoice & Setting {
  const time = timeOf(settings)
  return { epoch, seed: settings.random === 'real' ? 'real' : seed, ...(time && { time }) }
}

function timeOf({ date, tick }: WorldSettings): Time | undefined {
  if (date === 'real') return { mode: 'real' }
  return tick === undefined ? undefined : { mode: 'tick', nanoseconds: parseNanoseconds(tick, 'tick') }
}

/** As a tape keeps it. The seed is kept where it is not used, for what is seeded later. */
export function factsOf(held: Held, settings: WorldSettings): { [fact: string]: Json } {
  return toFacts(choiceOf(held, settings))
}
