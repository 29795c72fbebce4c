/** What a component's function gave back, as the JSON that Wassette answers. */
import { ShadowcatError } from '../errors.ts'
import { toCamelCase } from './names.ts'
import { type ReadFloat, printFloat, readExactly } from './numbers.ts'
import type { FunctionType, ValueType } from './types.ts'
import type { Tagged } from './values.ts'

/** How a call in jco's code ended: with a value, or by throwing the payload of a result's error. */
export type Outcome = { readonly returned: unknown } | { readonly thrown: unknown }

/** The parts of a tool's answer: the text of its content, and the JSON text of `structuredContent`, of which a function without result has none. */
export type ToolResult = { readonly text: string; readonly structured?: string | undefined }

/** Text that is a string's own if the result is a string in JSON, else compact JSON. */
export function toToolResult(type: FunctionType, outcome: Outcome, readFloat: ReadFloat = readExactly): ToolResult {
  if (!type.result) return { text: 'null' }
  const json = toJsonText(type.result, withSides(type.result, outcome), readFloat)
  return { text: json.startsWith('"') ? (JSON.parse(json) as string) : json, structured: `{"result":${json}}` }
}

/** In jco's code a function gives the bare payload of its result, or throws it. */
function withSides(type: ValueType, outcome: Outcome): unknown {
  if ('returned' in outcome) return type.kind === 'result' ? { tag: 'ok', val: outcome.returned } : outcome.returned
  if (type.kind !== 'result') throw new ShadowcatError('malformed', 'a function that gives no result cannot fail with one', { cause: outcome.thrown })
  return { tag: 'err', val: outcome.thrown }
}

/** A value of jco's code as JSON text: integers bare, floats with a point or an exponent, NaN and infinities as strings. */
export function toJsonText(type: ValueType, value: unknown, readFloat: ReadFloat = readExactly): string {
  const inner = (part: ValueType, item: unknown): string => toJsonText(part, item, readFloat)
  switch (type.kind) {
    case 'f32':
    case 'f64':
      return floatText(value as number, readFloat)
    case 'bool':
      return value ? 'true' : 'false'
    case 'char':
    case 'string':
    case 'enum':
      return JSON.stringify(value)
    case 'list':
      return `[${Array.from(value as Iterable<unknown>, (item) => inner(type.item, item)).join()}]`
    case 'record':
      return `{${type.fields.map(({ name, type: field }) => `${JSON.stringify(name)}:${inner(field, memberOf(value, name))}`).join()}}`
    case 'tuple':
      return `[${type.items.map((item, index) => inner(item, (value as unknown[])[index])).join()}]`
    case 'variant': {
      const { tag, val } = value as Tagged
      const payload = type.cases.find((item) => item.name === tag)?.type
      return payload ? `{"tag":${JSON.stringify(tag)},"val":${inner(payload, val)}}` : `{"tag":${JSON.stringify(tag)}}`
    }
    case 'option':
      return optionText(type.item, value, inner)
    case 'result': {
      const { tag, val } = value as Tagged
      const payload = tag === 'ok' ? type.ok : type.error
      return `{"${tag}":${payload ? inner(payload, val) : 'null'}}`
    }
    case 'flags':
      return JSON.stringify(type.names.filter((name) => memberOf(value, name) === true))
    case 'unsupported':
      throw new ShadowcatError('usage', `${type.what} cannot be said in JSON`)
    default:
      return String(value)
  }
}

/** A record's field or a flag, which have names of their own in jco's code. */
function memberOf(value: unknown, name: string): unknown {
  return (value as Record<string, unknown>)[toCamelCase(name)]
}

function optionText(item: ValueType, value: unknown, inner: (type: ValueType, value: unknown) => string): string {
  if (item.kind !== 'option') return value === undefined || value === null ? 'null' : inner(item, value)
  const { tag, val } = value as Tagged
  return tag === 'some' ? inner(item, val) : 'null'
}

/** Wassette reads once more what it has written. */
function floatText(value: number, readFloat: ReadFloat): string {
  const text = printFloat(value)
  return Number.isFinite(value) ? printFloat(readFloat(text)) : JSON.stringify(text)
}
