/** Canonical functions: core functions lifted to the component's types, and the component's lowered to core ones. */
import type { Cursor } from './cursor.ts'
import { type Scope, unsupported } from './scope.ts'

const coreFunction = 0x00

/** Options that are followed by an index: memory, realloc, post-return. */
const indexed = new Set([3, 4, 5])

/** Reads one, which takes the next index of functions if it lifts, else of core functions. */
export function readCanonical(cursor: Cursor, scope: Scope): void {
  const code = cursor.byte()
  if (code === 0x00) readLift(cursor, scope)
  else if (code === 0x01) readLower(cursor, scope)
  else if (code >= 0x02 && code <= 0x04) {
    scope.get('type', cursor.u32(), cursor)
    scope.addCore(coreFunction)
  } else if (code <= 0x42) throw unsupported(`it uses the canonical function 0x${code.toString(16)}, which is asynchronous (WASI 0.3)`)
  else cursor.fail(`0x${code.toString(16)} is no canonical function`, cursor.at - 1)
}

function readLift(cursor: Cursor, scope: Scope): void {
  const at = cursor.at
  if (cursor.byte() !== 0) cursor.fail('a lift is followed by something else than 0', at)
  cursor.u32()
  readOptions(cursor)
  const { type, size } = scope.get('type', cursor.u32(), cursor)
  if (type.is !== 'function') cursor.fail(`a lifted function's type is that of a ${type.is}`, at)
  scope.add({ sort: 'function', type: type.type, size })
}

function readLower(cursor: Cursor, scope: Scope): void {
  if (cursor.byte() !== 0) cursor.fail('a lower is followed by something else than 0', cursor.at - 1)
  scope.get('function', cursor.u32(), cursor)
  readOptions(cursor)
  scope.addCore(coreFunction)
}

function readOptions(cursor: Cursor): void {
  cursor.vector(() => {
    const option = cursor.byte()
    if (indexed.has(option)) cursor.u32()
    else if (option === 6 || option === 7) throw unsupported('it has asynchronous functions (WASI 0.3)')
    else if (option > 2) cursor.fail(`0x${option.toString(16)} is no option of a canonical function`, cursor.at - 1)
  })
}
