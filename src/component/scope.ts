/** The index spaces of a component, or of a component or instance type: what each number in its sections stands for. */
import { ShadowcatError } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { FunctionType, ValueType } from './types.ts'

/** What an import, export or alias is, in the order of the binary's own numbers. */
export const sorts = ['core', 'function', 'value', 'type', 'component', 'instance'] as const
export type Sort = (typeof sorts)[number]

/**
 * Something that an index stands for. `size` counts what it would be written out in full: small files can declare enormous types.
 * What stands behind `core` and `value` is not looked at.
 */
export type Item =
  | { readonly sort: 'core'; readonly size: number }
  | { readonly sort: 'value'; readonly size: number }
  | { readonly sort: 'function'; readonly type: FunctionType; readonly size: number }
  | { readonly sort: 'type'; readonly type: TypeItem; readonly size: number }
  | { readonly sort: 'component'; readonly exports: Exports; readonly size: number }
  | { readonly sort: 'instance'; readonly exports: Exports; readonly size: number }

/** What a type index stands for. A resource is known by the name that it was imported, exported or declared under. */
export type TypeItem =
  | { readonly is: 'value'; readonly type: ValueType; readonly depth: number }
  | { readonly is: 'function'; readonly type: FunctionType }
  | { readonly is: 'component'; readonly exports: Exports }
  | { readonly is: 'instance'; readonly exports: Exports }
  | { readonly is: 'resource'; name: string }

/** By name, in order. */
export type Exports = ReadonlyMap<string, Item>

const mostSize = 100_000
const mostDepth = 100

/** How many indices of each sort are taken; for `core`, of each of its own sorts, by the binary's number for it. */
export type Counts = { readonly [sort in Exclude<Sort, 'core'>]: number } & { readonly core: ReadonlyMap<number, number> }

/** One component's or type's index spaces, inside those of the enclosing one. */
export class Scope {
  readonly parent: Scope | undefined
  readonly depth: number
  readonly #items: { [sort in Sort]: Item[] } = { core: [], function: [], value: [], type: [], component: [], instance: [] }
  readonly #core = new Map<number, number>()

  constructor(parent: Scope | undefined, cursor: Cursor) {
    this.parent = parent
    this.depth = (parent?.depth ?? 0) + 1
    if (this.depth > mostDepth) cursor.fail(`components and their types nest deeper than ${mostDepth}`)
  }

  /** Takes the next index of the item's sort, and gives it. */
  add(item: Item): number {
    return this.#items[item.sort].push(item) - 1
  }

  /** Takes indices of a core sort, of which only the number is kept. */
  addCore(sort: number, count = 1): number {
    const first = this.#core.get(sort) ?? 0
    this.#core.set(sort, first + count)
    return first
  }

  coreCount(sort: number): number {
    return this.#core.get(sort) ?? 0
  }

  /** What an index of a sort stands for. */
  get<S extends Sort>(sort: S, index: number, cursor: Cursor): Extract<Item, { sort: S }> {
    const item = this.#items[sort][index]
    if (!item) cursor.fail(`there is no ${sort} ${index}; ${this.#items[sort].length} are declared before`)
    return item as Extract<Item, { sort: S }>
  }

  /** The scope `count` levels outwards. */
  outer(count: number, cursor: Cursor): Scope {
    if (count >= this.depth) cursor.fail(`nothing encloses it ${count} levels outwards`)
    return count === 0 ? this : this.parent!.outer(count - 1, cursor)
  }

  counts(): Counts {
    const items = this.#items
    return {
      function: items.function.length,
      value: items.value.length,
      type: items.type.length,
      component: items.component.length,
      instance: items.instance.length,
      core: new Map(this.#core),
    }
  }
}

/** The size of what has these parts, if that is not beyond reason. */
export function sizeOf(parts: Iterable<{ readonly size: number }>, cursor: Cursor): number {
  let size = 1
  for (const part of parts) size += part.size
  if (size > mostSize) cursor.fail(`a type has more than ${mostSize} parts`)
  return size
}

/** The depth of a type whose deepest part has this one. */
export function deeper(depth: number, cursor: Cursor): number {
  if (depth >= mostDepth) cursor.fail(`types nest deeper than ${mostDepth}`)
  return depth + 1
}

/** An export's item under its name; a name that is there already is an error. */
export function addExport(exports: Map<string, Item>, name: string, item: Item, cursor: Cursor): void {
  if (exports.has(name)) cursor.fail(`${JSON.stringify(name)} is exported twice`)
  exports.set(name, item)
}

/** The error for what is valid, and cannot be used here. */
export function unsupported(what: string): ShadowcatError {
  return new ShadowcatError('usage', `the component cannot be loaded: ${what}`, { facts: { unsupported: what } })
}
