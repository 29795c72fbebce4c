import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { heldSources } from './als.ts'
import type { Chance } from './chance.ts'
import { createPart } from './replace.ts'

const nativeRandom = Math.random
const { randomUUID, randomBytes, randomInt, randomFill, randomFillSync } = nodeCrypto
const { webcrypto } = nodeCrypto
const web = Object.getPrototypeOf(webcrypto) as typeof webcrypto
const { randomUUID: webUuid, getRandomValues } = web

const chance = (): Chance | undefined => heldSources()?.chance

/** Each asks the native one first, for its errors, and puts the test's own bytes over what it gave. */
const held = {
  random: () => (chance()?.double() ?? nativeRandom()),
  webUuid(this: unknown): string {
    const native = Reflect.apply(webUuid, this, []) as string
    return chance()?.uuid() ?? native
  },
  getRandomValues<T extends ArrayBufferView>(this: unknown, array: T): T {
    Reflect.apply(getRandomValues, this, [array])
    chance()?.put(bytesOf(array))
    return array
  },
  randomUUID(options?: nodeCrypto.RandomUUIDOptions): string {
    const native = randomUUID(options)
    return chance()?.uuid() ?? native
  },
  randomBytes(size: number, callback?: (error: Error | null, bytes: Buffer) => void): Buffer | undefined {
    const own = chance()
    if (!own) return randomBytes(size, callback!) as Buffer | undefined
    if (callback !== undefined) checkCallback(callback)
    const bytes = randomBytes(size)
    own.put(bytes)
    if (!callback) return bytes
    process.nextTick(callback, null, bytes)
    return undefined
  },
  randomInt(...args: [number, number?, unknown?]): number | undefined {
    const own = chance()
    const callback = args.find((each) => typeof each === 'function') as ((error: null, value: number) => void) | undefined
    if (!own) return Reflect.apply(randomInt, undefined, args) as number | undefined
    const numbers = args.filter((each) => each !== callback) as [number, number]
    Reflect.apply(randomInt, undefined, numbers)
    const value = numbers[1] === undefined ? own.int(0, numbers[0]) : own.int(numbers[0], numbers[1])
    if (!callback) return value
    process.nextTick(callback, null, value)
    return undefined
  },
  randomFillSync<T extends ArrayBufferView | ArrayBuffer>(target: T, offset?: number, size?: number): T {
    Reflect.apply(randomFillSync, undefined, [target, offset, size])
    chance()?.put(partOf(target, offset, size))
    return target
  },
  randomFill(target: ArrayBufferView | ArrayBuffer, ...rest: unknown[]): void {
    const own = chance()
    const callback = rest.pop()
    if (!own) return void Reflect.apply(randomFill, undefined, [target, ...rest, callback])
    checkCallback(callback)
    held.randomFillSync(target, ...(rest as number[]))
    process.nextTick(callback, null, target)
  },
}

function checkCallback(callback: unknown): asserts callback is (...args: unknown[]) => void {
  // The native one words the error.
  if (typeof callback !== 'function') randomBytes(1, callback as never)
}

function bytesOf(view: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(view) ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view)
}

/** Offset and size are counted in elements, as Node does. */
function partOf(target: ArrayBufferView | ArrayBuffer, offset = 0, size?: number): Uint8Array {
  const width = (target as Partial<Uint16Array>).BYTES_PER_ELEMENT ?? 1
  return bytesOf(target).subarray(offset * width, size === undefined ? undefined : (offset + size) * width)
}

const part = createPart(
  [
    { target: Math, key: 'random', ours: held.random, native: nativeRandom },
    { target: webcrypto, key: 'randomUUID', ours: held.webUuid, native: undefined },
    { target: webcrypto, key: 'getRandomValues', ours: held.getRandomValues, native: undefined },
    ...(['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync'] as const).map((key) => ({ target: nodeCrypto, key, ours: held[key], native: nodeCrypto[key] })),
  ],
  // What was imported by name, `import { randomUUID } from 'node:crypto'`, follows the module.
  syncBuiltinESMExports,
)

/**
 * Puts the test's random numbers in place of `Math.random` and those of `crypto` and `node:crypto`, until what is returned is called. Functions
 * taken when a module loaded, keys that are generated, and whatever C++ draws by itself stay the machine's.
 */
export const holdChance = (): (() => void) => part.hold()
