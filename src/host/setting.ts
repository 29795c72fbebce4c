/** Epoch and seed: given, recorded, or chosen. */
import { ShadowcatError } from '../errors.ts'
import type { Json } from '../json.ts'

/** What of a world may be given. */
export type WorldChoice = {
  epoch?: Date | undefined
  /** An unsigned 64-bit integer. */
  seed?: bigint | undefined
}

export type Setting = { readonly epoch: Date; readonly seed: bigint }

/** The first choice that says something counts, for epoch and seed each by itself; else it is the present, and 0. */
export function settle(...choices: readonly (WorldChoice | undefined)[]): Setting {
  const first = <Key extends keyof WorldChoice>(key: Key): WorldChoice[Key] => choices.find((choice) => choice?.[key] !== undefined)?.[key]
  return { epoch: first('epoch') ?? new Date(), seed: first('seed') ?? 0n }
}

/** As a tape keeps it. */
export function toFacts({ epoch, seed }: Setting): { [fact: string]: Json } {
  return { epoch: epoch.toISOString(), seed }
}

/** What a tape keeps. Throws 'tape' when it is no epoch or seed. */
export function fromFacts(facts: { [fact: string]: Json } | undefined): WorldChoice {
  const { epoch, seed } = facts ?? {}
  const date = epoch === undefined ? undefined : typeof epoch === 'string' ? new Date(epoch) : new Date(Number.NaN)
  if (date && Number.isNaN(date.getTime())) throw unreadable('epoch', epoch)
  if (seed !== undefined && typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) throw unreadable('seed', seed)
  return { epoch: date, seed: seed === undefined ? undefined : BigInt(seed as number | bigint) }
}

function unreadable(fact: string, value: Json | undefined): ShadowcatError {
  return new ShadowcatError('tape', `the tape says of its world that its ${fact} was ${String(value)}, which is none`)
}
