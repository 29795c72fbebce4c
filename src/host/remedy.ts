import type { Time } from '../world/clock.ts'
import type { Use } from '../world/world.ts'
import type { Failure } from './failure.ts'

/** No call that does not wait for a clock reads it so often. */
const often = 1000

/** The same failure; a call that took too long while it read clocks that stand still is told what would move them. */
export function withRemedy(failure: Failure, trace: readonly Use[], time: Time): Failure {
  if (failure.kind !== 'time' || time.mode !== 'held') return failure
  const readings = trace.filter((use) => use.function === 'now' && use.interface.startsWith('wasi:clocks/'))
  if (readings.length <= often) return failure
  return { ...failure, message: `${failure.message}: it reads the clock again and again, which is held and does not move by itself; with --tick 1ms each reading moves it` }
}
