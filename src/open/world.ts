import { ShadowcatError } from '../errors.ts'
import type { WorldChoice } from '../host/setting.ts'
import { parseNanoseconds } from '../units.ts'
import type { Time } from '../world/clock.ts'
import { checkObject } from './check.ts'

/** Time and randomness of a held world. */
export type WorldSpecification = {
  /** What clocks say when a call begins, in ISO 8601. */
  epoch?: string | undefined
  /** An unsigned 64-bit integer; or `real`: another one in each call. */
  seed?: number | bigint | string | undefined
  /** How far each reading of a clock moves it, such as `1ms`; not at all unless given. */
  tick?: string | undefined
  /** `held` unless given; `real` is the machine's. */
  clock?: 'held' | 'real' | undefined
}

/** What a value is called in messages: a flag, or a place in a configuration. */
type Named = (key: keyof WorldSpecification) => string

/** With a time goes its zone, so that it is the same time on every machine. */
const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/

/** Throws 'usage' for what is no world. */
export function checkWorld(value: unknown, where: string, named: Named = (key) => `${where}: ${key}`): asserts value is WorldSpecification {
  const { epoch, seed, tick, clock } = checkObject(value, ['epoch', 'seed', 'tick', 'clock'], where, '{ epoch: "2026-01-01T00:00:00Z", seed: 42 }')
  if (epoch !== undefined && (typeof epoch !== 'string' || !iso.test(epoch) || Number.isNaN(Date.parse(epoch)))) throw new ShadowcatError('usage', `${named('epoch')} is to be an ISO 8601 time such as "2026-01-01T00:00:00Z"; found ${JSON.stringify(epoch)}`)
  if (seed !== undefined && !isSeed(seed)) throw new ShadowcatError('usage', `${named('seed')} is to be an unsigned 64-bit integer, or real for another one in each call; found ${String(seed)}`)
  if (clock !== undefined && clock !== 'held' && clock !== 'real') throw new ShadowcatError('usage', `${named('clock')} is held or real; found ${JSON.stringify(clock)}`)
  if (tick !== undefined) parseNanoseconds(typeof tick === 'string' ? tick : String(JSON.stringify(tick)), named('tick'))
  if (clock !== 'real') return
  if (tick !== undefined) throw new ShadowcatError('usage', `${named('tick')} moves clocks that are held, and ${named('clock')} real are the machine's: leave out one of them`)
  if (epoch !== undefined) throw new ShadowcatError('usage', `${named('epoch')} is where clocks begin that are held, and ${named('clock')} real are the machine's: leave out one of them`)
}

/** The world that flags or a configuration give. Throws 'usage' for what is none. */
export function toWorld(value: WorldSpecification, where: string, named?: Named): WorldChoice {
  checkWorld(value, where, named)
  const { epoch, seed } = value
  return { epoch: epoch === undefined ? undefined : new Date(epoch), seed: seed === undefined || seed === 'real' ? seed : BigInt(seed), time: toTime(value) }
}

function toTime({ tick, clock }: WorldSpecification): Time | undefined {
  if (tick !== undefined) return { mode: 'tick', nanoseconds: parseNanoseconds(tick, 'tick') }
  return clock && { mode: clock }
}

function isSeed(seed: unknown): boolean {
  if (seed === 'real') return true
  if (typeof seed === 'string' && !/^\d+$/.test(seed)) return false
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) return false
  if (typeof seed !== 'string' && typeof seed !== 'number' && typeof seed !== 'bigint') return false
  return BigInt(seed) >= 0n && BigInt(seed) < 2n ** 64n
}
