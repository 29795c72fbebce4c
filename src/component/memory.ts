/** A limit on what a component's memories may grow to, written into its core modules: the engine has no other. */
import { ShadowcatError } from '../errors.ts'
import { formatSize } from '../units.ts'
import { Cursor, toLeb } from './cursor.ts'
import type { ComponentFile } from './reader.ts'

const preambleLength = 8
const pageSize = 65_536

/** Section numbers: of a component a core module and a nested component, of a core module its memories. */
const moduleSection = 1
const componentSection = 4
const memorySection = 5

/** Flags of a memory's limits. */
const hasMaximum = 1
const is64Bit = 4
const hasPageSize = 8

/**
 * The component with every memory that it defines limited to `maxBytes`, each by itself; unchanged, the same bytes.
 * Throws 'usage' when a memory is larger from the start, 'malformed' when a core module's sections cannot be read.
 */
export function limitMemory(component: ComponentFile, maxBytes: number): Uint8Array {
  const pieces = rewrite(new Cursor(component.bytes), componentSection, maxBytes)
  return pieces ? Buffer.concat(pieces) : component.bytes
}

/** A component's or module's bytes with its memories limited, as pieces; undefined when nothing has changed. */
function rewrite(cursor: Cursor, kind: number, maxBytes: number): Uint8Array[] | undefined {
  const { bytes } = cursor
  const pieces: Uint8Array[] = [cursor.part(preambleLength, cursor.what).rest()]
  let changed = false
  while (!cursor.done) {
    const start = cursor.at
    const id = cursor.byte()
    const content = cursor.part(cursor.u32(), kind === moduleSection ? 'a core module' : 'a component')
    const inner = kind === moduleSection ? limitSection(id, content, maxBytes) : nested(id, content, maxBytes)
    if (!inner) pieces.push(bytes.subarray(start, content.end))
    else pieces.push(Uint8Array.of(id), toLeb(inner.reduce((sum, piece) => sum + piece.length, 0)), ...inner)
    changed ||= inner !== undefined
  }
  return changed ? pieces : undefined
}

function nested(id: number, content: Cursor, maxBytes: number): Uint8Array[] | undefined {
  return id === moduleSection || id === componentSection ? rewrite(content, id, maxBytes) : undefined
}

function limitSection(id: number, content: Cursor, maxBytes: number): Uint8Array[] | undefined {
  if (id !== memorySection) return undefined
  const memories = content.vector(() => limited(content, maxBytes))
  return [toLeb(memories.length), ...memories]
}

/** One memory's limits. */
function limited(cursor: Cursor, maxBytes: number): Uint8Array {
  const flags = cursor.byte()
  const integer = (): bigint => (flags & is64Bit ? cursor.u64() : BigInt(cursor.u32()))
  const minimum = integer()
  const maximum = flags & hasMaximum ? integer() : undefined
  const exponent = flags & hasPageSize ? cursor.u32() : undefined
  const page = exponent === undefined ? pageSize : 2 ** exponent
  const most = BigInt(Math.floor(maxBytes / page))
  if (minimum > most) {
    const needs = formatSize(Number(minimum) * page)
    const limit = formatSize(maxBytes)
    throw new ShadowcatError('usage', `the component's memory has ${needs} from the start, more than the limit of ${limit}: raise it with --memory`)
  }
  const kept = maximum !== undefined && maximum < most ? maximum : most
  return Buffer.concat([Uint8Array.of(flags | hasMaximum), toLeb(minimum), toLeb(kept), exponent === undefined ? new Uint8Array() : toLeb(exponent)])
}
