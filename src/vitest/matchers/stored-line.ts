/** One line of a stored snapshot against the lines of a new one. */
import { type Part, hasPattern, isAnyLines, partsOf } from './notation.ts'

export type StoredLine = {
  readonly text: string
  /** Whether it stands for any number of lines. */
  readonly anyLines: boolean
  /** Whether it holds a pattern. */
  readonly patterned: boolean
  /** How many of the lines from `at` on it stands for; 0 when it does for none. */
  fits(lines: readonly string[], at: number): number
  /** A line that is otherwise, with those patterns of this one that stand where they stood: behind the same beginning, or before the same end. */
  keepIn(line: string): string | undefined
}

export function createStoredLine(text: string): StoredLine {
  const fixed = { text, anyLines: isAnyLines(text), patterned: hasPattern(text), keepIn: () => undefined }
  if (fixed.anyLines || !fixed.patterned) return { ...fixed, fits: (lines, at) => Number(lines[at] === text) }
  let compiled: Compiled | undefined
  return {
    ...fixed,
    fits(lines, at) {
      const line = lines[at]
      if (line === text) return 1
      if (line === undefined) return 0
      compiled ??= compile(partsOf(text))
      return compiled.whole.test(line) ? 1 : blockFrom(compiled, lines, at)
    },
    keepIn: (line) => keepPatterns(partsOf(text), line),
  }
}

/** `head` and `tail` are the first and last line of a value over several lines. */
type Compiled = { whole: RegExp; blocks: { head: RegExp; tail: RegExp }[] }

const closing = { '{': String.raw`\}`, '[': String.raw`\]` }

function compile(parts: readonly Part[]): Compiled {
  const at = parts.findIndex(({ block }) => block)
  const blocks = (parts[at]?.block ?? []).map((bracket) => ({
    head: lineOf([...parts.slice(0, at).map(({ source }) => source), `\\${bracket}`]),
    tail: lineOf([String.raw`\s*`, closing[bracket], ...parts.slice(at + 1).map(({ source }) => source)]),
  }))
  return { whole: lineOf(parts.map(({ source }) => source)), blocks }
}

function lineOf(sources: readonly string[]): RegExp {
  return new RegExp(`^${sources.join('')}$`, 'u')
}

/** A value ends on the first line that is indented like its beginning. */
function blockFrom({ blocks }: Compiled, lines: readonly string[], at: number): number {
  const found = blocks.find(({ head }) => head.test(lines[at]!))
  if (!found) return 0
  const indentation = indentationOf(lines[at]!)
  const end = lines.findIndex((line, index) => index > at && indentationOf(line) === indentation)
  return end !== -1 && found.tail.test(lines[end]!) ? end - at + 1 : 0
}

function indentationOf(line: string): number {
  return line.length - line.trimStart().length
}

function keepPatterns(parts: readonly Part[], line: string): string | undefined {
  const [front, used] = beginning(parts, line)
  const [back, left] = ending(parts.slice(used), line.slice(front.length))
  const kept = [parts.slice(0, used), parts.slice(parts.length - left)].map((some) => some.map(({ text }) => text).join(''))
  if (used + left === 0) return undefined
  return kept[0] + line.slice(front.length, line.length - back.length) + kept[1]
}

/** The longest beginning, up to a pattern, that the line has too, and how many parts that is. Words must come before it. */
function beginning(parts: readonly Part[], line: string): [string, number] {
  for (let count = parts.length; count > 1; count--) {
    const some = parts.slice(0, count)
    if (!some.at(-1)!.pattern || !hasWords(some)) continue
    const next = parts[count] ? escapedStart(parts[count]!.text) : '$'
    const found = new RegExp(`^${some.map(lazy).join('')}(?=${next})`, 'u').exec(line)
    if (found) return [found[0], count]
  }
  return ['', 0]
}

function ending(parts: readonly Part[], line: string): [string, number] {
  for (let count = parts.length; count > 1; count--) {
    const some = parts.slice(parts.length - count)
    if (!some[0]!.pattern || !hasWords(some)) continue
    const found = new RegExp(`(?<=^|\\P{L})${some.map(lazy).join('')}$`, 'u').exec(line)
    if (found) return [found[0], count]
  }
  return ['', 0]
}

function hasWords(parts: readonly Part[]): boolean {
  return parts.some(({ text, pattern }) => !pattern && /[\p{L}\p{N}]/u.test(text))
}

function lazy({ source, text }: Part): string {
  return text === '<any>' ? '.*?' : source
}

/** The first word of a text, or its first other character. */
function escapedStart(text: string): string {
  const [start] = /^(?:[\p{L}\p{N}_]+|[^])/u.exec(text)!
  return start.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}
