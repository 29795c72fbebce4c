import type { RandomUUIDOptions } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import process, { nextTick } from 'node:process'
import { perWorker } from '../../per-worker.ts'
import { realCrypto } from '../../real.ts'
import { heldSources } from './als.ts'
import type { Chance } from './chance.ts'

const { node, web } = realCrypto

const chance = (): Chance | undefined => heldSources()?.chance

/** Each asks the native one first, for its errors, and puts the test's own bytes over what it gave. */
const heldWeb = {
  randomUUID(this: unknown, ...args: unknown[]): string {
    const native = Reflect.apply(web.randomUUID, this, args) as string
    return chance()?.uuid() ?? native
  },
  getRandomValues(this: unknown, ...args: [ArrayBufferView]): ArrayBufferView {
    const array = Reflect.apply(web.getRandomValues, this, args)
    chance()?.put(bytesOf(array))
    return array
  },
}

const heldNode = {
  randomUUID(...args: [RandomUUIDOptions?]): string {
    const native = node.randomUUID(...args)
    return chance()?.uuid() ?? native
  },
  randomBytes(size: number, callback?: (error: Error | null, bytes: Buffer) => void): Buffer | undefined {
    const own = chance()
    if (!own) return node.randomBytes(size, callback!) as Buffer | undefined
    if (callback !== undefined) checkCallback(callback)
    const bytes = node.randomBytes(size)
    own.put(bytes)
    if (!callback) return bytes
    nextTick(callback, null, bytes)
    return undefined
  },
  randomInt(...args: [number, number?, unknown?]): number | undefined {
    const own = chance()
    const callback = args.find((each) => typeof each === 'function') as ((error: null, value: number) => void) | undefined
    if (!own) return Reflect.apply(node.randomInt, undefined, args) as number | undefined
    const numbers = args.filter((each) => each !== callback) as [number, number]
    Reflect.apply(node.randomInt, undefined, numbers)
    const value = numbers[1] === undefined ? own.int(0, numbers[0]) : own.int(numbers[0], numbers[1])
    if (!callback) return value
    nextTick(callback, null, value)
    return undefined
  },
  randomFillSync(...args: [ArrayBufferView | ArrayBuffer, number?, number?]): ArrayBufferView | ArrayBuffer {
    const filled = Reflect.apply(node.randomFillSync, undefined, args as [ArrayBufferView])
    chance()?.put(partOf(...args))
    return filled
  },
  randomFill(...args: [ArrayBufferView | ArrayBuffer, ...unknown[]]): void {
    if (!chance()) return void Reflect.apply(node.randomFill, undefined, args)
    const callback = args.pop()
    checkCallback(callback)
    nextTick(callback, null, heldNode.randomFillSync(...(args as [ArrayBufferView, number?, number?])))
  },
}

function checkCallback(callback: unknown): asserts callback is (...args: unknown[]) => void {
  // The native one words the error.
  if (typeof callback !== 'function') node.randomBytes(1, callback as never)
}

function bytesOf(view: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(view) ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view)
}

/** Offset and size are counted in elements, as Node does. */
function partOf(target: ArrayBufferView | ArrayBuffer, offset = 0, size?: number): Uint8Array {
  const width = (target as Partial<Uint16Array>).BYTES_PER_ELEMENT ?? 1
  return bytesOf(target).subarray(offset * width, size === undefined ? undefined : (offset + size) * width)
}

type Wrapper = { target: object; key: string; native: unknown; ours: unknown }

/** One for each function and worker: those of the first instance serve all, as they find the running test's world wherever it was entered. */
const wrappers = perWorker('wrapped crypto', (): Wrapper[] => {
  const nodeCrypto = process.getBuiltinModule('node:crypto')
  const prototype = Object.getPrototypeOf(nodeCrypto.webcrypto) as object
  return [
    ...Object.entries(web).map(([key, native]) => ({ target: prototype, key, native, ours: like(native, heldWeb[key as keyof typeof web]) })),
    ...Object.entries(node).map(([key, native]) => ({ target: nodeCrypto, key, native, ours: like(native, heldNode[key as keyof typeof node]) })),
  ]
})

/** With the same name, length and whatever else the native one has. */
function like(native: object, ours: object): object {
  return Object.defineProperties(ours, Object.getOwnPropertyDescriptors(native))
}

/**
 * Puts functions in the place of those of `crypto` and `node:crypto` that draw random numbers, for the worker's whole life: they give the running
 * test's numbers, and where no test holds any, the machine's. So code that takes such a function when it loads, as the package uuid does, has the
 * test's too, if it is loaded after this. May be called again, and does nothing then; where somebody else's stands in a place, it stays.
 *
 * What still escapes: ids that a module makes while it loads; bytes that a module draws ahead and keeps for later calls, of later tests too, as
 * nanoid does, and uuid before 14 for all but plain `v4()`; functions taken before this ran, as in a test file that has the import of
 * `shadowcat/vitest` below and the plugin not at all; `Math.random` taken when a module loaded; generated keys, and whatever C++ draws by itself.
 */
export function wrapCrypto(): void {
  const missing = wrappers.filter(({ target, key, native }) => Reflect.get(target, key) === native)
  for (const { target, key, ours } of missing) Object.defineProperty(target, key, { value: ours })
  // What was imported by name, `import { randomUUID } from 'node:crypto'`, follows the module.
  if (missing.length > 0) syncBuiltinESMExports()
}
