/**
 * Time, timers and chance as the machine has them, taken when this module loads. What the tool itself needs comes from here: a module that is
 * loaded in the middle of a test would take what that test, or `vi.useFakeTimers()`, has put in their place.
 */
import nodeCrypto from 'node:crypto'
import timersPromises from 'node:timers/promises'

/** Whether fake timers stood there already, so that nothing here is real; they mark what they make. */
export const takenTooLate: boolean = 'clock' in globalThis.setTimeout || 'isFake' in globalThis.Date

export const RealDate = globalThis.Date
/** Milliseconds since 1970. */
export const realNow = RealDate.now.bind(RealDate)
/** Milliseconds since the process began. */
export const realElapsed = performance.now.bind(performance)
export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, queueMicrotask } = globalThis
/** Those of `node:timers/promises`. */
export const { setTimeout: sleep, setInterval: ticks } = timersPromises
/** A signal that aborts after so many milliseconds. */
export const abortAfter = AbortSignal.timeout.bind(AbortSignal)
export const { randomBytes, randomUUID } = nodeCrypto
