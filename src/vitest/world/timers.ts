import { syncBuiltinESMExports } from 'node:module'
import nodeTimers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { ShadowcatError } from '../../errors.ts'
import { heldSources } from './als.ts'
import { clearHeld, type HeldTimers } from './clock.ts'
import { createPart } from './replace.ts'

const native = { setTimeout, clearTimeout, setInterval, clearInterval }
const nativePromises = { setTimeout: timersPromises.setTimeout, setInterval: timersPromises.setInterval }
const nativeAbort = AbortSignal.timeout
const nativeWait = Object.getPrototypeOf(timersPromises.scheduler).wait as (milliseconds: number, options?: object) => Promise<void>

const timers = (): HeldTimers | undefined => heldSources()?.timers
type Callback = (...args: unknown[]) => void

function starter(kind: 'setTimeout' | 'setInterval'): (callback: Callback, milliseconds?: number, ...args: unknown[]) => NodeJS.Timeout {
  return (callback, milliseconds, ...args) => {
    const own = timers()
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
  if (number >= 1e12) timers()?.clear(number)
  else native.clearTimeout(timer)
}

type WaitOptions = { signal?: AbortSignal; ref?: boolean }

function sleep<T>(milliseconds?: number, value?: T, options?: WaitOptions): Promise<T> {
  const own = timers()
  const signal = options?.signal
  if (!own || signal?.aborted) return nativePromises.setTimeout(milliseconds, value, options) as Promise<T>
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      own.clear(timer)
      // Rejects at once, with the native error.
      nativePromises.setTimeout(0, undefined, { signal: signal! }).catch(reject)
    }
    const timer = own.set(() => {
      signal?.removeEventListener('abort', abort)
      resolve(value as T)
    }, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })
  })
}

async function* tick<T>(milliseconds?: number, value?: T, options?: WaitOptions): AsyncGenerator<T> {
  if (!timers()) return yield* nativePromises.setInterval(milliseconds, value, options)
  for (;;) yield await sleep(milliseconds, value as T, options)
}

function timeout(milliseconds: number): AbortSignal {
  const own = timers()
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
    { target: timersPromises, key: 'setTimeout', ours: sleep, native: nativePromises.setTimeout },
    { target: timersPromises, key: 'setInterval', ours: tick, native: nativePromises.setInterval },
    { target: timersPromises.scheduler, key: 'wait', ours: (milliseconds: number, options?: WaitOptions) => (timers() ? sleep(milliseconds, undefined, options) : nativeWait.call(timersPromises.scheduler, milliseconds, options)), native: undefined },
    { target: AbortSignal, key: 'timeout', ours: timeout, native: nativeAbort },
  ],
  syncBuiltinESMExports,
)

/**
 * Puts held timers in place until what is returned is called: the globals, `node:timers`, `node:timers/promises` and `AbortSignal.timeout`.
 * `setImmediate`, `process.nextTick` and `performance` stay the machine's, as do functions taken when a module loaded, and Node's own timeouts,
 * such as a socket's. Throws 'usage' when fake timers of the user stand there already.
 */
export function holdTimers(mode: 'auto' | 'manual'): () => void {
  const release = part.hold()
  if (part.inPlace()) return release
  release()
  throw new ShadowcatError('usage', `world.timers is '${mode}', but setTimeout is faked already, as by vi.useFakeTimers(): call vi.useRealTimers() before the test begins, or leave out world.timers`)
}

/** Whether timers set now are ours: no fake timers of the user stand over them. */
export const timersAreHeld = (): boolean => part.inPlace()
