/**
 * Patterns in a stored snapshot, for parts that may vary:
 *
 *     took <any number> ms                 within a line: <any> (text), <any number>, <any integer>, <any string> (with its quotation
 *     "id": <any string>,                  marks), <any boolean>, <any date> (ISO 8601), <any uuid>, and an expression: <any /[a-z]+\d/>
 *     "weather": <any object>,             a whole value of JSON, over as many lines as it has: <any object>, <any array>, <any value>
 *     <any lines>                          on a line of its own: any number of lines, also none
 *
 * What a tool itself says of this kind is told apart by a backslash: `\<any number>`. Snapshots stand in template literals, so that a backslash
 * of an expression is to be written twice there; `[0-9]` needs none.
 */
import { ShadowcatError, messageOf, nearest } from '../../errors.ts'

/** Where something that may vary stands in a tree to be laid out; `kind` is the word in its brackets, without it any text. */
export class Varying {
  readonly kind: string | undefined
  constructor(kind?: string) {
    this.kind = kind
  }

  get text(): string {
    return this.kind === undefined ? '<any>' : `<any ${this.kind}>`
  }
}

/** A part of a stored line: text as it stands, or a pattern with its expression; `block` is what brackets a value over several lines may have. */
export type Part = { readonly text: string; readonly source: string; readonly pattern: boolean; readonly block?: readonly ('{' | '[')[] }

const string = String.raw`"(?:[^"\\]|\\.)*"`
const number = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`

const expressions: Readonly<Record<string, string>> = {
  number,
  integer: String.raw`-?\d+`,
  string,
  boolean: 'true|false',
  date: String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?`,
  uuid: '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}',
  object: String.raw`\{\}`,
  array: String.raw`\[\]`,
  value: String.raw`${string}|${number}|true|false|null|\{\}|\[\]`,
}

const blocks: Readonly<Record<string, readonly ('{' | '[')[]>> = { object: ['{'], array: ['['], value: ['{', '['] }

/** Text of a tool's, in which nothing is a pattern. */
export function escapePatterns(text: string): string {
  return text.includes('<any') ? text.replaceAll(/\\*<any(?=[ >])/g, String.raw`\$&`) : text
}

/** Whether a stored line holds a pattern. */
export function hasPattern(line: string): boolean {
  return /(?<!\\)<any(?=[ >])/.test(line)
}

/** Whether a stored line stands for any number of lines. */
export function isAnyLines(line: string): boolean {
  return /^\s*<any lines>$/.test(line)
}

/** The parts of a stored line. Throws 'usage' for a pattern that is none, naming the nearest. */
export function partsOf(line: string): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const { index } of line.matchAll(/(?<!\\)<any(?=[ >])/g)) {
    if (index < from) continue
    if (index > from) parts.push(literal(line.slice(from, index)))
    const [text] = /^<any(?:>| \/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+\/[a-z]*>| [^>]*>)/.exec(line.slice(index)) ?? []
    if (text === undefined) throw new ShadowcatError('usage', `a pattern in the snapshot has no end: ${line.slice(index)}`)
    parts.push(pattern(text))
    from = index + text.length
  }
  return from < line.length ? [...parts, literal(line.slice(from))] : parts
}

function literal(text: string): Part {
  return { text, source: text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), pattern: false }
}

function pattern(text: string): Part {
  const kind = text.slice('<any '.length, -1)
  if (kind === '') return { text, source: '.*', pattern: true }
  if (kind.startsWith('/')) return { text, source: `(?:${checked(text, kind)})`, pattern: true }
  const source = expressions[kind]
  if (source === undefined) {
    const meant = nearest(kind, [...Object.keys(expressions), 'lines'])
    const known = 'there are <any>, <any /expression/>, <any lines> on a line of its own, and any of these: '
    throw new ShadowcatError('usage', `unknown pattern in the snapshot: ${text}${meant && meant !== kind ? `: did you mean <any ${meant}>?` : `; ${known}${Object.keys(expressions).join(', ')}`}`)
  }
  return { text, source: `(?:${source})`, pattern: true, ...(blocks[kind] && { block: blocks[kind] }) }
}

/** The source of a user's expression, for a part of a line. */
function checked(text: string, kind: string): string {
  const end = kind.lastIndexOf('/')
  if (end < kind.length - 1) throw new ShadowcatError('usage', `the pattern ${text} in the snapshot has flags, and takes none: write [Aa] for either case`)
  const source = kind.slice(1, end).replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
  try {
    return new RegExp(source, 'u').source
  } catch (error) {
    throw new ShadowcatError('usage', `the pattern ${text} in the snapshot is no regular expression: ${messageOf(error)}`, { cause: error })
  }
}
