/** A request that no recording answers: which recordings come nearest, and how that is said. */
import { type Difference, type Ignore, differences, requestValue } from '../canonical.ts'
import { type Exact, exactText } from '../json.ts'
import { type Message, findString, parseMessage } from '../message.ts'
import type { Entry } from '../tape/entry.ts'
import { answerValue } from './match.ts'
import type { Pairs } from './placeholders.ts'

/** A recording and what in the live message differs from it. Nothing differs when it has answered before. */
export type Near = { readonly entry: Entry; readonly differences: readonly Difference[]; readonly used: boolean }

export type Miss = {
  /** Which live session, from 1. */
  readonly session: number
  /** The live request, redacted; also when it was the client's answer to a request of the server that differed. */
  readonly request: Message
  readonly nearest: readonly Near[]
  /** Whether a live server was asked instead. */
  readonly forwarded: boolean
}

/** The JSON-RPC code for a request that is not in the tape. */
export const missCode = -32081

const mostNear = 3
/** So many of the likeliest recordings are compared in full. */
const mostCompared = 64
const mostDifferences = 20
const longestString = 500

export type NearOptions = { ignore: Ignore; pairs: Pairs; used: (entry: Entry) => boolean }

/**
 * The three recorded requests that are nearest to the live one; method and tool weigh most, then the number of differences, then the order.
 * `same` are those that mean the same, if any.
 */
export function nearestRequests(live: Message, recorded: readonly Entry[], same: readonly Entry[], options: NearOptions): Near[] {
  const value = requestValue(live)
  return likely(live, recorded, same, options)
    .map(({ entry, far }) => ({ near: createNear(entry, requestValue(entry.message), value, options), far }))
    .sort((a, b) => a.far - b.far || a.near.differences.length - b.near.differences.length || Number(a.near.used) - Number(b.near.used) || a.near.entry.id - b.near.entry.id)
    .slice(0, mostNear)
    .map(({ near }) => ({ ...near, differences: near.differences.slice(0, mostDifferences) }))
}

/** Those worth comparing, found in at most one pass however many there are; the unused first. */
function likely(live: Message, recorded: readonly Entry[], same: readonly Entry[], { used }: NearOptions): { entry: Entry; far: number }[] {
  const name = nameOf(live)
  const ranks: { entry: Entry; far: number }[][] = Array.from({ length: 8 }, () => [])
  const known = new Set(same.slice(0, mostNear))
  const rankIn = (entry: Entry): void => {
    const far = (entry.message.method === live.method ? 0 : 2) + (nameOf(entry.message) === name ? 0 : 1)
    const rank = ranks[known.has(entry) ? 0 : 2 * far + Number(used(entry))]!
    if (rank.length < mostCompared) rank.push({ entry, far })
  }
  known.forEach(rankIn)
  for (const entry of recorded) {
    if (ranks[0]!.length === mostCompared) break
    if (!known.has(entry)) rankIn(entry)
  }
  return ranks.flat().slice(0, mostCompared)
}

/** The recorded answer to a request of the server, from which the live one differs. */
export function nearestAnswer(live: Message, entry: Entry, recorded: Message, options: NearOptions): Near {
  return createNear(entry, answerValue(recorded), answerValue(live), options)
}

function createNear(entry: Entry, recorded: Exact, live: Exact, { ignore, pairs, used }: NearOptions): Near {
  const found = differences(recorded, live, ignore).filter(({ expected, actual }) => typeof expected !== 'string' || typeof actual !== 'string' || pairs.toRecorded(actual) !== expected)
  return { entry, differences: found, used: used(entry) }
}

/** What a request is about: a tool's or prompt's name, a resource's address. Looked for once in each message, since each miss asks it of all recordings. */
function nameOf(message: Message): string | undefined {
  if (!names.has(message)) names.set(message, findString(message, 'params', 'name') ?? findString(message, 'params', 'uri') ?? findString(message, 'params', 'taskId'))
  return names.get(message)
}

const names = new WeakMap<Message, string | undefined>()

/** The error that answers a request which missed: `data` is `{ request, nearest: [{ entry, differences: [{ pointer, recorded, actual }] }] }`. */
export function missError(id: string, miss: Miss): Message {
  const nearest = miss.nearest.map(({ entry, differences: found, used }) => `{"entry":${entry.id}${used ? ',"used":true' : ''},"differences":[${found.map(differenceText).join()}]}`)
  const data = `{"request":${exactText(miss.request.exact, shorten)},"nearest":[${nearest.join()}]}`
  return parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":${id},"error":{"code":${missCode},"message":${JSON.stringify(`shadowcat: ${describeMiss(miss)}`)},"data":${data}}}`))
}

function differenceText({ pointer, expected, actual }: Difference): string {
  const members = [`"pointer":${JSON.stringify(pointer)}`]
  if (expected !== undefined) members.push(`"recorded":${exactText(expected, shorten)}`)
  if (actual !== undefined) members.push(`"actual":${exactText(actual, shorten)}`)
  return `{${members.join()}}`
}

/** A long string is told by its beginning and its length. */
export function shorten(text: string): string {
  return text.length > longestString ? `${text.slice(0, longestString)}… (${text.length} characters)` : text
}

/** One sentence for people: what was asked, and what comes nearest. */
export function describeMiss(miss: Miss): string {
  const [near] = miss.nearest
  const asked = titleOf(miss.request)
  if (!near) return `${asked} was not recorded; the tape holds no request like it`
  const [first] = near.differences
  if (!first) return `${asked} was asked once more than it was recorded (entry ${near.entry.id}); each recording answers once`
  const place = `${first.pointer || 'the whole message'} was ${shortText(first.expected)}, is ${shortText(first.actual)}`
  const more = near.differences.length > 1 ? ` (and ${near.differences.length - 1} more)` : ''
  return `${asked} was not recorded so; nearest is entry ${near.entry.id}, ${titleOf(near.entry.message)}: ${place}${more}`
}

/** What a request is called: its method, and the tool, prompt, resource or task that it names. */
export function titleOf(message: Message): string {
  const name = nameOf(message)
  const method = message.method ?? (message.kind === 'batch' ? 'a batch' : "the client's answer")
  return name === undefined ? method : `${method} ${JSON.stringify(name)}`
}

function shortText(value: Exact | undefined): string {
  if (value === undefined) return 'absent'
  const text = exactText(value, shorten)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
