/**
 * Time, timers and chance as the machine has them, taken when this module loads. What the tool itself needs comes from here: a module that is
 * loaded in the middle of a test would take what that test, or `vi.useFakeTimers()`, has put in their place.
 */
import process from 'node:process'
import timersPromises from 'node:timers/promises'
import { perWorker } from './per-worker.ts'

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

// Not by an import: in the pools where each test file has a context of its own, what is first imported by name stays as it was then.
const nodeCrypto = process.getBuiltinModule('node:crypto')
const { randomBytes: bytes, randomFill, randomFillSync, randomInt, randomUUID: uuid } = nodeCrypto
const { randomUUID: webUuid, getRandomValues } = Object.getPrototypeOf(nodeCrypto.webcrypto) as typeof nodeCrypto.webcrypto
/** Those of `node:crypto` and `crypto`, as they were before any instance of this program put others in their place for the worker's whole life. */
export const realCrypto = perWorker('real crypto', () => ({ node: { randomBytes: bytes, randomFill, randomFillSync, randomInt, randomUUID: uuid }, web: { randomUUID: webUuid, getRandomValues } }))
export const { randomBytes, randomUUID } = realCrypto.node
