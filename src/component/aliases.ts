/** Aliases: names for what an instance exports, or for what an enclosing component has. */
import type { Cursor } from './cursor.ts'
import { type Scope, type Sort, sorts } from './scope.ts'

/** `core` is the binary's number of the core sort; `instance` and `name` say of what instance's export it is the alias. */
export type Alias = { readonly sort: Sort; readonly core?: number | undefined; readonly instance?: number | undefined; readonly name?: string | undefined }

/** Reads one alias, which takes the next index of its sort. */
export function readAlias(cursor: Cursor, scope: Scope): Alias {
  const at = cursor.at
  const { sort, core } = readSort(cursor)
  const target = cursor.byte()
  if (target === 0) {
    const instance = cursor.u32()
    const name = cursor.name()
    const item = scope.get('instance', instance, cursor).exports.get(name)
    if (!item) cursor.fail(`instance ${instance} exports no ${JSON.stringify(name)}`, at)
    if (item.sort !== sort) cursor.fail(`the export ${JSON.stringify(name)} of instance ${instance} is a ${item.sort}, not a ${sort}`, at)
    if (core === undefined) scope.add(item)
    else scope.addCore(core)
    return { sort, core, instance, name }
  }
  if (target === 1) {
    const instance = cursor.u32()
    const name = cursor.name()
    if (core === undefined) cursor.fail(`a core instance exports no ${sort}`, at)
    scope.addCore(core)
    return { sort, core, instance, name }
  }
  if (target !== 2) cursor.fail(`0x${target.toString(16)} is no way to name something`, at)
  const outer = scope.outer(cursor.u32(), cursor)
  const index = cursor.u32()
  if (core !== undefined) scope.addCore(core)
  else if (sort === 'type' || sort === 'component') scope.add(outer.get(sort, index, cursor))
  else cursor.fail(`a ${sort} of an enclosing component cannot be named`, at)
  return { sort, core }
}

/** A sort, and the binary's number of the core sort if it is one. */
export function readSort(cursor: Cursor): { sort: Sort; core: number | undefined } {
  const code = cursor.byte()
  const sort = sorts[code]
  if (!sort) cursor.fail(`0x${code.toString(16)} is no sort of thing`, cursor.at - 1)
  return { sort, core: code === 0 ? cursor.byte() : undefined }
}
