/** Reads a component binary's own sections, and of core modules no more than where they are. A file of 12 MB takes a few milliseconds. */
import { ShadowcatError, quote } from '../errors.ts'
import type { Span } from '../json.ts'
import { type Alias, readAlias, readSort } from './aliases.ts'
import { readCanonical } from './canonical-functions.ts'
import { Cursor } from './cursor.ts'
import { readDescribed, readExternalName, readType } from './definitions.ts'
import { readCoreInstance, readInstance } from './instances.ts'
import { type Counts, type Exports, Scope, type Sort, addExport, sizeOf, unsupported } from './scope.ts'
import type { FunctionType } from './types.ts'

/**
 * A section: its number, where it starts with that number, where its content is, and how many indices are taken when it has been read.
 * A section of aliases says which.
 */
export type Section = {
  readonly id: number
  readonly start: number
  readonly content: Span
  readonly counts: Counts
  readonly aliases?: readonly Alias[] | undefined
}

/** What the component needs. `index` is in the index space of its sort; of an instance, `exports` says what it must have, in order. */
export type Import = { readonly name: string; readonly sort: Sort; readonly index: number; readonly section: number; readonly exports: readonly ExportName[] }
export type ExportName = { readonly name: string; readonly sort: Sort }

/** What the component gives: the index of what is exported, and the binary's number of its core sort if it is core. */
export type Export = { readonly name: string; readonly sort: Sort; readonly core?: number | undefined; readonly index: number; readonly section: number }

/** A function that can be called from outside: the component's own, or that of an exported instance, by whose export name it then goes. */
export type ExportedFunction = { readonly instance?: string | undefined; readonly name: string; readonly type: FunctionType }

export type CustomSection = { readonly name: string; readonly data: Span; readonly nested: boolean }

export type ComponentFile = {
  readonly bytes: Uint8Array
  readonly sections: readonly Section[]
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  /** In the order of the file. */
  readonly functions: readonly ExportedFunction[]
  /** The component's own and those of the components in it, in the order of the file. */
  readonly customs: readonly CustomSection[]
  /** Every core module in the file, those of nested components too, with preamble. */
  readonly coreModules: readonly Span[]
}

/** What all components of one file add to. */
type Collected = { customs: CustomSection[]; coreModules: Span[] }

type Own = { sections: Section[]; imports: Import[]; exports: Export[]; given: Map<string, ReturnType<Scope['get']>> }

const mostFunctions = 1_000_000

/**
 * Reads a component. Throws 'malformed' with what is wrong and at which byte; and 'usage' when it is a core module, or uses what no
 * component that can be loaded here uses.
 */
export function readComponent(bytes: Uint8Array): ComponentFile {
  const cursor = new Cursor(bytes)
  checkPreamble(cursor)
  const collected: Collected = { customs: [], coreModules: [] }
  const { sections, imports, exports, given } = readSections(cursor, new Scope(undefined, cursor), collected)
  return { bytes, sections, imports, exports, functions: functionsOf(given, cursor), ...collected }
}

/** The preamble is `\0asm`, a version and a layer: 1 and 0 for core modules, 13 and 1 for components. */
function checkPreamble(cursor: Cursor): void {
  const start = cursor.at
  const preamble = cursor.end - start >= 8 ? Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + start, 8) : Buffer.alloc(0)
  cursor.at += 8
  const found = preamble.toString('hex')
  if (found === '0061736d0d000100') return
  const beginning = cursor.bytes.subarray(start, Math.min(start + 8, cursor.end))
  if (!found.startsWith('0061736d')) cursor.fail(`it is no WebAssembly: it begins with ${quote(beginning, 8)}`, start)
  if (found === '0061736d01000000') throw unsupported('it is a core module, not a component; `wasm-tools component new` makes one of it')
  cursor.fail(`its version is ${preamble.readUInt16LE(4)}, layer ${preamble.readUInt16LE(6)}; a component is of version 13, layer 1`, start + 4)
}

function readSections(cursor: Cursor, scope: Scope, collected: Collected): Own {
  const own: Own = { sections: [], imports: [], exports: [], given: new Map() }
  while (!cursor.done) {
    const start = cursor.at
    cursor.spend(1)
    const id = cursor.byte()
    const content = cursor.part(cursor.u32(), sectionNames[id] ?? `section ${id}`)
    const span = { start: content.at, end: content.end }
    const aliases = readSection(id, content, scope, collected, own)
    if (!content.done) content.fail('more follows than was declared')
    own.sections.push({ id, start, content: span, counts: scope.counts(), aliases })
  }
  return own
}

const sectionNames = [
  'a custom section', 'a core module', 'core instances', 'core types', 'a nested component', 'instances', 'aliases', 'types',
  'canonical functions', 'a start function', 'imports', 'exports', 'values',
]

function readSection(id: number, cursor: Cursor, scope: Scope, collected: Collected, own: Own): Alias[] | undefined {
  switch (id) {
    case 0:
      return void collected.customs.push(readCustom(cursor, scope))
    case 1:
      return void collected.coreModules.push(readCoreModule(cursor, scope))
    case 2:
      return void cursor.vector(() => readCoreInstance(cursor, scope))
    case 3:
      return void readCoreTypes(cursor, scope)
    case 4:
      return readNested(cursor, scope, collected)
    case 5:
      return void cursor.vector(() => readInstance(cursor, scope))
    case 6:
      return cursor.vector(() => readAlias(cursor, scope))
    case 7:
      return void cursor.vector(() => scope.add(readType(cursor, scope)))
    case 8:
      return void cursor.vector(() => readCanonical(cursor, scope))
    case 10:
      return void cursor.vector(() => own.imports.push(readImport(cursor, scope, own.sections.length)))
    case 11:
      return void cursor.vector(() => own.exports.push(readExport(cursor, scope, own)))
    case 9:
    case 12:
      throw unsupported(`it has ${sectionNames[id]!}, which no WASI 0.2 component has`)
    default:
      cursor.fail(`there are no sections of the number ${id}`)
  }
}

function readCustom(cursor: Cursor, scope: Scope): CustomSection {
  const name = cursor.name()
  const data = { start: cursor.at, end: cursor.end }
  cursor.at = cursor.end
  return { name, data, nested: scope.depth > 1 }
}

/** Takes the module as it is: the engine reads it. */
function readCoreModule(cursor: Cursor, scope: Scope): Span {
  const span = { start: cursor.at, end: cursor.end }
  const preamble = cursor.part(8, 'a core module')
  if (Buffer.from(preamble.rest()).toString('hex') !== '0061736d01000000') cursor.fail('a core module does not begin as one', span.start)
  cursor.at = cursor.end
  scope.addCore(0x11)
  return span
}

/** Only how many there are matters; what they are is the engine's to read. */
function readCoreTypes(cursor: Cursor, scope: Scope): void {
  const count = cursor.u32()
  if (count > cursor.end - cursor.at) cursor.fail(`it says that ${count} types follow, and ends before`)
  scope.addCore(0x10, count)
  cursor.at = cursor.end
}

function readNested(cursor: Cursor, scope: Scope, collected: Collected): undefined {
  checkPreamble(cursor)
  const { given } = readSections(cursor, new Scope(scope, cursor), collected)
  scope.add({ sort: 'component', exports: given, size: sizeOf(given.values(), cursor) })
}

function readImport(cursor: Cursor, scope: Scope, section: number): Import {
  const name = readExternalName(cursor)
  const item = readDescribed(cursor, scope, name)
  return { name, sort: item.sort, index: scope.add(item), section, exports: item.sort === 'instance' ? namesOf(item.exports) : [] }
}

function namesOf(exports: Exports): ExportName[] {
  return Array.from(exports, ([name, { sort }]) => ({ name, sort }))
}

/** An export takes an index too; what it is said to be counts more than what it is. */
function readExport(cursor: Cursor, scope: Scope, own: Own): Export {
  const name = readExternalName(cursor)
  const { sort, core } = readSort(cursor)
  const index = cursor.u32()
  const item = core === undefined ? scope.get(sort, index, cursor) : ({ sort: 'core', size: 1 } as const)
  const described = cursor.optional(() => readDescribed(cursor, scope, name)) ?? item
  if (described.sort !== sort) cursor.fail(`the ${sort} ${JSON.stringify(name)} is said to be a ${described.sort}`)
  if (described.sort === 'type' && described.type.is === 'resource') described.type.name ||= name
  if (core === undefined) scope.add(described)
  else scope.addCore(core)
  addExport(own.given, name, described, cursor)
  return { name, sort, core, index, section: own.sections.length }
}

/** World-level functions, and those of exported instances, as Wassette finds them: in order, each under the instance right around it. */
function functionsOf(exports: Exports, cursor: Cursor): ExportedFunction[] {
  const functions: ExportedFunction[] = []
  let size = 0
  const visit = (given: Exports, instance: string | undefined): void => {
    for (const [name, item] of given) {
      if (item.sort === 'instance') visit(item.exports, name)
      if (item.sort !== 'function') continue
      size += item.size
      if (size > mostFunctions) cursor.fail(`the types of its functions have more than ${mostFunctions} parts`)
      functions.push({ instance, name, type: item.type })
    }
  }
  visit(exports, undefined)
  return functions
}

/** The text of a span of the file, for what stands in custom sections. Throws 'malformed' when it is not UTF-8. */
export function textIn(bytes: Uint8Array, span: Span): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(span.start, span.end))
  } catch (cause) {
    throw new ShadowcatError('malformed', `malformed component: text that is not UTF-8, at byte ${span.start}`, { cause })
  }
}
