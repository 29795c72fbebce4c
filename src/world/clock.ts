import { ShadowcatError } from '../errors.ts'
import { realNow } from '../real.ts'
import { notRecorded } from './not-recorded.ts'
import type { Stage } from './variation.ts'

/**
 * How time goes inside a call. `held`: it begins at the epoch and moves to the deadlines that are waited for, and no further.
 * `tick`: each reading of either clock also moves it so many nanoseconds. `real`: the machine's own time.
 */
export type Time = { mode: 'held' } | { mode: 'tick'; nanoseconds: bigint } | { mode: 'real' }

/** The two clocks of one pass. All values are nanoseconds. */
export type Clock = {
  /** Since 1970. A reading, which a tick follows. */
  wall(): bigint
  /** Since the call began. A reading, which a tick follows. */
  monotonic(): bigint
  /** The monotonic clock, when it is not the component that reads it. */
  elapsed(): bigint
  /** Waits until the monotonic clock has come to this deadline. */
  until(deadline: bigint): void
}

const perMillisecond = 1_000_000n
const perSecond = 1_000_000_000n

/** How clocks differ from what they would say, in nanoseconds: the wall clock by `wall`, the monotonic one by `origin`, and each reading of either moves both by `tick`. */
export type Shift = { readonly wall: bigint; readonly origin: bigint; readonly tick: bigint }

const noShift: Shift = { wall: 0n, origin: 0n, tick: 0n }

/**
 * Clocks of which nothing is the same: year, month, day, weekday, hour, minute, second and each part of it. A tick is too short to let the
 * time limits of components pass by, and with the second one long enough to show in what is rounded.
 */
export const shifts: Readonly<Record<Stage, Shift>> = {
  content: { wall: (1_250n * 86_400n + 26_239n) * perSecond + 321_654_987n, origin: 12_345_678_901_235n, tick: 1_001_007n },
  failure: { wall: (1_990n * 86_400n + 47_807n) * perSecond + 543_219_877n, origin: 98_765_432_109_877n, tick: 101_101_007n },
}

/** What the machine's clocks said to earlier passes of a call, so that a further pass is told the same. */
export type Readings = bigint[]

// Taken when the module is loaded, so that a test's own fake timers do not reach it.
const realMonotonic = process.hrtime.bigint.bind(process.hrtime)

/** The clocks of a new pass. `readings` belongs to the call; only real time uses it. When they are `closed`, the machine is not asked for more. */
export function createPassClock(time: Time, epoch: Date, readings: Readings, closed = false, shift: Shift = noShift): Clock {
  return time.mode === 'real' ? createRealClock(readings, closed, shift) : createHeldClock(epoch, time.mode === 'tick' ? time.nanoseconds : 0n, shift)
}

function createHeldClock(epoch: Date, ownTick: bigint, shift: Shift): Clock {
  const begin = BigInt(epoch.getTime()) * perMillisecond + shift.wall
  const tick = ownTick + shift.tick
  let moved = 0n
  const elapsed = (): bigint => moved + shift.origin
  function read(value: bigint): bigint {
    moved += tick
    return value
  }

  return {
    wall: () => read(begin + moved),
    monotonic: () => read(elapsed()),
    elapsed,
    until(deadline) {
      const ahead = deadline - elapsed()
      if (ahead > furthest) throw new ShadowcatError('timeout', `the component waits for ${ahead / perSecond} s, more than the 100 years that a clock can be moved`)
      if (ahead > 0n) moved += ahead
    },
  }
}

/** Whoever waits for longer waits for ever. */
const furthest = 100n * 366n * 86_400n * perSecond

/** A tick would change nothing that is not another each time anyway. */
function createRealClock(readings: Readings, closed: boolean, shift: Shift): Clock {
  let next = 0
  function reading(take: () => bigint): bigint {
    const known = readings[next]
    if (known === undefined && closed) throw notRecorded(`reading ${readings.length + 1} of the clocks`, readings.length > 0 ? `reading ${readings.length}` : undefined)
    const value = known ?? take()
    readings[next++] = value
    return value
  }
  const begin = reading(realMonotonic) - shift.origin
  const elapsed = (): bigint => reading(realMonotonic) - begin

  return {
    wall: () => reading(() => BigInt(realNow()) * perMillisecond) + shift.wall,
    monotonic: elapsed,
    elapsed,
    until(deadline) {
      for (let ahead = deadline - elapsed(); ahead > 0n; ahead = deadline - elapsed()) {
        // This wait has been waited, in an earlier pass or when it was recorded.
        if (next < readings.length) continue
        // A pass is synchronous, so its thread has nothing else to do; a time limit ends this wait too.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.ceil(Number(ahead) / 1e6))
      }
    },
  }
}
