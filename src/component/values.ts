/**
 * JSON ↔ what jco's code takes and gives, by Wassette's rules. In jco's code 64-bit integers are bigints, lists of numbers typed arrays, a missing
 * option undefined (inside another option `{ tag: 'none' }`), record fields and flags camelCase; enum values and variant tags stay as they are.
 */
import { ShadowcatError } from '../errors.ts'
import { type Exact, NumberLiteral } from '../json.ts'
import { membersDebugText, numberDebugText, toDebugText } from './debug-text.ts'
import { type TypedList, typedLists } from './lists.ts'
import { toCamelCase } from './names.ts'
import { type ReadFloat, readExactly, readNumber } from './numbers.ts'
import type { FunctionType, ValueType } from './types.ts'

/** A case of a variant, a nested result, or an option inside an option. */
export type Tagged = { readonly tag: string; readonly val?: unknown }

const integers: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = Object.fromEntries(
  [8n, 16n, 32n, 64n].flatMap((bits) => [
    [`s${bits}`, [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]],
    [`u${bits}`, [0n, (1n << bits) - 1n]],
  ]),
)

/**
 * The arguments of a call, in order, from the members of its `arguments`. What is too much is left out. Throws 'usage' with the text that
 * Wassette answers (after `Error: `) when one is missing or not of its type.
 */
export function argumentsFromJson(type: FunctionType, given: Exact, readFloat: ReadFloat = readExactly): unknown[] {
  const reading: Reading = { readFloat, refused: undefined }
  if (!(given instanceof Map)) throw shapeError('object', `expected object, got ${toDebugText(given, readFloat)}`)
  const values = type.parameters.map(({ name, type: parameter }) => {
    const value = given.get(name)
    if (value === undefined) throw shapeError('object', `missing field ${name}`)
    return fromJson(parameter, value, reading)
  })
  if (reading.refused !== undefined) throw new ShadowcatError('usage', reading.refused)
  return values
}

/** One value from JSON. Throws 'usage' as `argumentsFromJson` does. */
export function valueFromJson(type: ValueType, given: Exact, readFloat: ReadFloat = readExactly): unknown {
  const parameters = [{ name: 'value', type }]
  return argumentsFromJson({ parameters, async: false }, new Map([['value', given]]), readFloat)[0]
}

/** `refused` is what Wassette finds only when the call is made, after all arguments have been read. */
type Reading = { readonly readFloat: ReadFloat; refused: string | undefined }

function fromJson(type: ValueType, given: Exact, reading: Reading): unknown {
  switch (type.kind) {
    case 'bool':
      return typeof given === 'boolean' ? given : mismatch('bool', given, reading)
    case 'f32':
    case 'f64':
      return floatFromJson(type.kind, given, reading)
    case 'char':
      return charFromJson(given, reading)
    case 'string':
      return typeof given === 'string' ? given : mismatch('string', given, reading)
    case 'list':
      return Array.isArray(given) ? listOf(type.item, given.map((item) => fromJson(type.item, item, reading))) : mismatch('list', given, reading)
    case 'record':
      return recordFromJson(type, given, reading)
    case 'tuple':
      return tupleFromJson(type.items, given, reading)
    case 'variant':
      return variantFromJson(type, given, reading)
    case 'enum':
      if (typeof given !== 'string') return mismatch('enum', given, reading)
      return type.names.includes(given) ? given : shape('enum', `invalid enum value: ${given}`)
    case 'option':
      return optionFromJson(type.item, given, reading)
    case 'result':
      return resultFromJson(type, given, reading)
    case 'flags':
      if (!Array.isArray(given)) return mismatch('flags', given, reading)
      return Object.fromEntries(type.names.map((name) => [toCamelCase(name), given.includes(name)]))
    case 'unsupported':
      throw new ShadowcatError('usage', 'cannot interpret resource from JSON')
    default:
      return integerFromJson(type.kind, given, reading)
  }
}

function integerFromJson(kind: string, given: Exact, reading: Reading): number | bigint {
  if (!(given instanceof NumberLiteral)) return mismatch(kind, given, reading)
  const number = readNumber(given.text, reading.readFloat)
  const [least, most] = integers[kind]!
  if (!('integer' in number) || number.integer < least || number.integer > most) return noNumber(given, reading)
  return kind.endsWith('64') ? number.integer : Number(number.integer)
}

function floatFromJson(kind: 'f32' | 'f64', given: Exact, reading: Reading): number {
  if (!(given instanceof NumberLiteral)) return mismatch(kind === 'f32' ? 'float32' : 'float64', given, reading)
  const number = readNumber(given.text, reading.readFloat)
  const float = 'integer' in number ? Number(number.integer) : number.float
  if (Number.isNaN(float)) return noNumber(given, reading)
  return kind === 'f32' ? Math.fround(float) : float
}

/** Exactly one code point. */
function charFromJson(given: Exact, reading: Reading): string {
  if (typeof given !== 'string') return mismatch('char', given, reading)
  const [first, ...more] = given
  if (first === undefined || more.length > 0) throw new ShadowcatError('usage', `invalid char: ${given}`)
  return first
}

function listOf(item: ValueType, values: unknown[]): unknown[] | TypedList {
  const Typed = typedLists[item.kind]
  return Typed ? Typed(values) : values
}

function recordFromJson(type: Extract<ValueType, { kind: 'record' }>, given: Exact, reading: Reading): Record<string, unknown> {
  if (!(given instanceof Map)) return mismatch('record', given, reading)
  return Object.fromEntries(
    type.fields.map(({ name, type: field }) => {
      const value = given.get(name)
      return [toCamelCase(name), value === undefined ? shape('record', `missing field ${name}`) : fromJson(field, value, reading)]
    }),
  )
}

function tupleFromJson(items: readonly ValueType[], given: Exact, reading: Reading): unknown[] {
  if (!Array.isArray(given)) return mismatch('tuple', given, reading)
  if (given.length !== items.length) return shape('tuple', `expected ${items.length} items, got ${given.length}`)
  return items.map((item, index) => fromJson(item, given[index]!, reading))
}

function variantFromJson(type: Extract<ValueType, { kind: 'variant' }>, given: Exact, reading: Reading): Tagged {
  if (!(given instanceof Map)) return mismatch('variant', given, reading)
  const tag = given.get('tag')
  if (typeof tag !== 'string') return shape('variant', 'missing tag')
  const found = type.cases.find((item) => item.name === tag)
  if (!found) throw new ShadowcatError('usage', `unknown object shape: ${membersDebugText(given, reading.readFloat)}`)
  if (!found.type) return { tag }
  const value = given.get('val')
  return value === undefined ? shape('variant', 'missing val') : { tag, val: fromJson(found.type, value, reading) }
}

/** `null` is always the outer option's: an inner one that is missing cannot be said. */
function optionFromJson(item: ValueType, given: Exact, reading: Reading): unknown {
  const nested = item.kind === 'option'
  if (given === null) return nested ? { tag: 'none' } : undefined
  const value = fromJson(item, given, reading)
  return nested ? { tag: 'some', val: value } : value
}

/** Wassette reads the payload of a side that has none as a bool, and then refuses it: such a result cannot be passed. */
function resultFromJson(type: Extract<ValueType, { kind: 'result' }>, given: Exact, reading: Reading): Tagged {
  if (!(given instanceof Map)) return mismatch('result', given, reading)
  const side = given.has('ok') ? 'ok' : 'err'
  const value = given.get(side)
  if (value === undefined) return mismatch('result', given, reading)
  const payload = side === 'ok' ? type.ok : type.error
  const val = fromJson(payload ?? { kind: 'bool' }, value, reading)
  if (payload) return { tag: side, val }
  reading.refused ??= `payload provided to \`${side}\` but not expected`
  return { tag: side }
}

function mismatch(expected: string, given: Exact, { readFloat }: Reading): never {
  return shape(expected, toDebugText(given, readFloat))
}

function noNumber(given: NumberLiteral, { readFloat }: Reading): never {
  throw new ShadowcatError('usage', `cannot interpret number as i64 or f64: ${numberDebugText(given, readFloat)}`)
}

function shape(expected: string, found: string): never {
  throw shapeError(expected, found)
}

function shapeError(expected: string, found: string): ShadowcatError {
  return new ShadowcatError('usage', `expected object shape for ${expected}, found: ${found}`)
}
