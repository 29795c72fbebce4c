import { createClock } from '@sinonjs/fake-timers'
import { ShadowcatError } from '../errors.ts'
import { counted } from '../units.ts'

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

/** What the machine's clocks said to earlier passes of a call, so that a further pass is told the same. */
export type Readings = bigint[]

const perMillisecond = 1_000_000n
const perSecond = 1_000_000_000n
// Taken when the module is loaded, so that a test's own fake timers do not reach them.
const realNow = Date.now.bind(Date)
const realMonotonic = process.hrtime.bigint.bind(process.hrtime)

/** The clocks of a new pass. `readings` belongs to the call; only real time uses it. When they are `closed`, the machine is not asked for more. */
export function createPassClock(time: Time, epoch: Date, readings: Readings, closed = false): Clock {
  return time.mode === 'real' ? createRealClock(readings, closed) : createHeldClock(epoch, time.mode === 'tick' ? time.nanoseconds : 0n)
}

function createHeldClock(epoch: Date, tick: bigint): Clock {
  const clock = createClock(epoch.getTime())

  function elapsed(): bigint {
    const [seconds, nanoseconds] = clock.hrtime() as [number, number]
    return BigInt(seconds) * perSecond + BigInt(nanoseconds)
  }
  function advance(nanoseconds: bigint): void {
    clock.tick(Number(nanoseconds / perMillisecond))
    const rest = Number(nanoseconds % perMillisecond)
    // It takes milliseconds as a double and cuts what is below a nanosecond: half of one more makes every cut the right one.
    if (rest > 0) clock.tick((rest + 0.5) / 1e6)
  }
  function read(value: bigint): bigint {
    if (tick > 0n) advance(tick)
    return value
  }

  return {
    wall: () => read(BigInt(epoch.getTime()) * perMillisecond + elapsed()),
    monotonic: () => read(elapsed()),
    elapsed,
    until(deadline) {
      const ahead = deadline - elapsed()
      if (ahead > furthest) throw new ShadowcatError('timeout', `the component waits for ${ahead / perSecond} s, more than the 100 years that a clock can be moved`)
      if (ahead > 0n) advance(ahead)
    },
  }
}

/** Beyond it the clock's milliseconds would no longer be exact. */
const furthest = 100n * 366n * 86_400n * perSecond

function createRealClock(readings: Readings, closed: boolean): Clock {
  let next = 0
  function reading(take: () => bigint): bigint {
    const known = readings[next]
    if (known === undefined && closed) throw new ShadowcatError('tape', `the component reads the clocks more often than when it was recorded, which was ${counted(readings.length, 'time')}; record again, or use --state live`)
    const value = known ?? take()
    readings[next++] = value
    return value
  }
  const begin = reading(realMonotonic)
  const elapsed = (): bigint => reading(realMonotonic) - begin

  return {
    wall: () => reading(() => BigInt(realNow()) * perMillisecond),
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
