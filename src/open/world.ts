import { ShadowcatError } from '../errors.ts'
import type { WorldChoice } from '../host/setting.ts'
import { checkObject } from './check.ts'

/** Time and randomness of a held world: epoch in ISO 8601, seed an unsigned 64-bit integer. */
export type WorldSpecification = { epoch?: string | undefined; seed?: number | bigint | string | undefined }

/** With a time goes its zone, so that it is the same time on every machine. */
const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/

/** Throws 'usage' for what is no world. */
export function checkWorld(value: unknown, where: string): asserts value is WorldSpecification {
  const { epoch, seed } = checkObject(value, ['epoch', 'seed'], where, '{ epoch: "2026-01-01T00:00:00Z", seed: 42 }')
  if (epoch !== undefined && (typeof epoch !== 'string' || !iso.test(epoch) || Number.isNaN(Date.parse(epoch)))) throw new ShadowcatError('usage', `${where}: epoch is to be an ISO 8601 time such as "2026-01-01T00:00:00Z"; found ${JSON.stringify(epoch)}`)
  if (seed !== undefined && !isSeed(seed)) throw new ShadowcatError('usage', `${where}: seed is to be an unsigned 64-bit integer; found ${String(seed)}`)
}

/** The world that flags or a configuration give. Throws 'usage' for what is none. */
export function toWorld(value: WorldSpecification, where: string): WorldChoice {
  checkWorld(value, where)
  const { epoch, seed } = value
  return { epoch: epoch === undefined ? undefined : new Date(epoch), seed: seed === undefined ? undefined : BigInt(seed) }
}

function isSeed(seed: unknown): boolean {
  if (typeof seed === 'string' && !/^\d+$/.test(seed)) return false
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) return false
  if (typeof seed !== 'string' && typeof seed !== 'number' && typeof seed !== 'bigint') return false
  return BigInt(seed) >= 0n && BigInt(seed) < 2n ** 64n
}
