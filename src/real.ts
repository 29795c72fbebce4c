/**
 * Time, timers and chance as the machine has them, taken when this module loads. What the tool itself needs comes from here: a module that is
 * loaded in the middle of a test would take what that test, or `vi.useFakeTimers()`, has put in their place.
 */
import nodeCrypto from 'node:crypto'

export const RealDate = globalThis.Date
/** Milliseconds since 1970. */
export const realNow = RealDate.now.bind(RealDate)
/** Milliseconds since the process began. */
export const realElapsed = performance.now.bind(performance)
export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, queueMicrotask } = globalThis
/** A signal that aborts after so many milliseconds. */
export const abortAfter = AbortSignal.timeout.bind(AbortSignal)
export const { randomBytes, randomUUID } = nodeCrypto
