/** When the recorded messages leave. */

/** At once, in the recorded time, or in so many times the recorded time. */
export type Timing = 'none' | 'recorded' | number

/** A clock in ms and what waits by it. */
export type Timers = {
  now(): number
  set(callback: () => void, ms: number): unknown
  clear(timer: unknown): void
}

/** Taken when the module loads, so that a test's fake timers cannot stop it. */
const { setTimeout, clearTimeout, performance } = globalThis

export const realTimers: Timers = {
  now: () => performance.now(),
  set: (callback, ms) => setTimeout(callback, Math.min(ms, longest)),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** Past this, setTimeout fires at once. */
const longest = 2 ** 31 - 1
