import { type Difference, canonical, escapeKey, valueAt } from '../canonical.ts'
import { type Exact, NumberLiteral } from '../json.ts'
import type { EntryDifference } from '../tape/diff.ts'
import type { Entry, Recording } from '../tape/entry.ts'
import type { Cause } from './dependence/dependences.ts'
import { jsonInside, saysAgain, structuredPointer } from './repeats.ts'
import { type Guess, type Period, type Times, guessNumber, guessText } from './shapes.ts'

export type Kind = 'order' | 'time' | 'random' | 'value' | 'missing' | 'extra'

/** One difference between two recordings, and what it looks like. */
export type Explained = {
  kind: Kind
  /** Set when the kind is a guess from what the values look like. */
  guess?: Guess | undefined
  /** The tool whose call it belongs to. */
  tool?: string | undefined
  /** Which of the client's requests it belongs to, from 1. */
  call?: number | undefined
  /** From the message's root; absent when the message as a whole differs. */
  pointer?: string | undefined
  expected?: Exact | undefined
  actual?: Exact | undefined
  expectedEntry?: Entry | undefined
  actualEntry?: Entry | undefined
  /** This text only says again what differs here. */
  repeats?: string | undefined
  /** The cause, when the component was run to find it: then nothing is guessed. */
  cause?: (Cause & { component: string }) | undefined
  /** Why that found none, in words. */
  unexplained?: string | undefined
}

/** Sorts each difference by what it looks like; an array that is only in another order becomes one difference. */
export function explain(differences: readonly EntryDifference[], times: Times): Explained[] {
  const explained: Explained[] = []
  const seen = new Set<string>()
  const compared = new Map<string, boolean>()
  for (const difference of differences) {
    const array = difference.kind === 'value' ? reordered(difference, compared) : undefined
    if (!array) {
      explained.push(explainOne(difference, times))
      continue
    }
    const place = `${difference.expected?.id} ${array.pointer}`
    if (!seen.has(place)) explained.push({ ...factsOf(difference), ...array, kind: 'order' })
    seen.add(place)
  }
  return explained
}

/** The values that differ; of a message that is missing, extra or elsewhere as a whole, the message. */
export function valuesOf({ pointer, expected, actual, expectedEntry, actualEntry }: Explained): [Exact | undefined, Exact | undefined] {
  return pointer === undefined ? [expected ?? expectedEntry?.message.exact, actual ?? actualEntry?.message.exact] : [expected, actual]
}

/** When a recording was made, and at which moment its clock was held, if it was. */
export function periodsOf(recording: Recording): Period[] {
  const periods: Period[] = []
  for (const session of recording.sessions) {
    const from = Date.parse(session.startedAt)
    const last = recording.entries.reduce((latest, entry) => (entry.session === session.ordinal ? Math.max(latest, entry.timestamp) : latest), 0)
    if (!Number.isNaN(from)) periods.push({ from, to: from + last / 1000 })
    const epoch = typeof session.world?.epoch === 'string' ? Date.parse(session.world.epoch) : NaN
    if (!Number.isNaN(epoch)) periods.push({ from: epoch, to: epoch + last / 1000 })
  }
  return periods
}

function factsOf({ tool, expected, actual }: EntryDifference): Pick<Explained, 'tool' | 'expectedEntry' | 'actualEntry'> {
  return { tool, expectedEntry: expected, actualEntry: actual }
}

function explainOne(difference: EntryDifference, times: Times): Explained {
  const { kind, pointer, expectedValue: expected, actualValue: actual } = difference
  const facts = { ...factsOf(difference), pointer, expected, actual }
  if (kind !== 'value') return { ...facts, kind }
  if (expected === undefined || actual === undefined) return { ...facts, kind: expected === undefined ? 'extra' : 'missing' }
  const repeated = repeatedBy(difference)
  const judged = repeated ? combined(repeated.map((place) => judge(place, times))) : judge({ pointer: pointer ?? '', expected, actual }, times)
  return { ...facts, kind: judged, guess: isGuess(judged) ? judged : undefined, repeats: repeated && structuredPointer }
}

type Verdict = 'order' | 'time' | 'random' | 'value'

function isGuess(verdict: Verdict): verdict is Guess {
  return verdict === 'time' || verdict === 'random'
}

/** What several places that make up one difference look like together: the gravest. */
function combined(verdicts: readonly Verdict[]): Verdict {
  return (['value', 'random', 'time', 'order'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'value'
}

type Place = Difference & { order?: boolean }

function judge({ pointer, expected, actual, order }: Place, times: Times): Verdict {
  if (order) return 'order'
  const key = pointer.split('/').findLast((part) => !/^\d+$/.test(part)) ?? ''
  if (expected instanceof NumberLiteral && actual instanceof NumberLiteral) return guessNumber(expected.text, actual.text, times, key) ?? 'value'
  if (typeof expected !== 'string' || typeof actual !== 'string') return 'value'
  const [left, right] = [jsonInside(expected), jsonInside(actual)]
  if (left !== undefined && right !== undefined) return judgeJson(left, right, times)
  const guesses = guessText(expected, actual, times, key)
  return guesses ? combined(guesses) : 'value'
}

/** JSON that says the same in other words, such as keys in another order, is the same in another order. */
function judgeJson(expected: Exact, actual: Exact, times: Times): Verdict {
  const places = placesOf(expected, actual)
  return places.length === 0 ? 'order' : combined(places.map((place) => judge(place, times)))
}

/** Where two values differ; an array with the same members in another order is one place. */
function placesOf(expected: Exact | undefined, actual: Exact | undefined, pointer = ''): Place[] {
  if (expected instanceof Map && actual instanceof Map) {
    return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((key) => placesOf(expected.get(key), actual.get(key), `${pointer}/${escapeKey(key)}`))
  }
  if (expected !== undefined && actual !== undefined && canonical(expected) === canonical(actual)) return []
  if (!Array.isArray(expected) || !Array.isArray(actual)) return [{ pointer, expected, actual }]
  if (haveSameMembers(expected, actual)) return [{ pointer, expected, actual, order: true }]
  return Array.from({ length: Math.max(expected.length, actual.length) }, (_, index) => placesOf(expected[index], actual[index], `${pointer}/${index}`)).flat()
}

function haveSameMembers(expected: readonly Exact[], actual: readonly Exact[]): boolean {
  if (expected.length !== actual.length) return false
  const sorted = (items: readonly Exact[]): string => items.map((item) => canonical(item)).sort().join()
  return sorted(expected) === sorted(actual)
}

type Reordered = { pointer: string; expected: Exact; actual: Exact }

/** The outermost array around a difference that holds the same members in both messages. What was compared once is kept: arrays may be long. */
function reordered({ expected, actual, pointer }: EntryDifference, compared: Map<string, boolean>): Reordered | undefined {
  if (!expected || !actual || !pointer) return undefined
  const parts = pointer.split('/')
  for (let length = 1; length < parts.length; length++) {
    if (!/^\d+$/.test(parts[length]!)) continue
    const at = parts.slice(0, length).join('/')
    const [left, right] = [valueAt(expected.message.exact, at), valueAt(actual.message.exact, at)]
    if (!Array.isArray(left) || !Array.isArray(right)) continue
    const place = `${expected.id} ${actual.id} ${at}`
    const same = compared.get(place) ?? haveSameMembers(left, right)
    compared.set(place, same)
    if (same) return { pointer: at, expected: left, actual: right }
  }
  return undefined
}

/** When a text says in both messages what `structuredContent` says: the places where that differs. */
function repeatedBy({ expected, actual, pointer = '' }: EntryDifference): Place[] | undefined {
  if (!expected || !actual) return undefined
  const [left, right] = [expected.message.exact, actual.message.exact]
  if (!saysAgain(left, pointer) || !saysAgain(right, pointer)) return undefined
  return placesOf(valueAt(left, structuredPointer), valueAt(right, structuredPointer), structuredPointer)
}
