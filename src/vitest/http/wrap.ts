import { createHolders } from '../world/holders.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- whatever function stands in the place
type AnyFunction = (this: any, ...args: any[]) => any

export type Wrap<T extends AnyFunction> = {
  /** Puts ours in place, over what stands there, with the first that asks; gives what takes it away again, with the last. */
  hold(): () => void
  /** What stood there when ours was put in place, and does the work. */
  readonly beneath: T
}

/**
 * A function of ours over whatever stands in a place, such as a mock of the user. What was put over ours meanwhile is not undone: ours stays
 * under it, and does nothing then but pass on.
 */
export function createWrap<T extends AnyFunction>(target: object, key: PropertyKey, ours: T): Wrap<T> {
  let original: PropertyDescriptor | undefined
  let beneath = Reflect.get(target, key) as T

  function put(): void {
    if (Reflect.get(target, key) === ours) return
    beneath = Reflect.get(target, key) as T
    original = Object.getOwnPropertyDescriptor(target, key)
    Object.defineProperty(target, key, { value: ours, writable: true, configurable: true, enumerable: original?.enumerable ?? true })
  }

  function takeAway(): void {
    if (Reflect.get(target, key) !== ours || !original) return
    Object.defineProperty(target, key, original)
    original = undefined
  }

  return {
    get beneath() {
      return beneath
    },
    hold: createHolders(put, takeAway),
  }
}
