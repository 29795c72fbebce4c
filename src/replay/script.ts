/** What a recorded server does once a client message has come, in recorded order. */
import { type Id, type Message, isAnswer, membersOf } from '../message.ts'
import { type Link, idIn } from '../tape/causality.ts'
import type { Entry } from '../tape/entry.ts'
import { placeholderStart } from '../tape/redact/placeholder.ts'
import { type Slot, slotsOf } from './slots.ts'

/** A request of the server, and what the client answered to it when it was recorded. */
export type Asking = { readonly id: Id; readonly message: Message; heard?: { readonly entry: Entry; readonly message: Message; /** What followed upon it. */ readonly after: readonly Act[] } }

/** Sends a message; `delay` is the time in µs since what it waited for. */
export type Saying = {
  readonly act: 'say'
  readonly entry: Entry
  readonly message: Message
  readonly slots: readonly Slot[]
  readonly asks: readonly Asking[]
  /** Whether it answers the client message that the script belongs to. */
  readonly answers: boolean
  readonly redacted: boolean
  readonly delay: number
}

/** Waits for the client's answer, which came at this point of the recording. */
export type Hearing = { readonly act: 'hear'; readonly asking: Asking }

/** Waits until the client cancels the request or says that it has no more to say. */
export type Holding = { readonly act: 'hold' }

/** An answer that was never recorded. */
export type Owing = { readonly act: 'owe'; readonly id: Id }

export type Act = Saying | Hearing | Holding | Owing

/** By the id of the client's entry; under `opening` what hangs on none. */
export type Scripts = { readonly opening: Act[]; of(entry: Entry): Act[] }

const listenMethod = 'subscriptions/listen'

/** A script being written; `cause` is when the last thing came that its next message waited for, in µs. */
type Draft = { readonly acts: Act[]; cause: number }

/** The scripts of one session's entries. Late answers have no place in any. */
export function createScripts(entries: readonly Entry[], links: ReadonlyMap<number, Link>): Scripts {
  const opening: Draft = { acts: [], cause: 0 }
  const drafts = new Map<number, Draft>()
  const owners = new Map<number, { draft: Draft; asks: readonly Asking[] }>()
  const answered = answeredByBatches(entries, links)

  function draftOf(entry: Entry): Draft {
    let draft = drafts.get(entry.id)
    if (!draft) drafts.set(entry.id, (draft = { acts: [], cause: entry.timestamp }))
    return draft
  }

  function say(draft: Draft, entry: Entry, message: Message, request: Entry | undefined): void {
    const slots = slotsOf(message, request && idsOf(request.message), tokensOf(request ?? links.get(entry.id)!.anchor))
    const asks = mayAsk(message) ? membersOf(message).filter(({ kind }) => kind === 'request').map((member): Asking => ({ id: member.id!, message: member })) : nothing
    const redacted = message.bytes.includes(placeholderStart)
    if (request?.message.method === listenMethod && message.kind === 'result') draft.acts.push({ act: 'hold' })
    draft.acts.push({ act: 'say', entry, message, slots, asks, answers: request !== undefined, redacted, delay: Math.max(0, entry.timestamp - draft.cause) })
    if (asks.length > 0) owners.set(entry.id, { draft, asks })
  }

  function hear(entry: Entry): void {
    const asked = links.get(entry.id)!.request
    const owner = asked && owners.get(asked.id)
    if (!owner) return
    for (const message of membersOf(entry.message).filter(isAnswer)) {
      const asking = owner.asks.find(({ id, heard }) => id === message.id && !heard)
      if (!asking) continue
      asking.heard = { entry, message, after: draftOf(entry).acts }
      owner.draft.acts.push({ act: 'hear', asking })
      owner.draft.cause = entry.timestamp
    }
  }

  for (const entry of entries) {
    const { request, anchor } = links.get(entry.id)!
    if (entry.direction === 'to-server') {
      if (request) hear(entry)
    } else if (!entry.late) {
      const several = answered.get(entry.id)
      if (several && several.length > 1) for (const one of several) say(draftOf(one), entry, memberFor(entry, one), one)
      else if (request) say(draftOf(request), entry, entry.message, request)
      else say(anchor ? draftOf(anchor) : opening, entry, entry.message, undefined)
    }
  }
  for (const entry of entries) if (entry.direction === 'to-server') owe(entry, draftOf(entry).acts, links.get(entry.id)!)
  return { opening: opening.acts, of: (entry) => draftOf(entry).acts }
}

const nothing: readonly Asking[] = []

function mayAsk({ kind }: Message): boolean {
  return kind === 'request' || kind === 'batch'
}

/** Which client messages each server batch answers: more than one when the server gathered its answers. */
function answeredByBatches(entries: readonly Entry[], links: ReadonlyMap<number, Link>): Map<number, Entry[]> {
  const found = new Map<number, Entry[]>()
  for (const entry of entries) {
    const { request, answer } = links.get(entry.id)!
    const [by, of] = entry.direction === 'to-client' ? [entry, request] : [answer, entry]
    if (!of || by?.message.kind !== 'batch') continue
    const requests = found.get(by.id) ?? []
    if (!requests.includes(of)) found.set(by.id, [...requests, of])
  }
  return found
}

function memberFor(entry: Entry, request: Entry): Message {
  const ids = idsOf(request.message)
  return membersOf(entry.message).find((member) => isAnswer(member) && member.id !== undefined && ids.includes(member.id)) ?? entry.message
}

/** The ids of the requests in a message. */
export function idsOf(message: Message): Id[] {
  return message.kind === 'request' ? [message.id!] : membersOf(message).flatMap((member) => (member.kind === 'request' ? [member.id!] : []))
}

/** The progress tokens of the requests in a message; `undefined` for those without one. */
export function tokensOf(entry: Entry | undefined): (Id | undefined)[] {
  if (!entry?.message.bytes.includes('progressToken')) return []
  return membersOf(entry.message).flatMap((member) => (member.kind === 'request' ? [idIn(member, 'params', '_meta', 'progressToken')] : []))
}

/** A subscription without an answer was open to the end; a cancelled request was right to stay unanswered. */
function owe(entry: Entry, acts: Act[], { answer, cancelled }: Link): void {
  if (entry.message.kind === 'notification' || (entry.message.kind === 'request' && answer)) return
  const said = new Set(acts.flatMap((act) => (act.act === 'say' && act.answers ? membersOf(act.message).map(({ id }) => id) : [])))
  const owed = answer && (said.has(undefined) || said.has('null')) ? [] : idsOf(entry.message).filter((id) => !said.has(id))
  if (owed.length > 0 && (cancelled || entry.message.method === listenMethod)) acts.push({ act: 'hold' })
  for (const id of owed) acts.push({ act: 'owe', id })
}
