/** Finds secrets in JSON text and in running text, and in each of the two inside the other. */
import type { Span } from '../../json.ts'
import { type Fields, isHarmless } from './fields.ts'
import { type Match, placeholderStart, placeholders } from './placeholder.ts'
import { type Rule, longest } from './rules.ts'
import { createPositions, decode, skipSpace, walk } from './walk.ts'
import type { Trigger } from './trigger.ts'

export type Search = {
  /** The secrets in a whole message, in order and apart. */
  message(text: string): Match[]
  /** The secrets in running text such as stderr, in order and apart. */
  text(text: string): Match[]
}

export type Rules = {
  readonly fields: Fields
  /** What secrets look like, then what they look like behind a name; `loose` is for running text that is in no message. */
  readonly values: readonly Rule[]
  readonly named: readonly Rule[]
  readonly loose: readonly Rule[]
  /** The user's own, for what stands outside of placeholders. */
  readonly own: readonly Rule[]
  /** Known secrets. */
  readonly literals: readonly string[]
  readonly trigger: Trigger
  /** Whether placeholders are what is looked for, instead of what is left alone. */
  readonly forPlaceholders?: boolean
}

/** Levels of JSON in strings that are opened, and of arrays and objects in all of them together. What is deeper counts as running text. */
const mostLevels = 12
const mostDepth = 1500

export function createSearch(rules: Rules): Search {
  const { fields, trigger, own, literals, forPlaceholders = false } = rules
  const freePieces = forPlaceholders ? (_: string, matches: Match[]) => matches : outsidePlaceholders
  /** How far the last walk came. */
  let reached = 0
  return {
    message(text) {
      const found: Match[] = []
      walkValue(text, skipSpace(text, 0), mostDepth, mostLevels, found, true)
      return found
    },
    text: (text) => inText(text, rules.loose, mostDepth, mostLevels),
  }

  /** Collects what is secret in the JSON value at `at`; returns where it ends, or -1 if it is none. */
  function walkValue(text: string, at: number, depth: number, levels: number, found: Match[], envelope = false): number {
    return walk(text, at, depth, {
      field: fields.kindOf,
      key: (start, end) => inString(text, start, end, undefined, 0, 0, found),
      string: (start, end, field, left) => inString(text, start, end, field, left, levels, found),
      number(start, end, field) {
        reached = end
        const value = text.slice(start, end)
        const kind = field ?? (literals.includes(value) ? 'env' : own.some(({ pattern }) => value.search(pattern) !== -1) ? 'custom' : undefined)
        if (kind !== undefined) found.push({ start, end, kind, value, number: true, levels: 0 })
      },
    }, envelope)
  }

  function inString(text: string, start: number, end: number, field: string | undefined, depth: number, levels: number, found: Match[]): void {
    reached = end
    if (end - start === 2) return
    // Whatever the rules find in the decoded text, the trigger finds in the raw one; the other way about it may be wrong.
    if (field === undefined && own.length === 0 && !trigger.inText(text, start + 1, end - 1)) return
    const raw = text.slice(start + 1, end - 1)
    const decoded = decode(raw)
    const inside = field === undefined ? inText(decoded, rules.named, depth, levels) : inField(decoded, field, rules)
    const position = createPositions(raw)
    for (const match of inside) {
      const from = start + 1 + position(match.start)
      found.push({ ...match, start: from, end: start + 1 + position(match.end), levels: match.levels + 1 })
    }
    reached = end
  }

  function inText(text: string, named: readonly Rule[], depth: number, levels: number): Match[] {
    const found: Match[] = literals.flatMap((literal) => inLiteral(literal, text))
    const first = text.charCodeAt(skipSpace(text, 0))
    if (levels > 0 && (first === 0x7b || first === 0x5b || first === 0x22)) {
      const inside: Match[] = []
      const end = walkValue(text, skipSpace(text, 0), depth, levels - 1, inside)
      if (end !== -1 && skipSpace(text, end) === text.length) return freePieces(text, merge(text, [...found, ...inside]))
    }
    const gaps = levels > 0 ? inFragments(text, depth, levels - 1, found) : [{ start: 0, end: text.length }]
    for (const { start, end } of gaps) {
      const gap = text.slice(start, end)
      for (const rule of [...rules.values, ...named]) for (const match of inRule(rule, gap)) found.push({ ...match, start: match.start + start, end: match.end + start })
    }
    const outside = freePieces(text, merge(text, found))
    return own.length === 0 ? outside : merge(text, [...outside, ...inOwnRules(text, own)])
  }

  /** Pieces of JSON amid running text; what they hold is collected, and what lies between them is returned. */
  function inFragments(text: string, depth: number, levels: number, found: Match[]): Span[] {
    const gaps: Span[] = []
    const beginning = /[{[](?=\s{0,20}["{[])/g
    let from = 0
    // Text full of beginnings without ends would take quadratic time; past this many characters walked in vain it is running text.
    let patience = 1_000_000
    for (let match = beginning.exec(text); match && patience > 0; match = beginning.exec(text)) {
      const inside: Match[] = []
      reached = match.index
      const end = walkValue(text, match.index, Math.min(depth, 100), levels, inside)
      if (end === -1) {
        patience -= reached - match.index + 20
        continue
      }
      found.push(...inside)
      gaps.push({ start: from, end: match.index })
      from = beginning.lastIndex = end
    }
    return [...gaps, { start: from, end: text.length }]
  }
}

/** The whole of a telling field's value, but for the scheme that says what kind of credential follows. */
function inField(text: string, field: string, { literals, values }: Rules): Match[] {
  if (isHarmless(text)) return []
  const scheme = /^(?:bearer|basic|token|digest|negotiate)[ \t]+(?=\S)/i.exec(text)?.[0] ?? ''
  const value = text.slice(scheme.length)
  const kind = literals.includes(value) ? 'env' : values.flatMap((rule) => inRule(rule, text)).find((match) => match.value === value)?.kind
  return outsidePlaceholders(text, [{ start: scheme.length, end: text.length, kind: kind ?? field, value, number: false, levels: 0 }])
}

/** What the user's own rules find beside the placeholders. */
function inOwnRules(text: string, own: readonly Rule[]): Match[] {
  const taken = placeholdersIn(text)
  let next = 0
  return merge(text, own.flatMap((rule) => inRule(rule, text))).filter((match) => {
    while (next < taken.length && taken[next]!.end <= match.start) next++
    return next === taken.length || taken[next]!.start >= match.end
  })
}

function inLiteral(literal: string, text: string): Match[] {
  const found: Match[] = []
  for (let start = text.indexOf(literal); start !== -1; start = text.indexOf(literal, start + literal.length)) {
    found.push({ start, end: start + literal.length, kind: 'env', value: literal, number: false, levels: 0 })
  }
  return found
}

function inRule({ kind, pattern, accepts, span }: Rule, text: string): Match[] {
  const found: Match[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { start, end } = wholePairs(text, span?.(text, match) ?? spanOf(text, match))
    const value = text.slice(start, end)
    if (value !== '' && (accepts?.(value) ?? true)) {
      found.push({ start, end, kind: typeof kind === 'string' ? kind : kind(match), value, number: false, levels: 0 })
      pattern.lastIndex = Math.max(end, match.index + 1)
    } else pattern.lastIndex = Math.max(start, match.index + 1)
  }
  pattern.lastIndex = 0
  return found
}

/** Where the secret of a match stands: its group at the end, or all of it. */
function spanOf(text: string, match: RegExpExecArray): Span {
  const secret = match.slice(1).find((part) => part !== undefined) ?? match[0]
  const end = match.index + match[0].length
  return { start: end - secret.length, end: secret.length < longest ? end : endOfWord(text, end) }
}

/** Where a secret ends that is longer than its expression could say: better too far than too near. */
function endOfWord(text: string, at: number): number {
  while (at < text.length && !/[\s"'`]/.test(text[at]!)) at++
  return at
}

/** The span, widened where it would split a surrogate pair. */
function wholePairs(text: string, { start, end }: Span): Span {
  return { start: splitsPair(text, start) ? start - 1 : start, end: splitsPair(text, end) ? end + 1 : end }
}

function splitsPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
}

/** The matches in order; of those that overlap one is made, of the kind of the longest. */
function merge(text: string, matches: Match[]): Match[] {
  if (matches.length < 2) return matches
  const merged: Match[] = []
  for (const match of matches.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1)
    if (!last || match.start >= last.end) merged.push(match)
    else if (match.end > last.end) merged[merged.length - 1] = { ...last, end: match.end, value: text.slice(last.start, match.end), number: false, levels: 0 }
  }
  return merged
}

/** The matches, which are in order, without the placeholders that already stand in them. */
function outsidePlaceholders(text: string, matches: Match[]): Match[] {
  if (matches.length === 0 || !text.includes(placeholderStart)) return matches
  const taken = placeholdersIn(text)
  let next = 0
  return matches.flatMap((match) => {
    const pieces: Match[] = []
    let from = match.start
    while (next < taken.length && taken[next]!.end <= from) next++
    for (let at = next; at < taken.length && taken[at]!.start < match.end; at++) {
      if (taken[at]!.start > from) pieces.push(piece(text, match, from, taken[at]!.start))
      from = taken[at]!.end
    }
    if (from === match.start) return [match]
    if (from < match.end) pieces.push(piece(text, match, from, match.end))
    return pieces
  })
}

function piece(text: string, match: Match, start: number, end: number): Match {
  return { ...match, start, end, value: text.slice(start, end), number: false, levels: 0 }
}

function placeholdersIn(text: string): Span[] {
  return text.includes(placeholderStart) ? [...text.matchAll(placeholders)].map(({ index, 0: { length } }) => ({ start: index, end: index + length })) : []
}
