/** What two recordings differ in. */
import { type Difference, type Ignore, differences, ignoreNothing } from '../canonical.ts'
import type { Exact } from '../json.ts'
import type { Entry } from './entry.ts'
import { type Names, learnNames } from './names.ts'
import { type Pair, type Pairing, type Side, pairEntries, toolOf } from './pairing.ts'

/**
 * One difference. `value`: the two messages differ at `pointer`, where either may have nothing; `missing` and `extra`: a message without a
 * partner; `order`: a message that stands elsewhere among those of its direction.
 */
export type EntryDifference = {
  kind: 'value' | 'missing' | 'extra' | 'order'
  expected?: Entry | undefined
  actual?: Entry | undefined
  /** The tool whose call this is about, if it is about one. */
  tool?: string | undefined
  /** RFC 6901, from the message's root. */
  pointer?: string | undefined
  expectedValue?: Exact | undefined
  actualValue?: Exact | undefined
}

/**
 * Every difference between two entry sequences, in the order of the expected one. Messages are paired by cause (see `pairEntries`); ids,
 * progress tokens, subscription ids and cursors are compared up to renaming. What shadowcat said and late answers are not compared.
 */
export function diffEntries(expected: readonly Entry[], actual: readonly Entry[], options: { ignore?: Ignore | undefined } = {}): EntryDifference[] {
  const { ignore = ignoreNothing } = options
  const pairing = pairEntries(expected, actual, ignore)
  const names = learnNames(pairing.pairs)
  const found: { place: number; difference: EntryDifference }[] = []
  const places = new Map(expected.map((entry, index) => [entry, index]))
  for (const pair of pairing.pairs) {
    const place = places.get(pair.expected)!
    const tool = toolAbout(pair.expected, pairing.expected)
    for (const { pointer, ...values } of differencesOf(pair, names, ignore)) {
      found.push({ place, difference: { kind: 'value', ...pair, tool, pointer, expectedValue: values.expected, actualValue: values.actual } })
    }
  }
  for (const pair of outOfOrder(pairing)) found.push({ place: places.get(pair.expected)!, difference: { kind: 'order', ...pair, tool: toolAbout(pair.expected, pairing.expected) } })
  for (const entry of pairing.missing) found.push({ place: places.get(entry)!, difference: { kind: 'missing', expected: entry, tool: toolAbout(entry, pairing.expected) } })
  for (const { entry, place } of placed(pairing, places)) found.push({ place, difference: { kind: 'extra', actual: entry, tool: toolAbout(entry, pairing.actual) } })
  return found.sort((a, b) => a.place - b.place).map(({ difference }) => difference)
}

/** The tool that an entry calls, or whose call it answers or belongs to. */
function toolAbout(entry: Entry, { links }: Side): string | undefined {
  let about: Entry | undefined = entry
  while (about) {
    const tool = toolOf(about.message)
    if (tool !== undefined) return tool
    const { request, anchor }: { request?: Entry; anchor?: Entry } = links.get(about.id)!
    about = request ?? anchor
  }
  return undefined
}

/** Extra entries stand behind the partner of what came before them. */
function placed({ extra, pairs, actual }: Pairing, places: ReadonlyMap<Entry, number>): { entry: Entry; place: number }[] {
  const partners = new Map(pairs.map((pair) => [pair.actual, pair.expected]))
  const wanted = new Set(extra)
  let place = -0.5
  return actual.entries.flatMap((entry) => {
    const partner = partners.get(entry)
    if (partner) place = places.get(partner)! + 0.5
    return wanted.has(entry) ? [{ entry, place }] : []
  })
}

/** For each session and direction, the fewest pairs whose removal leaves the rest in the same order on both sides. */
function outOfOrder({ pairs, expected, actual }: Pairing): Pair[] {
  const [left, right] = [expected, actual].map(({ entries }) => new Map(entries.map((entry, index) => [entry, index])))
  const lanes = Map.groupBy(pairs, ({ expected: { session, direction } }) => `${session} ${direction}`)
  return [...lanes.values()].flatMap((lane) => {
    const sorted = lane.toSorted((a, b) => left!.get(a.expected)! - left!.get(b.expected)!)
    const kept = longestRising(sorted.map((pair) => right!.get(pair.actual)!))
    return sorted.filter((_, index) => !kept.has(index))
  })
}

/** The indices of one longest rising subsequence. */
function longestRising(values: readonly number[]): Set<number> {
  const ends: number[] = []
  const before: number[] = []
  values.forEach((value, index) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[ends[middle]!]! < value) low = middle + 1
      else high = middle
    }
    before[index] = low === 0 ? -1 : ends[low - 1]!
    ends[low] = index
  })
  const kept = new Set<number>()
  for (let index = ends.at(-1) ?? -1; index !== -1; index = before[index]!) kept.add(index)
  return kept
}

function differencesOf({ expected, actual }: Pair, names: Names, ignore: Ignore): Difference[] {
  if (expected.message.bytes.equals(actual.message.bytes)) return []
  const found = differences(expected.message.exact, actual.message.exact, ignore)
  return found.length === 0 ? found : found.filter(({ pointer }) => !names.renamed({ expected, actual }).has(pointer))
}
