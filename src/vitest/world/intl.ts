import type { Replacement } from './replace.ts'

type Formatter = Intl.DateTimeFormat

/** What else reads the clock by itself: a DateTimeFormat that is given no date, and `Temporal.Now` where there is one. */
export function intlReplacements(now: () => number): Replacement[] {
  return [...formatReplacements(now), ...temporalReplacements(now)]
}

function formatReplacements(now: () => number): Replacement[] {
  const { prototype } = Intl.DateTimeFormat
  const { formatToParts } = prototype
  const given = Object.getOwnPropertyDescriptor(prototype, 'format')?.get
  // A fake one, of someone who came before.
  if (!given) return []
  const format = given
  // One function for each formatter, as the native accessor gives.
  const bound = new WeakMap<Formatter, (date?: Date | number) => string>()
  function heldFormat(this: Formatter): (date?: Date | number) => string {
    const native = Reflect.apply(format, this, []) as (date?: Date | number) => string
    if (!bound.has(this)) bound.set(this, (date) => native(date === undefined ? now() : date))
    return bound.get(this)!
  }
  function heldParts(this: Formatter, date?: Date | number): Intl.DateTimeFormatPart[] {
    return Reflect.apply(formatToParts, this, [date === undefined ? now() : date]) as Intl.DateTimeFormatPart[]
  }
  return [
    { target: prototype, key: 'format', ours: heldFormat, native: format, accessor: true },
    { target: prototype, key: 'formatToParts', ours: heldParts, native: formatToParts },
  ]
}

type Instant = { toZonedDateTimeISO(zone: unknown): Zoned }
type Zoned = { toPlainDateTime(): unknown; toPlainDate(): unknown; toPlainTime(): unknown }
type TemporalNamespace = {
  Instant: { fromEpochMilliseconds(milliseconds: number): Instant }
  Now: Record<string, unknown>
}

/** Its moments are whole milliseconds, as Date's are. */
function temporalReplacements(now: () => number): Replacement[] {
  const { Temporal } = globalThis as { Temporal?: TemporalNamespace }
  if (!Temporal) return []
  const { Instant, Now } = Temporal
  const instant = (): Instant => Instant.fromEpochMilliseconds(now())
  const zoned = (zone: unknown): Zoned => instant().toZonedDateTimeISO(zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const held: Record<string, (zone?: unknown) => unknown> = {
    instant,
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (zone) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone) => zoned(zone).toPlainTime(),
  }
  return Object.entries(held).map(([key, ours]) => ({ target: Now, key, ours, native: Now[key] }))
}
