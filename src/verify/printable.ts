/** Values as reports print them: exact, redacted, and harmless to a terminal. */
import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import { type Exact, NumberLiteral, rawJson } from '../json.ts'

/** What makes text fit to be shown: a Redactor's `text`. */
export type Redact = (text: string) => string

/** JSON text on one line, or indented, with every number as it was written. */
export function exactJson(value: Exact, redact: Redact, indent?: number): string {
  return JSON.stringify(toRaw(value, redact), null, indent)
}

/** A value that JSON.stringify writes exactly. */
export function toRaw(value: Exact, redact: Redact): unknown {
  if (value instanceof NumberLiteral) return rawJson(value.text)
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => toRaw(item, redact))
  if (!(value instanceof Map)) return value
  const object = {}
  for (const [key, item] of value) Object.defineProperty(object, redact(key), { value: toRaw(item, redact), enumerable: true, configurable: true })
  return object
}

/** Text in which nothing steers a terminal: control and direction characters become escapes; line ends stay where they are allowed. */
export function harmless(text: string, allowed = ''): string {
  const escape = (character: string): string => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => (allowed.includes(character) ? character : escape(character)))
}

/** At most `width` columns. Only as much of a long text is looked at as can be seen. */
export function cut(text: string, width: number): string {
  return cliTruncate(text.slice(0, 4 * width + 4), width)
}

/** Text filled up with blanks to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)))
}

/** Columns that a text takes on a terminal. */
export function columns(text: string): number {
  return stringWidth(text)
}

/** Text on lines of at most `width` columns, broken at blanks where there are any. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && columns(last) + columns(word) < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.flatMap((line) => (columns(line) <= width ? line : Array.from({ length: Math.ceil(line.length / width) }, (_, index) => line.slice(index * width, (index + 1) * width))))
}
