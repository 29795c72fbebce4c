import { RealDate, realNow } from '../../real.ts'
import { heldSources } from './als.ts'
import { intlReplacements } from './intl.ts'
import { createPart, type Part } from './replace.ts'

/** The running test's time, and outside of a test the machine's. Whoever has put another `Date.now` in place is heard first. */
function now(): number {
  if (RealDate.now !== nativeNow) return RealDate.now()
  return heldSources()?.now?.() ?? realNow()
}
const nativeNow = RealDate.now

/**
 * Date with the running test's time. It shares the native prototype, so that dates of either kind are instances of both, and a date made here
 * is a native one.
 */
export const HeldDate: DateConstructor = createHeldDate()

function createHeldDate(): DateConstructor {
  // A function, as classes cannot be called without `new`; the parameters give it the native length.
  function HeldConstructor(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString()
    const made: unknown[] = args.length === 0 ? [now()] : args
    return Reflect.construct(RealDate, made, new.target === HeldConstructor ? RealDate : new.target)
  }
  const { UTC, parse, prototype, length } = RealDate
  const hidden = { enumerable: false, writable: true, configurable: true }
  Object.defineProperties(HeldConstructor, {
    name: { value: 'Date', configurable: true },
    length: { value: length, configurable: true },
    prototype: { value: prototype, writable: false, enumerable: false, configurable: false },
    now: { ...hidden, value: Object.defineProperty(() => now(), 'name', { value: 'now' }) },
    UTC: { ...hidden, value: UTC },
    parse: { ...hidden, value: parse },
    toString: { ...hidden, value: () => String(RealDate) },
  })
  return HeldConstructor as unknown as DateConstructor
}

const date: Part = createPart([
  { target: globalThis, key: 'Date', ours: HeldDate, native: RealDate },
  { target: RealDate.prototype, key: 'constructor', ours: HeldDate, native: RealDate },
  ...intlReplacements(now),
])

/** Puts the held Date in place until what is returned is called. */
export const holdDate = (): (() => void) => date.hold()
/** Whether `Date` is ours: no fake timers of the user stand over it or in its place. */
export const dateIsHeld = (): boolean => globalThis.Date === HeldDate
