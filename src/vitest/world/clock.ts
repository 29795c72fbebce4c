import { AsyncResource } from 'node:async_hooks'
import { queueMicrotask, setImmediate } from '../../real.ts'
import { watchRequests } from './requests.ts'
import { createStillness, turn } from './stillness.ts'

/** Timers of one test, on a clock of their own. */
export type HeldTimers = {
  /** Milliseconds that the clock has moved since the test began. */
  elapsed(): number
  /** A timer as Node's: an object that can be cleared, refreshed and made a number. */
  set(callback: () => void, milliseconds: number | undefined, kind?: 'once' | 'every'): NodeJS.Timeout
  /** Clears one of these; its number does as well. */
  clear(timer: unknown): void
  /** Moves the clock; what becomes due runs in order, and after each what it brought about. */
  advance(milliseconds: number): Promise<void>
  /** So many more, or fewer, answers of something live are to come: until they are here, the clock moves no faster than the machine's. */
  pending(change: number): void
  /** Ends it: timers that are left never fire. */
  close(): void
}

/**
 * Timers that run when `advance` says so, or, in `auto`, as soon as the test is at rest. A timer of an hour that runs while something live is in
 * flight waits its hour, as a guard around a slow call must; the clock then still moves to its deadline alone, so that Date tells nothing of it.
 * `isOwn` tells whether what begins now is of the same test. Loads fake-timers, of which nothing is installed: it is a queue here, and each test has its own.
 */
export async function createHeldTimers(mode: 'auto' | 'manual', isOwn: () => boolean): Promise<HeldTimers> {
  const { createClock } = await import('@sinonjs/fake-timers')
  const clock = createClock(0)
  const stillness = createStillness(() => untilNext(clock))
  let [running, closed] = [false, false]
  const unwatch = watchRequests(isOwn, stillness.pending)
  const left = (): boolean => clock.countTimers() > 0 && !closed

  async function step(): Promise<void> {
    await stillness.settled()
    if (left()) clock.next()
    changed()
  }
  async function run(): Promise<void> {
    if (running) return
    running = true
    while (left()) await step()
    running = false
  }
  function changed(): void {
    stillness.changed()
    if (mode === 'auto' && !running) queueMicrotask(() => void run())
  }
  function set(callback: () => void, milliseconds: number | undefined, kind: 'once' | 'every' = 'once'): NodeJS.Timeout {
    const fire = guarded(callback)
    const timer = (kind === 'every' ? clock.setInterval(fire, milliseconds) : clock.setTimeout(fire, milliseconds)) as unknown as NodeJS.Timeout
    owners.set(timer, clear)
    changed()
    return complete(timer, clear, changed)
  }
  function clear(timer: unknown): void {
    clock.clearTimeout(timer as never)
    changed()
  }

  return {
    elapsed: () => clock.now,
    set,
    clear,
    async advance(milliseconds) {
      const goal = { reached: false, passed: () => goal.reached || closed }
      set(() => (goal.reached = true), milliseconds)
      while (!goal.passed()) await (mode === 'manual' ? step() : turn())
      await turn()
      // What became due at the very end, because of what became due before.
      clock.tick(0)
      await turn()
    },
    pending: stillness.pending,
    close() {
      closed = true
      clock.reset()
      unwatch()
      stillness.close()
    },
  }
}

/** Which clock a timer belongs to, as it may be cleared from anywhere. */
const owners = new WeakMap<object, (timer: unknown) => void>()

/** Clears a timer of any test's clock; false when it is none. */
export function clearHeld(timer: unknown): boolean {
  const clear = typeof timer === 'object' && timer !== null ? owners.get(timer) : undefined
  clear?.(timer)
  return clear !== undefined
}

/** Runs where it was set. An error is nobody's here: it ends the run as it does without. */
function guarded(callback: () => void): () => void {
  const bound = AsyncResource.bind(callback)
  return () => {
    try {
      bound()
    } catch (error) {
      setImmediate(() => {
        throw error
      })
    }
  }
}

/** What Node's timers have and those of fake-timers have not. */
function complete(timer: NodeJS.Timeout, clear: (timer: unknown) => void, changed: () => void): NodeJS.Timeout {
  const refresh = timer.refresh.bind(timer)
  return Object.assign(timer, {
    refresh() {
      refresh()
      changed()
      return timer
    },
    close() {
      clear(timer)
      return timer
    },
    [Symbol.dispose]: () => clear(timer),
  })
}

function untilNext(clock: { now: number; timers?: Map<number, { callAt?: number }> }): number {
  let first = Infinity
  for (const { callAt = Infinity } of clock.timers?.values() ?? []) first = Math.min(first, callAt)
  return first - clock.now
}
