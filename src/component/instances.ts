/** Instances: a component's with what it is given, or a bundle of things under names. */
import { readSort } from './aliases.ts'
import type { Cursor } from './cursor.ts'
import { readExternalName } from './definitions.ts'
import { type Item, type Scope, addExport, sizeOf } from './scope.ts'

const coreModule = 0x11
const coreInstance = 0x12

/** Reads an instance, which takes the next index of its sort. Whether what it is given fits is the engine's to check. */
export function readInstance(cursor: Cursor, scope: Scope): void {
  const form = cursor.byte()
  if (form === 0) {
    const { exports, size } = scope.get('component', cursor.u32(), cursor)
    cursor.vector(() => {
      cursor.name()
      readItem(cursor, scope)
    })
    scope.add({ sort: 'instance', exports, size })
  } else if (form === 1) {
    const exports = new Map<string, Item>()
    cursor.vector(() => {
      const name = readExternalName(cursor)
      addExport(exports, name, readItem(cursor, scope), cursor)
    })
    scope.add({ sort: 'instance', exports, size: sizeOf(exports.values(), cursor) })
  } else cursor.fail(`0x${form.toString(16)} makes no instance`, cursor.at - 1)
}

function readItem(cursor: Cursor, scope: Scope): Item {
  const { sort, core } = readSort(cursor)
  const index = cursor.u32()
  return core === undefined ? scope.get(sort, index, cursor) : { sort: 'core', size: 1 }
}

/** Reads a core instance, of which only the place in its index space matters here. */
export function readCoreInstance(cursor: Cursor, scope: Scope): void {
  const form = cursor.byte()
  if (form > 1) cursor.fail(`0x${form.toString(16)} makes no core instance`, cursor.at - 1)
  if (form === 0) {
    const modules = scope.coreCount(coreModule)
    const module = cursor.u32()
    if (module >= modules) cursor.fail(`there is no core module ${module}; ${modules} are declared before`)
  }
  cursor.vector(() => {
    cursor.name()
    cursor.byte()
    cursor.u32()
  })
  scope.addCore(coreInstance)
}
