import vm from 'node:vm'
import { formatSize } from '../units.ts'
import { Ended } from './failure.ts'

/** What one call may take. */
export type Limits = {
  /** Milliseconds, the waiting for outgoing HTTP included. */
  time: number
  /** Bytes that the component may hand over at once: a result, or what one WASI call is given. */
  size: number
  /** Resources, such as streams and open files, that it may hold at a time. */
  handles: number
}

export const defaultLimits: Limits = { time: 60_000, size: 64 * 1024 * 1024, handles: 10_000 }

/** Bytes of memory that a component may have, by default. */
export const defaultMemory = 1024 * 1024 * 1024

/** A clear sentence for each limit. */
export const exceeded = {
  time: (limit: number) => new Ended('time', `the call took longer than its limit of ${limit < 1000 ? `${limit} ms` : `${limit / 1000} s`}`),
  size: (limit: number) => new Ended('size', `the component handed over more than its limit of ${formatSize(limit)} at once`),
  handles: (limit: number) => new Ended('handles', `the component holds more than its limit of ${limit} handles`),
}

// Only the engine can end a loop inside WebAssembly, and this is where it lends that power. The context is empty but for the function to call.
const context = vm.createContext(Object.create(null) as { run?: () => unknown })
const script = new vm.Script('run()', { filename: 'call' })

/** Runs to the end, or throws Ended 'time' after so many milliseconds (at least one). What was running then is in no defined state. */
export function within<T>(time: number, limit: number, run: () => T): T {
  const outer = context.run
  context.run = run
  try {
    return script.runInContext(context, { timeout: Math.max(1, Math.ceil(time)) }) as T
  } catch (error) {
    throw (error as { code?: unknown } | null | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? exceeded.time(limit) : error
  } finally {
    context.run = outer!
  }
}
