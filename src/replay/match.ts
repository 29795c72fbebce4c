/** Which recording answers a live request: the same one that a strict reader of the tape would take, or none. */
import { type Ignore, canonical, requestKey } from '../canonical.ts'
import type { Exact } from '../json.ts'
import { Message, isAnswer, membersOf } from '../message.ts'
import { type Pairs, shapeOf } from './placeholders.ts'

/**
 * `plumbing` is matched by method and never a miss; of `list` and `poll` the last recording answers again;
 * each recording of a `call` answers once.
 */
export type RequestClass = 'plumbing' | 'list' | 'poll' | 'call'

/** What answers a call when all its recordings were taken: nothing, the last again, or all again in order. */
export type Repeat = 'none' | 'last' | 'all'

const plumbing: ReadonlySet<string> = new Set(['initialize', 'server/discover', 'ping', 'logging/setLevel'])
const polls: ReadonlySet<string> = new Set(['tasks/get'])

export function classOf(method: string | undefined): RequestClass {
  if (method === undefined) return 'call'
  if (plumbing.has(method)) return 'plumbing'
  if (polls.has(method)) return 'poll'
  return method.endsWith('/list') ? 'list' : 'call'
}

/** Requests of one session that mean the same, in recorded order. */
export type Group<T> = {
  readonly index: number
  readonly class: RequestClass
  readonly items: T[]
  /** Where each item stands among all requests of the session. */
  readonly places: number[]
  /** The placeholders in each item; absent when there are none. */
  readonly names?: (readonly string[])[]
}

/** The requests of one recorded session, found by what they mean. Built once, never changed by a replay. */
export type Groups<T> = {
  add(message: Message, item: T): void
  find(message: Message): { group: Group<T>; names: readonly string[] } | undefined
  /** The group of the request at this place, if the message is the same but for its id. */
  guess(message: Message, place: number): Group<T> | undefined
  readonly count: number
}

/** A request with its id cut out is looked for as it stands, which saves parsing it; longer ones are not kept for that. */
const rawLimit = 4096

export function createGroups<T>(ignore: Ignore): Groups<T> {
  const byText = new Map<string, Group<T>>()
  const byMeaning = new Map<string, Group<T>>()
  const inOrder: { readonly message: Message; readonly group: Group<T> }[] = []
  let count = 0

  function create(message: Message, redacted: boolean): Group<T> {
    return { index: count++, class: classOf(message.method), items: [], places: [], ...(redacted && { names: [] }) }
  }

  return {
    add(message, item) {
      const text = textWithoutId(message)
      let group = text === undefined ? undefined : byText.get(text)
      if (!group) {
        const { shape, names } = shapeOf(meaningOf(message, ignore))
        group = byMeaning.get(shape) ?? create(message, names.length > 0)
        byMeaning.set(shape, group)
        if (group.names) group.names.push(names)
        else if (text !== undefined) byText.set(text, group)
      }
      group.items.push(item)
      group.places.push(inOrder.push({ message, group }) - 1)
    },
    find(message) {
      const text = textWithoutId(message)
      const known = text === undefined ? undefined : byText.get(text)
      if (known) return { group: known, names: [] }
      const { shape, names } = shapeOf(meaningOf(message, ignore))
      const group = byMeaning.get(shape)
      return group && { group, names }
    },
    guess(message, place) {
      const next = inOrder[place]
      return next && !next.group.names && isSameButId(next.message, message) ? next.group : undefined
    },
    get count() {
      return count
    },
  }
}

function isSameButId({ bytes, idSpan }: Message, { bytes: others, idSpan: otherId }: Message): boolean {
  if (!idSpan || idSpan.start !== otherId?.start || bytes.length - idSpan.end !== others.length - otherId.end) return false
  return bytes.compare(others, otherId.end, others.length, idSpan.end) === 0 && bytes.compare(others, 0, idSpan.start, 0, idSpan.start) === 0
}

function textWithoutId({ kind, bytes, idSpan }: Message): string | undefined {
  if (kind !== 'request' || !idSpan || bytes.length > rawLimit) return undefined
  return `${bytes.toString('latin1', 0, idSpan.start)}\n${bytes.toString('latin1', idSpan.end)}`
}

/** Text that is equal for requests, batches and other messages that mean the same. The copy keeps what it parses out of a long-lived recording. */
export function meaningOf(message: Message, ignore: Ignore): string {
  if (classOf(message.method) === 'plumbing') return `plumbing ${message.method}`
  if (message.kind === 'request') return requestKey(new Message(message.bytes, message), ignore)
  if (message.kind !== 'batch') return `${message.kind} ${canonical(new Message(message.bytes, message).exact, ignore)}`
  const members = membersOf(message).filter((member) => member.kind === 'request' || member.kind === 'invalid')
  return `batch ${members.map((member) => meaningOf(member, ignore)).join(' ')}`
}

/** What an answer of the client says, without its id: `{ result }` or `{ error }`, without `_meta`. */
export function answerValue(message: Message): Exact {
  const value = new Map(message.exact instanceof Map ? message.exact : [])
  value.delete('id')
  value.delete('jsonrpc')
  const result = value.get('result')
  if (!isAnswer(message) || !(result instanceof Map) || !result.has('_meta')) return value
  const kept = new Map(result)
  kept.delete('_meta')
  return value.set('result', kept)
}

/** The recording that answers; `again` when it has answered before. */
export type Found<T> = { readonly item: T; readonly again: boolean }

export type Matcher<T> = {
  /** Takes the recording that answers this live request, if there is one. The message must be redacted as the tape is. */
  take(message: Message): Found<T> | undefined
}

/** The state of one live session against its recorded one. */
export function createMatcher<T>(groups: Groups<T>, options: { repeat: Repeat; pairs: Pairs }): Matcher<T> {
  const { repeat, pairs } = options
  /** By group, how many of its recordings have answered. */
  const taken = new Uint32Array(groups.count)
  const takenItems = new Set<T>()
  /** Most clients ask in recorded order: the place of the request that comes next then. */
  let next = 0

  function inOrder(group: Group<T>): Found<T> | undefined {
    const count = taken[group.index]!
    const { length } = group.items
    next = group.places[Math.min(count, length - 1)]! + 1
    if (count < length) {
      taken[group.index]!++
      return { item: group.items[count]!, again: false }
    }
    if (group.class === 'call' && repeat === 'none') return undefined
    if (group.class === 'call' && repeat === 'all') taken[group.index]!++
    return { item: group.items[group.class === 'call' && repeat === 'all' ? count % length : length - 1]!, again: true }
  }

  /** Where secrets are concerned, those recordings alone count whose secrets can be the live ones. */
  function amongRedacted(group: Group<T>, names: readonly string[]): Found<T> | undefined {
    const fitting = group.items.map((item, index) => ({ item, names: group.names![index]! })).filter((one) => pairs.fit(one.names, names))
    const fresh = fitting.find(({ item }) => !takenItems.has(item))
    if (!fresh && group.class === 'call' && repeat === 'all') for (const { item } of fitting) takenItems.delete(item)
    const chosen = fresh ?? (group.class !== 'call' || repeat === 'last' ? fitting.at(-1) : repeat === 'all' ? fitting[0] : undefined)
    if (!chosen) return undefined
    takenItems.add(chosen.item)
    pairs.join(chosen.names, names)
    return { item: chosen.item, again: !fresh }
  }

  return {
    take(message) {
      const guess = groups.guess(message, next)
      if (guess) return inOrder(guess)
      const found = groups.find(message)
      if (!found) return undefined
      return found.group.names ? amongRedacted(found.group, found.names) : inOrder(found.group)
    },
  }
}
