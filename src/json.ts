/**
 * JSON as bytes: validated and measured without being parsed, and parsed without losing a digit.
 * Values nest at most 1000 deep (see scan.ts).
 */
import { isUtf8 } from 'node:buffer'
import { asBuffer } from './bytes.ts'
import { ShadowcatError } from './errors.ts'
import { Fault, type Visit, quoteMark, skipObject, skipSpace, skipString, skipValue } from './scan.ts'

/** Where a value stands in its bytes: from `start` up to, not including, `end`. */
export type Span = { readonly start: number; readonly end: number }

/** A number as it was written; `1.0` and `1` differ, and no digit is lost. */
export class NumberLiteral {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A JSON value that keeps numbers exact. Objects are maps, so that `__proto__` is a key like any other. */
export type Exact = null | boolean | string | NumberLiteral | Exact[] | Map<string, Exact>

/** A JSON value for people: `number` where that is exact for integers, `bigint` past 2^53−1. */
export type Json = null | boolean | string | number | bigint | Json[] | { [key: string]: Json }

/** The span of the one JSON value in `bytes`. Throws a ShadowcatError ('malformed') that says what is wrong and at which byte. */
export function scanJson(bytes: Uint8Array): Span {
  try {
    return checkJson(bytes)
  } catch (fault) {
    throw toMalformed(fault)
  }
}

/** What the scanner threw, as the error that it means; anything else is thrown on. */
export function toMalformed(fault: unknown): ShadowcatError {
  if (!(fault instanceof Fault)) throw fault
  return new ShadowcatError('malformed', `not JSON: ${fault.message} at byte ${fault.at}`, { facts: { at: fault.at } })
}

function checkJson(bytes: Uint8Array): Span {
  if (!isUtf8(bytes)) throw new Fault('invalid UTF-8', 0)
  const start = skipSpace(bytes, 0)
  const end = skipValue(bytes, start, 0)
  const rest = skipSpace(bytes, end)
  if (rest !== bytes.length) throw new Fault('something follows the value', rest)
  return { start, end }
}

/** Calls `visit` for each member of the object at `object`, in order. The bytes must have been scanned before; what is not an object has none. */
export function eachMember(bytes: Uint8Array, object: Span, visit: Visit): void {
  if (bytes[object.start] === 0x7b) skipObject(bytes, object.start, 0, visit)
}

/** The spans of an array's elements; none when the value is no array. The bytes must have been scanned before. */
export function elements(bytes: Uint8Array, array: Span): Span[] {
  const found: Span[] = []
  let at = array.start
  if (bytes[at] !== 0x5b) return found
  at = skipSpace(bytes, at + 1)
  while (bytes[at] !== 0x5d) {
    const end = skipValue(bytes, at, 0)
    found.push({ start: at, end })
    at = skipSpace(bytes, end)
    if (bytes[at] === 0x2c) at = skipSpace(bytes, at + 1)
  }
  return found
}

/** The span of the member reached by keys from `from`; as in JSON.parse the last of a repeated key counts. */
export function findMember(bytes: Uint8Array, from: Span, ...keys: string[]): Span | undefined {
  let span: Span | undefined = from
  for (const wanted of keys) {
    let found: Span | undefined
    eachMember(bytes, span, (key, keyEnd, value, end) => {
      if (stringAt(bytes, key, keyEnd) === wanted) found = { start: value, end }
    })
    if (!found) return undefined
    span = found
  }
  return span
}

/** The text of the scanned string from `start` to `end`, quotes included in the range, escapes decoded. */
export function stringAt(bytes: Uint8Array, start: number, end: number): string {
  const raw = textOf(bytes, { start, end })
  return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1)
}

/** The bytes of a span as text. */
export function textOf(bytes: Uint8Array, span: Span): string {
  return asBuffer(bytes).toString('utf8', span.start, span.end)
}

/** Parses a scanned value exactly. Of a repeated key the last counts. */
export function parseExact(bytes: Uint8Array, span: Span = scanJson(bytes)): Exact {
  let at = span.start
  return parse()

  function parse(): Exact {
    const byte = bytes[at]
    if (byte === 0x7b) return parseObject()
    if (byte === 0x5b) return parseArray()
    const start = at
    at = skipValue(bytes, at, 0)
    if (byte === quoteMark) return stringAt(bytes, start, at)
    if (byte === 0x74) return true
    if (byte === 0x66) return false
    return byte === 0x6e ? null : new NumberLiteral(textOf(bytes, { start, end: at }))
  }

  function parseObject(): Exact {
    const map = new Map<string, Exact>()
    next()
    while (bytes[at] !== 0x7d) {
      const key = at
      at = skipString(bytes, at)
      const name = stringAt(bytes, key, at)
      at = skipSpace(bytes, at)
      next()
      map.set(name, parse())
      at = skipSpace(bytes, at)
      if (bytes[at] === 0x2c) next()
    }
    at++
    return map
  }

  function parseArray(): Exact {
    const items: Exact[] = []
    next()
    while (bytes[at] !== 0x5d) {
      items.push(parse())
      at = skipSpace(bytes, at)
      if (bytes[at] === 0x2c) next()
    }
    at++
    return items
  }

  function next(): void {
    at = skipSpace(bytes, at + 1)
  }
}

/** An exact value as people want it: see `Json`. */
export function toJson(exact: Exact): Json {
  if (exact instanceof NumberLiteral) return toNumber(exact.text)
  if (Array.isArray(exact)) return exact.map(toJson)
  if (!(exact instanceof Map)) return exact
  const object: { [key: string]: Json } = {}
  for (const [key, value] of exact) Object.defineProperty(object, key, { value: toJson(value), writable: true, enumerable: true, configurable: true })
  return object
}

function toNumber(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(text) ? value : BigInt(text)
}

/** JSON text of an exact value, compact, its members in the order in which they came; `show` may change what its strings (not its keys) say. */
export function exactText(value: Exact, show: (text: string) => string = (text) => text): string {
  if (value instanceof NumberLiteral) return value.text
  if (Array.isArray(value)) return `[${value.map((item) => exactText(item, show)).join()}]`
  if (value instanceof Map) return `{${Array.from(value, ([key, item]) => `${JSON.stringify(key)}:${exactText(item, show)}`).join()}}`
  return JSON.stringify(typeof value === 'string' ? show(value) : value)
}

/** JSON text of a value, with every bigint as a bare integer. */
export function stringifyJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? rawJson(String(item)) : item), indent)
}

/** What JSON.stringify writes as it stands: TC39 "JSON.parse source text access", in every Node this package runs on. */
export const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

/** `bytes` with the value at `span` replaced by `text`. */
export function splice(bytes: Buffer, span: Span, text: string): Buffer {
  return Buffer.concat([bytes.subarray(0, span.start), Buffer.from(text), bytes.subarray(span.end)])
}
