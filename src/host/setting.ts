/** Epoch, seed and how time goes: given, recorded, or chosen. */
import { ShadowcatError } from '../errors.ts'
import type { Json } from '../json.ts'
import { formatNanoseconds, parseNanoseconds } from '../units.ts'
import type { Time } from '../world/clock.ts'

/** What of a world may be given. */
export type WorldChoice = {
  epoch?: Date | undefined
  /** An unsigned 64-bit integer, or 'real' for another one in each call. */
  seed?: bigint | 'real' | undefined
  time?: Time | undefined
}

/** Time is held unless it says otherwise. */
export type Setting = { readonly epoch: Date; readonly seed: bigint | 'real'; readonly time?: Time | undefined }

/** The first choice that says something counts, for epoch, seed and time each by itself; else it is the present, 0, and held. */
export function settle(...choices: readonly (WorldChoice | undefined)[]): Setting {
  const first = <Key extends keyof WorldChoice>(key: Key): WorldChoice[Key] => choices.find((choice) => choice?.[key] !== undefined)?.[key]
  const time = first('time')
  return { epoch: first('epoch') ?? new Date(), seed: first('seed') ?? 0n, ...(time && { time }) }
}

/** As a tape keeps it: what time does is left out where it is held. */
export function toFacts({ epoch, seed, time }: Setting): { [fact: string]: Json } {
  return { epoch: epoch.toISOString(), seed, ...(time?.mode === 'tick' && { tick: formatNanoseconds(time.nanoseconds) }), ...(time?.mode === 'real' && { clock: 'real' }) }
}

/** What a tape keeps. Throws 'tape' when a fact is not one of its kind. */
export function fromFacts(facts: { [fact: string]: Json } | undefined): WorldChoice {
  const { epoch, seed } = facts ?? {}
  const date = epoch === undefined ? undefined : typeof epoch === 'string' ? new Date(epoch) : new Date(Number.NaN)
  if (date && Number.isNaN(date.getTime())) throw unreadable('epoch', epoch)
  if (seed !== undefined && seed !== 'real' && typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) throw unreadable('seed', seed)
  return { epoch: date, seed: seed === undefined || seed === 'real' ? seed : BigInt(seed as number | bigint), time: facts && timeFrom(facts) }
}

/** A world of which nothing is said of time was held, if it had an epoch. */
function timeFrom({ epoch, tick, clock }: { [fact: string]: Json }): Time | undefined {
  if (clock !== undefined && clock !== 'real') throw unreadable('clock', clock)
  if (clock === 'real') return { mode: 'real' }
  if (tick === undefined) return epoch === undefined ? undefined : { mode: 'held' }
  try {
    return { mode: 'tick', nanoseconds: parseNanoseconds(String(tick), 'tick') }
  } catch (cause) {
    throw unreadable('tick', tick, cause)
  }
}

function unreadable(fact: string, value: Json | undefined, cause?: unknown): ShadowcatError {
  return new ShadowcatError('tape', `the tape says of its world that its ${fact} was ${String(value)}, which is none`, { cause })
}
