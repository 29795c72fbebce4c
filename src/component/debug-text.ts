/** Values as Rust's `{:?}` shows them, which Wassette's error texts quote. */
import { type Exact, NumberLiteral } from '../json.ts'
import { type ReadFloat, printFloat, readNumber } from './numbers.ts'

/** A JSON value: `Array [Number(1), String("x")]`. */
export function toDebugText(value: Exact, readFloat: ReadFloat): string {
  if (value === null) return 'Null'
  if (typeof value === 'boolean') return `Bool(${value})`
  if (typeof value === 'string') return `String(${quoteAsRust(value)})`
  if (value instanceof NumberLiteral) return numberDebugText(value, readFloat)
  if (Array.isArray(value)) return `Array [${value.map((item) => toDebugText(item, readFloat)).join(', ')}]`
  return `Object ${membersDebugText(value, readFloat)}`
}

export function numberDebugText({ text }: NumberLiteral, readFloat: ReadFloat): string {
  const number = readNumber(text, readFloat)
  return `Number(${'integer' in number ? number.integer : printFloat(number.float)})`
}

/** An object's members: `{"a": Number(1)}`. */
export function membersDebugText(value: ReadonlyMap<string, Exact>, readFloat: ReadFloat): string {
  return `{${Array.from(value, ([key, item]) => `${quoteAsRust(key)}: ${toDebugText(item, readFloat)}`).join(', ')}}`
}

const short: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' }

/** What Rust does not show as it is: what is not printable, and what joins the character before. */
const hidden = /["\\]|(?! )[\p{C}\p{Z}]|\p{Grapheme_Extend}/gu

function quoteAsRust(text: string): string {
  return `"${text.replace(hidden, (character) => short[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`)}"`
}
