/** What a JSON-RPC message is, found in one pass over its bytes. It runs for every message, so it makes no closure and hardly a string. */
import { isUtf8 } from 'node:buffer'
import { type Span, elements, stringAt, textOf } from './json.ts'
import { Fault, quoteMark, skipBrace, skipColon, skipSeparator, skipSpace, skipString, skipValue } from './scan.ts'

/** `invalid` is JSON that is no JSON-RPC message, such as `{}` or `5`: it is carried like any other. */
export type Kind = 'request' | 'notification' | 'result' | 'error' | 'batch' | 'invalid'

/** An id as compact JSON text: `0`, `""`, `"a"`, `12345678901234567890`; equal ids have equal texts, and none is falsy. */
export type Id = string

/** `span`: where the JSON value stands in the bytes; `idSpan`: where the id's value does. */
export type Envelope = { kind: Kind; id: Id | undefined; method: string | undefined; span: Span; idSpan: Span | undefined }

const backslash = 0x5c

/** Scans bytes that are to be one JSON value. Throws a Fault when they are not. */
export function scanEnvelope(bytes: Buffer): Envelope {
  if (!isUtf8(bytes)) throw new Fault('invalid UTF-8', 0)
  const start = skipSpace(bytes, 0)
  const envelope = bytes[start] === 0x7b ? scanObject(bytes, start) : scanOther(bytes, start)
  const rest = skipSpace(bytes, envelope.span.end)
  if (rest !== bytes.length) throw new Fault('something follows the value', rest)
  return envelope
}

function scanOther(bytes: Buffer, start: number): Envelope {
  const span = { start, end: skipValue(bytes, start, 0) }
  const kind = bytes[start] === 0x5b && elements(bytes, span).length > 0 ? 'batch' : 'invalid'
  return { kind, id: undefined, method: undefined, span, idSpan: undefined }
}

/** Of a repeated name the last counts, as in JSON.parse. */
function scanObject(bytes: Buffer, start: number): Envelope {
  let idSpan: Span | undefined
  let method: string | undefined
  let answer: 'result' | 'error' | undefined
  let at = skipBrace(bytes, start)
  while (bytes[at] !== 0x7d) {
    const key = at
    const keyEnd = skipString(bytes, at)
    const value = skipColon(bytes, keyEnd)
    const end = skipValue(bytes, value, 1)
    const name = tellingName(bytes, key, keyEnd)
    if (name === 'id') idSpan = { start: value, end }
    else if (name === 'method') method = bytes[value] === quoteMark ? methodAt(bytes, value, end) : undefined
    else if (name === 'error' || (name === 'result' && !answer)) answer = name
    at = skipSeparator(bytes, end)
  }
  const id = idSpan && idAt(bytes, idSpan)
  return { kind: kindOf(method, id, answer), id, method, span: { start, end: at + 1 }, idSpan }
}

type Known = { readonly text: string; readonly bytes: Buffer }

function knownStrings(texts: readonly string[]): Known[] {
  return texts.map((text) => ({ text, bytes: Buffer.from(`"${text}"`) }))
}

const tellingNames = knownStrings(['id', 'method', 'result', 'error'])
const frequentMethods = knownStrings(['tools/call', 'notifications/progress', 'notifications/message', 'tools/list', 'ping'])

/** The string, if it is a known one as its bytes stand. */
function knownAt(bytes: Buffer, known: readonly Known[], start: number, end: number): string | undefined {
  for (let i = 0; i < known.length; i++) {
    const { text, bytes: wanted } = known[i]!
    if (wanted.length === end - start && startsWith(bytes, start, wanted)) return text
  }
  return undefined
}

function startsWith(bytes: Buffer, at: number, prefix: Buffer): boolean {
  for (let i = 1; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false
  return true
}

/** The key, if it may be one that tells a message's kind. */
function tellingName(bytes: Buffer, key: number, keyEnd: number): string | undefined {
  return knownAt(bytes, tellingNames, key, keyEnd) ?? (hasEscape(bytes, key, keyEnd) ? stringAt(bytes, key, keyEnd) : undefined)
}

function methodAt(bytes: Buffer, start: number, end: number): string {
  return knownAt(bytes, frequentMethods, start, end) ?? stringAt(bytes, start, end)
}

function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === backslash) return true
  return false
}

/** Only strings and numbers are ids (and null, in an error that belongs to no request). */
function idAt(bytes: Buffer, span: Span): Id | undefined {
  const { start, end } = span
  const first = bytes[start]!
  if (first === quoteMark) return hasEscape(bytes, start, end) ? JSON.stringify(stringAt(bytes, start, end)) : textOf(bytes, span)
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return smallNumber(bytes, start, end) ?? textOf(bytes, span)
  return first === 0x6e ? 'null' : undefined
}

/** The text of a number of a few digits, which most ids are. */
function smallNumber(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start > 9) return undefined
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return String(value)
}

function kindOf(method: string | undefined, id: Id | undefined, answer: 'result' | 'error' | undefined): Kind {
  if (method !== undefined) return id === undefined ? 'notification' : 'request'
  if (answer === 'error') return 'error'
  return answer === 'result' && id !== undefined ? 'result' : 'invalid'
}
