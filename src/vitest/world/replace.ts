import { vi } from 'vitest'
import { createHolders } from './holders.ts'

/** A property that ours takes the place of: `native` is what must stand there, undefined when the object has none of its own. */
export type Replacement = { target: object; key: PropertyKey; ours: unknown; native: unknown; /** Both are getters. */ accessor?: boolean }

export type Part = {
  /** Puts ours in place, with the first that asks, and gives what takes it away again, with the last. */
  hold(): () => void
  /** Whether every one of ours stands in its place: nobody else's does. */
  inPlace(): boolean
}

/**
 * Globals that are held together, for as long as a test asks for them. Where something else stands in a place, such as a fake of the user, it
 * stays, and what was put over ours is not undone. `changed` runs after each change.
 */
export function createPart(replacements: readonly Replacement[], changed: () => void = () => undefined): Part {
  function put(): void {
    // vitest takes the globals for its fake timers when it is first asked about them, and for good: these must not be ours.
    vi.isFakeTimers()
    for (const one of replacements) replace(one)
    changed()
  }

  function takeAway(): void {
    for (const one of replacements) restore(one)
    changed()
  }

  return {
    hold: createHolders(put, takeAway),
    inPlace: () => replacements.every((one) => current(one) === one.ours),
  }
}

function current({ target, key, accessor }: Replacement): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(target, key)
  return accessor ? descriptor?.get : descriptor?.value
}

function replace(one: Replacement): void {
  const { target, key, ours, native, accessor } = one
  if (current(one) !== native) return
  const { enumerable = true } = Object.getOwnPropertyDescriptor(target, key) ?? {}
  Object.defineProperty(target, key, accessor ? { get: ours as () => unknown } : { value: ours, writable: true, configurable: true, enumerable })
}

function restore(one: Replacement): void {
  const { target, key, ours, native, accessor } = one
  if (current(one) !== ours) return
  if (native === undefined) Reflect.deleteProperty(target, key)
  else Object.defineProperty(target, key, accessor ? { get: native as () => unknown } : { value: native })
}
