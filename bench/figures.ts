/** What benchmarks measure, and what is found by it. */
import type { Figures } from './load.ts'

/** One way of talking to a server; calls per second and microseconds, the middle of all rounds and the best of them. */
export type Measured = { way: string; inFlight: number; rate: number; bestRate: number; p50: number; bestP50: number; p95: number }

/** One figure and its budget; `met` is absent when it could not be measured, and `budget` then says why. */
export type Finding = { what: string; value?: number; unit: string; budget: string; met?: boolean }

/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
}

/** What all rounds of one way come to. */
export function measuredOf(way: string, inFlight: number, rounds: readonly Figures[]): Measured {
  const rates = rounds.map(({ rate }) => rate)
  const p50s = rounds.map(({ p50 }) => p50)
  return { way, inFlight, rate: median(rates), bestRate: Math.max(...rates), p50: median(p50s), bestP50: Math.min(...p50s), p95: median(rounds.map(({ p95 }) => p95)) }
}
