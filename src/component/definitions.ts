/** Type definitions, as the Component Model's Binary.md gives them: https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md */
import type { Cursor } from './cursor.ts'
import { readAlias } from './aliases.ts'
import { type Item, Scope, addExport, deeper, sizeOf, unsupported } from './scope.ts'
import type { Case, Field, Scalar, ValueType } from './types.ts'

type TypeEntry = Extract<Item, { sort: 'type' }>

/** A type of values with what it takes to keep types within reason. */
type Sized = { readonly type: ValueType; readonly size: number; readonly depth: number }

const scalars: ReadonlyMap<number, Scalar> = new Map([
  [0x7f, 'bool'], [0x7e, 's8'], [0x7d, 'u8'], [0x7c, 's16'], [0x7b, 'u16'], [0x7a, 's32'], [0x79, 'u32'],
  [0x78, 's64'], [0x77, 'u64'], [0x76, 'f32'], [0x75, 'f64'], [0x74, 'char'], [0x73, 'string'],
])

/** Reads one definition; what it stands for takes the next type index, which is the caller's to give. */
export function readType(cursor: Cursor, scope: Scope): TypeEntry {
  const code = cursor.byte()
  if (code === 0x40 || code === 0x43) return readFunction(cursor, scope, code === 0x43)
  if (code === 0x41 || code === 0x42) return readDeclarations(cursor, scope, code === 0x41)
  if (code === 0x3f || code === 0x3e) return readResource(cursor, code === 0x3e)
  const { type, size, depth } = readValueDefinition(cursor, scope, code)
  return { sort: 'type', size, type: { is: 'value', type, depth } }
}

function readFunction(cursor: Cursor, scope: Scope, async: boolean): TypeEntry {
  const parts: Sized[] = []
  const keep = (sized: Sized): ValueType => {
    parts.push(sized)
    return sized.type
  }
  const parameters = cursor.vector((): Field => ({ name: label(cursor), type: keep(readValue(cursor, scope)) }))
  const form = cursor.byte()
  if (form > 1) cursor.fail(`0x${form.toString(16)} is no list of results`, cursor.at - 1)
  const result = form === 0 ? keep(readValue(cursor, scope)) : undefined
  if (form === 1 && cursor.byte() !== 0) cursor.fail('a function with named results is of an older format', cursor.at - 1)
  return { sort: 'type', size: sizeOf(parts, cursor), type: { is: 'function', type: { parameters, result, async } } }
}

/** A resource has no name where it is defined: its export gives it one. */
function readResource(cursor: Cursor, async: boolean): TypeEntry {
  if (cursor.byte() !== 0x7f) cursor.fail('a resource is represented by something else than an i32', cursor.at - 1)
  if (async) cursor.u32()
  cursor.optional(() => cursor.u32())
  return { sort: 'type', size: 1, type: { is: 'resource', name: '' } }
}

/** A component's or an instance's type: its declarations, in a scope of their own. */
function readDeclarations(cursor: Cursor, outer: Scope, component: boolean): TypeEntry {
  const scope = new Scope(outer, cursor)
  const exports = new Map<string, Item>()
  cursor.vector(() => {
    const code = cursor.byte()
    if (code === 0) throw unsupported('it declares types of core modules')
    else if (code === 1) scope.add(readType(cursor, scope))
    else if (code === 2) readAlias(cursor, scope)
    else if (code === 3 && component) scope.add(readDescribed(cursor, scope, readExternalName(cursor)))
    else if (code === 4) {
      const name = readExternalName(cursor)
      const item = readDescribed(cursor, scope, name)
      scope.add(item)
      addExport(exports, name, item, cursor)
    } else cursor.fail(`0x${code.toString(16)} declares nothing`, cursor.at - 1)
  })
  return { sort: 'type', size: sizeOf(exports.values(), cursor), type: { is: component ? 'component' : 'instance', exports } }
}

/** The name of an import or export. */
export function readExternalName(cursor: Cursor): string {
  const form = cursor.byte()
  if (form > 1) cursor.fail(`0x${form.toString(16)} is no form of a name`, cursor.at - 1)
  return label(cursor)
}

/** What an import or export is said to be. A resource takes the name. */
export function readDescribed(cursor: Cursor, scope: Scope, name: string): Item {
  const at = cursor.at
  const sort = cursor.byte()
  switch (sort) {
    case 0:
      if (cursor.byte() !== 0x11) cursor.fail('of what is core, only a module is imported or exported', at)
      cursor.u32()
      scope.addCore(0x11)
      return { sort: 'core', size: 1 }
    case 1:
      return typed(cursor, scope, 'function')
    case 2:
      throw unsupported('it imports or exports a value')
    case 3: {
      const bound = cursor.byte()
      if (bound === 0) return scope.get('type', cursor.u32(), cursor)
      if (bound !== 1) cursor.fail(`0x${bound.toString(16)} bounds no type`, at)
      return { sort: 'type', size: 1, type: { is: 'resource', name } }
    }
    case 4:
      return typed(cursor, scope, 'component')
    case 5:
      return typed(cursor, scope, 'instance')
    default:
      cursor.fail(`0x${sort.toString(16)} is nothing that is imported or exported`, at)
  }
}

/** The function, component or instance whose type the next index names. */
function typed(cursor: Cursor, scope: Scope, is: 'function' | 'component' | 'instance'): Item {
  const at = cursor.at
  const { type, size } = scope.get('type', cursor.u32(), cursor)
  if (type.is !== is) cursor.fail(`the type of a ${is} is that of a ${type.is}`, at)
  if (type.is === 'function') return { sort: 'function', type: type.type, size }
  if (type.is === 'component' || type.is === 'instance') return { sort: type.is, exports: type.exports, size }
  return cursor.fail(`a ${is} has no type`, at)
}

/** A type of values: a scalar, or the index of a definition. */
function readValue(cursor: Cursor, scope: Scope): Sized {
  const at = cursor.at
  const first = cursor.byte()
  if (first >= 0x40 && first < 0x80) return readScalar(cursor, first)
  cursor.at = at
  const { type, size } = scope.get('type', cursor.u32(), cursor)
  if (type.is !== 'value') cursor.fail(`a value's type is a ${type.is}`, at)
  return { type: type.type, size, depth: type.depth }
}

function readScalar(cursor: Cursor, code: number): Sized {
  const kind = scalars.get(code)
  if (kind) return { type: { kind }, size: 1, depth: 1 }
  if (code === 0x64) return { type: { kind: 'unsupported', what: 'an error context' }, size: 1, depth: 1 }
  return cursor.fail(`0x${code.toString(16)} is no type`, cursor.at - 1)
}

function readValueDefinition(cursor: Cursor, scope: Scope, code: number): Sized {
  const parts: Sized[] = []
  const value = (): ValueType => {
    const sized = readValue(cursor, scope)
    parts.push(sized)
    return sized.type
  }
  const type = readComposite(cursor, scope, code, value)
  if (!type) return readScalar(cursor, code)
  const depth = parts.reduce((most, part) => Math.max(most, part.depth), 0)
  // Labels count too: they are written out wherever the type is.
  const labels = type.kind === 'enum' || type.kind === 'flags' ? type.names.length : 0
  return { type, size: sizeOf(parts, cursor) + labels, depth: deeper(depth, cursor) }
}

function readComposite(cursor: Cursor, scope: Scope, code: number, value: () => ValueType): ValueType | undefined {
  const at = cursor.at
  const maybe = (): ValueType | undefined => cursor.optional(value)
  switch (code) {
    case 0x72:
      return { kind: 'record', fields: some(cursor, at, cursor.vector((): Field => ({ name: label(cursor), type: value() }))) }
    case 0x71:
      return { kind: 'variant', cases: some(cursor, at, cursor.vector(() => readCase(cursor, value))) }
    case 0x70:
      return { kind: 'list', item: value() }
    case 0x6f:
      return { kind: 'tuple', items: some(cursor, at, cursor.vector(value)) }
    case 0x6e:
      return { kind: 'flags', names: some(cursor, at, cursor.vector(() => label(cursor))) }
    case 0x6d:
      return { kind: 'enum', names: some(cursor, at, cursor.vector(() => label(cursor))) }
    case 0x6b:
      return { kind: 'option', item: value() }
    case 0x6a:
      return { kind: 'result', ok: maybe(), error: maybe() }
    case 0x69:
    case 0x68:
      return { kind: 'unsupported', what: `the resource ${resourceName(cursor, scope)}` }
    case 0x67:
      value()
      cursor.u32()
      return { kind: 'unsupported', what: 'a list of fixed length' }
    case 0x66:
      maybe()
      return { kind: 'unsupported', what: 'a stream (WASI 0.3)' }
    case 0x65:
      maybe()
      return { kind: 'unsupported', what: 'a future (WASI 0.3)' }
    case 0x63:
      value()
      value()
      return { kind: 'unsupported', what: 'a map' }
    default:
      return undefined
  }
}

function readCase(cursor: Cursor, value: () => ValueType): Case {
  const name = label(cursor)
  const type = cursor.optional(value)
  if (cursor.byte() !== 0) cursor.fail('a case that refines another is of an older format', cursor.at - 1)
  return { name, type }
}

function resourceName(cursor: Cursor, scope: Scope): string {
  const at = cursor.at
  const { type } = scope.get('type', cursor.u32(), cursor)
  if (type.is !== 'resource') cursor.fail(`a handle is of a ${type.is}, not of a resource`, at)
  return type.name || 'without a name'
}

/** A name of a field, case, flag, parameter, import or export, which is never empty. */
function label(cursor: Cursor): string {
  const at = cursor.at
  const name = cursor.name()
  if (name === '') cursor.fail('a name is empty', at)
  return name
}

function some<Part>(cursor: Cursor, at: number, parts: Part[]): Part[] {
  if (parts.length === 0) cursor.fail('a type has no parts', at)
  return parts
}
