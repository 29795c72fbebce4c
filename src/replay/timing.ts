/** When the recorded messages leave. */
import { clearTimeout, realElapsed, setTimeout } from '../real.ts'

/** At once, in the recorded time, or in so many times the recorded time. */
export type Timing = 'none' | 'recorded' | number

/** A clock in ms and what waits by it. */
export type Timers = {
  now(): number
  set(callback: () => void, ms: number): unknown
  clear(timer: unknown): void
}

export const realTimers: Timers = {
  now: realElapsed,
  set: (callback, ms) => setTimeout(callback, Math.min(ms, longest)),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** Past this, setTimeout fires at once. */
const longest = 2 ** 31 - 1
