import { syncBuiltinESMExports } from 'node:module'
import nodeTimers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { ShadowcatError } from '../../errors.ts'
import { clearInterval, clearTimeout, setInterval, setTimeout, sleep as nativeSleep, ticks as nativeTicks } from '../../real.ts'
import { heldSources } from './als.ts'
import { type HeldTimers, clearHeld, createHeldTimers } from './clock.ts'
import { createPart } from './replace.ts'

// Taken early, all but the last two: this module loads when held timers are first asked for, and the user's may stand there then.
const native = { setTimeout, clearTimeout, setInterval, clearInterval }
const nativeAbort = AbortSignal.timeout
const nativeWait = Object.getPrototypeOf(timersPromises.scheduler).wait as (milliseconds: number, options?: object) => Promise<void>

const ownTimers = (): HeldTimers | undefined => heldSources()?.timers
type Callback = (...args: unknown[]) => void

function starter(kind: 'setTimeout' | 'setInterval'): (callback: Callback, milliseconds?: number, ...args: unknown[]) => NodeJS.Timeout {
  return (callback, milliseconds, ...args) => {
    const own = ownTimers()
    // The native one words the error.
    if (!own || typeof callback !== 'function') return native[kind](callback, milliseconds, ...args)
    return own.set(() => callback(...args), milliseconds, kind === 'setInterval' ? 'every' : 'once')
  }
}

/** Timers are cleared wherever they were set. */
function clear(timer?: NodeJS.Timeout | string | number): void {
  if (clearHeld(timer)) return
  const number = Number(typeof timer === 'object' ? Number.NaN : timer)
  // Those of fake-timers count from here, so that they are nobody else's.
  if (number >= 1e12) ownTimers()?.clear(number)
  else native.clearTimeout(timer)
}

type WaitOptions = { signal?: AbortSignal; ref?: boolean }

function sleep<T>(milliseconds?: number, value?: T, options?: WaitOptions): Promise<T> {
  const own = ownTimers()
  const signal = options?.signal
  if (!own || signal?.aborted) return nativeSleep(milliseconds, value, options) as Promise<T>
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      own.clear(timer)
      // Rejects at once, with the native error.
      nativeSleep(0, undefined, { signal: signal! }).catch(reject)
    }
    const timer = own.set(() => {
      signal?.removeEventListener('abort', abort)
      resolve(value as T)
    }, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })
  })
}

async function* tick<T>(milliseconds?: number, value?: T, options?: WaitOptions): AsyncGenerator<T> {
  if (!ownTimers()) return yield* nativeTicks(milliseconds, value, options)
  for (;;) yield await sleep(milliseconds, value as T, options)
}

function timeout(milliseconds: number): AbortSignal {
  const own = ownTimers()
  const signal = nativeAbort.call(AbortSignal, milliseconds)
  if (!own) return signal
  const controller = new AbortController()
  own.set(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), milliseconds)
  return controller.signal
}

const held = {
  setTimeout: Object.defineProperty(starter('setTimeout'), promisify.custom, { get: () => timersPromises.setTimeout, enumerable: true }),
  setInterval: starter('setInterval'),
  clearTimeout: clear,
  clearInterval: clear,
}
const keys = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] as const

const part = createPart(
  [
    ...keys.map((key) => ({ target: globalThis, key, ours: held[key], native: native[key] })),
    ...keys.map((key) => ({ target: nodeTimers, key, ours: held[key], native: native[key] })),
    { target: timersPromises, key: 'setTimeout', ours: sleep, native: nativeSleep },
    { target: timersPromises, key: 'setInterval', ours: tick, native: nativeTicks },
    { target: timersPromises.scheduler, key: 'wait', ours: (milliseconds: number, options?: WaitOptions) => (ownTimers() ? sleep(milliseconds, undefined, options) : nativeWait.call(timersPromises.scheduler, milliseconds, options)), native: undefined },
    { target: AbortSignal, key: 'timeout', ours: timeout, native: nativeAbort },
  ],
  syncBuiltinESMExports,
)

/**
 * Puts held timers in place until they are closed: the globals, `node:timers`, `node:timers/promises` and `AbortSignal.timeout`. `setImmediate`,
 * `process.nextTick` and `performance` stay the machine's, as do functions taken when a module loaded, and Node's own timeouts, such as a socket's.
 * Rejects with 'usage' when fake timers of the user stand there already.
 */
export async function holdTimers(mode: 'auto' | 'manual', isOwn: () => boolean): Promise<HeldTimers & { /** Whether no fake timers of the user stand over these. */ inPlace(): boolean }> {
  const release = part.hold()
  if (!part.inPlace()) {
    release()
    throw new ShadowcatError('usage', `world.timers is '${mode}', but setTimeout is faked already, as by vi.useFakeTimers(): call vi.useRealTimers() before the test begins, or leave out world.timers`)
  }
  const timers = await createHeldTimers(mode, isOwn)
  return {
    ...timers,
    inPlace: part.inPlace,
    close() {
      timers.close()
      release()
    },
  }
}
