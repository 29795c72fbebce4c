/** Which message of one recording is which of another: by what caused it, not by its position. */
import { type Ignore, canonical, requestKey } from '../canonical.ts'
import { type Message, findString, isAnswer, membersOf } from '../message.ts'
import { type Link, linkEntries } from './causality.ts'
import type { Entry } from './entry.ts'

export type Pair = { readonly expected: Entry; readonly actual: Entry }

/** One of the two recordings: its entries in order, and how they hang together. */
export type Side = { readonly entries: readonly Entry[]; readonly links: ReadonlyMap<number, Link> }

export type Pairing = {
  readonly pairs: readonly Pair[]
  /** What has no partner on the other side. */
  readonly missing: readonly Entry[]
  readonly extra: readonly Entry[]
  readonly expected: Side
  readonly actual: Side
}

/**
 * Pairs two entry sequences, session by session: client messages by order and meaning; answers by their request; other server messages by the
 * client message that they hang on, and order. What hangs elsewhere but says the same is paired too. What shadowcat itself said and late
 * answers are not compared, nor is the answer that came where the expected side has one of shadowcat's. In linear time.
 */
export function pairEntries(expectedEntries: readonly Entry[], actualEntries: readonly Entry[], ignore: Ignore): Pairing {
  const expected = { entries: expectedEntries, links: linkEntries(expectedEntries) }
  const actual = { entries: actualEntries, links: linkEntries(actualEntries) }
  const sessions = new Set([...expectedEntries, ...actualEntries].map((entry) => entry.session))
  const settled = new Set<Entry>()
  const pairs = [...sessions].flatMap((session) => pairSession(familyOf(expected, session), familyOf(actual, session), ignore, settled))
  const left = ({ entries }: Side): Entry[] => entries.filter((entry) => isCompared(entry) && !settled.has(entry))
  return { pairs, missing: left(expected), extra: left(actual), expected, actual }
}

/** What shadowcat said and what came too late is kept in tapes, but says nothing about the server. */
function isCompared(entry: Entry): boolean {
  return entry.origin === undefined && !entry.late
}

/** A session's entries by what caused them. */
type Family = {
  /** Client messages that answer nobody. */
  readonly asking: Entry[]
  /** Server messages by the client message that they hang on; `undefined` for those before any. */
  readonly caused: Map<Entry | undefined, Entry[]>
  /** Answers, either way, by the request; those of shadowcat included. */
  readonly answers: Map<Entry, Entry[]>
  /** All that answers no request of the session. */
  readonly rest: Entry[]
}

function familyOf({ entries, links }: Side, session: number): Family {
  const family: Family = { asking: [], caused: new Map(), answers: new Map(), rest: [] }
  for (const entry of entries) {
    if (entry.session !== session || entry.late) continue
    const { request, anchor } = links.get(entry.id)!
    if (request) append(family.answers, request, entry)
    if (request || !isCompared(entry)) continue
    family.rest.push(entry)
    if (isAnswer(entry.message)) continue
    if (entry.direction === 'to-server') family.asking.push(entry)
    else append(family.caused, anchor, entry)
  }
  return family
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function pairSession(expected: Family, actual: Family, ignore: Ignore, settled: Set<Entry>): Pair[] {
  const pairs: Pair[] = []
  const pair = (left: Entry[] = [], right: Entry[] = [], ...keys: ((message: Message) => string)[]): void => {
    // Where there is no choice, content need not be looked at.
    for (const key of left.length === 1 && right.length === 1 ? keys.slice(-1) : keys) pairUp(left, right, key, settled, pairs)
  }
  const exact = (message: Message): string => exactKey(message, ignore)
  pair(expected.asking, actual.asking, (message) => askingKey(message, ignore), looseKey)
  pair(expected.caused.get(undefined), actual.caused.get(undefined), exact, looseKey)
  // What a pair caused is paired in turn, and may have caused more: the list grows while it is walked.
  for (const parents of pairs) {
    pair(expected.caused.get(parents.expected), actual.caused.get(parents.actual), exact, looseKey)
    const answers = [expected.answers.get(parents.expected) ?? [], actual.answers.get(parents.actual) ?? []] as const
    pair(answers[0].filter(isCompared), answers[1].filter(isCompared), exact, () => '')
    if (answers[0].some((answer) => answer.origin)) for (const answer of answers[1]) settled.add(answer)
  }
  pair(expected.rest, actual.rest, (message) => `${message.kind}${exact(message)}`)
  return pairs
}

/** Pairs those of the same key in order, leaving out what is settled. */
function pairUp(left: readonly Entry[], right: readonly Entry[], keyOf: (message: Message) => string, settled: Set<Entry>, pairs: Pair[]): void {
  const open = (entry: Entry): boolean => !settled.has(entry)
  const waiting = new Map<string, Entry[]>()
  const expected = left.filter(open)
  if (expected.length === 0) return
  for (const entry of right.filter(open).toReversed()) append(waiting, entry.direction + keyOf(entry.message), entry)
  if (waiting.size === 0) return
  for (const entry of expected) {
    const partner = waiting.get(entry.direction + keyOf(entry.message))?.pop()
    if (!partner) continue
    pairs.push({ expected: entry, actual: partner })
    settled.add(entry).add(partner)
  }
}

/** Where ids and tokens stand, which differ from run to run without meaning. */
const renamedPlace = /^(?:\/\d+)?(?:\/id|\/params\/(?:requestId|progressToken|_meta\/(?:progressToken|io\.modelcontextprotocol~1subscriptionId)))$/

function exactKey(message: Message, ignore: Ignore): string {
  return canonical(message.exact, (pointer) => renamedPlace.test(pointer) || ignore(pointer))
}

/** What a client message means: as replay sees it. */
function askingKey(message: Message, ignore: Ignore): string {
  return message.kind === 'request' ? requestKey(message, ignore) : exactKey(message, ignore)
}

/** What kind of message it is, for those whose content differs. */
function looseKey(message: Message): string {
  return membersOf(message).map((member) => `${member.kind} ${member.method} ${toolOf(member)}`).join()
}

/** The tool that a message calls. Looked for once in each message: all that hangs on a call asks it of the call, which may be long. */
export function toolOf(message: Message): string | undefined {
  if (message.method !== 'tools/call') return undefined
  if (!tools.has(message)) tools.set(message, findString(message, 'params', 'name'))
  return tools.get(message)
}

const tools = new WeakMap<Message, string | undefined>()
