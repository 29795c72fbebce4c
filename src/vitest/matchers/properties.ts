/** Property matchers: what a result must hold, and what of it may vary. */
import { escapeKey } from '../../canonical.ts'
import { equalNumbers, isAsymmetric, patternFor, withAnyIntegers } from './asymmetric.ts'
import type { Tree } from './json-text.ts'
import { Varying } from './notation.ts'

/** As a matcher's `this.equals`. */
export type Equals = (a: unknown, b: unknown, testers?: ((a: unknown, b: unknown) => boolean | undefined)[]) => boolean

/** The first place where a property does not hold; the pointer is RFC 6901's, from the result's root. */
export type Mismatch = { pointer: string; expected: unknown; actual: unknown }

/** The tree with the places that asymmetric matchers took marked as varying, or what does not hold. `value` is what the tree says, for people. */
export function applyProperties(tree: Tree, value: unknown, properties: unknown, equals: Equals): { tree: Tree } | { mismatch: Mismatch } {
  let mismatch: Mismatch | undefined
  const whole = apply(tree, value, properties, '')
  return mismatch ? { mismatch } : { tree: whole }

  function apply(at: Tree, actual: unknown, expected: unknown, pointer: string): Tree {
    if (isAsymmetric(expected) || !isContainer(expected)) {
      if (!equals(actual, withAnyIntegers(expected), [equalNumbers])) mismatch ??= { pointer, expected, actual }
      return isAsymmetric(expected) && actual !== undefined ? new Varying(isPlainText(pointer) ? undefined : patternFor(expected)) : at
    }
    if (!isContainer(actual) || Array.isArray(actual) !== Array.isArray(expected) || (Array.isArray(expected) && expected.length !== (actual as unknown[]).length)) {
      mismatch ??= { pointer, expected, actual }
      return at
    }
    const inside = (key: string): unknown => (Object.hasOwn(actual, key) ? (actual as Record<string, unknown>)[key] : undefined)
    if (Array.isArray(at)) return at.map((item, index) => apply(item, inside(String(index)), (expected as unknown[])[index], `${pointer}/${index}`))
    const members = new Map(at instanceof Map ? at : [])
    for (const [key, wanted] of Object.entries(expected)) {
      const applied = apply(members.get(key) ?? null, inside(key), wanted, `${pointer}/${escapeKey(key)}`)
      // What only stands for something that the server left out is not shown, unless it varies.
      if (members.has(key) || applied instanceof Varying) members.set(key, applied)
    }
    return members
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Places whose strings are shown without quotation marks. */
function isPlainText(pointer: string): boolean {
  return /^\/content\/\d+\/(?:(?:resource\/)?(?:text|uri|mimeType|blob)|data|name)$/.test(pointer)
}
