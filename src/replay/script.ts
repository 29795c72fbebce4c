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

/** The scripts of one session's entries. Late answers have no place in any. */
export function createScripts(entries: readonly Entry[], links: ReadonlyMap<number, Link>): Scripts {
  const opening: Act[] = []
  const scripts = new Map<number, Act[]>()
  const owners = new Map<number, { acts: Act[]; asks: readonly Asking[] }>()
  const causes = new Map<Act[], number>([[opening, 0]])
  const answered = answeredBy(entries, links)

  function of(entry: Entry): Act[] {
    let acts = scripts.get(entry.id)
    if (!acts) scripts.set(entry.id, (acts = []))
    return acts
  }

  function say(acts: Act[], entry: Entry, message: Message, request: Entry | undefined): void {
    const slots = slotsOf(message, request && idsOf(request.message), tokensOf(request ?? links.get(entry.id)!.anchor))
    const asks = membersOf(message).filter((member) => member.kind === 'request').map((member): Asking => ({ id: member.id!, message: member }))
    const redacted = message.bytes.includes(placeholderStart)
    if (request?.message.method === listenMethod && message.kind === 'result') acts.push({ act: 'hold' })
    acts.push({ act: 'say', entry, message, slots, asks, answers: request !== undefined, redacted, delay: Math.max(0, entry.timestamp - (causes.get(acts) ?? 0)) })
    if (asks.length > 0) owners.set(entry.id, { acts, asks })
  }

  function hear(entry: Entry): void {
    const asked = links.get(entry.id)!.request
    const owner = asked && owners.get(asked.id)
    if (!owner) return
    for (const message of membersOf(entry.message).filter(isAnswer)) {
      const asking = owner.asks.find(({ id, heard }) => id === message.id && !heard)
      if (!asking) continue
      asking.heard = { entry, message, after: of(entry) }
      owner.acts.push({ act: 'hear', asking })
      causes.set(owner.acts, entry.timestamp)
    }
  }

  for (const entry of entries) {
    if (entry.direction === 'to-server') {
      causes.set(of(entry), entry.timestamp)
      hear(entry)
    } else if (!entry.late) {
      const requests = answered.get(entry.id) ?? []
      const { anchor } = links.get(entry.id)!
      if (requests.length === 0) say(anchor ? of(anchor) : opening, entry, entry.message, undefined)
      else for (const request of requests) say(of(request), entry, requests.length === 1 ? entry.message : memberFor(entry, request), request)
    }
  }
  for (const entry of entries) if (entry.direction === 'to-server') owe(entry, of(entry), links.get(entry.id)!)
  return { opening, of }
}

/** Which client messages each server entry answers: one, but for a server that gathers answers to many requests in a batch. */
function answeredBy(entries: readonly Entry[], links: ReadonlyMap<number, Link>): Map<number, Entry[]> {
  const found = new Map<number, Set<Entry>>()
  const add = (answer: Entry, request: Entry): void => {
    const requests = found.get(answer.id)
    if (requests) requests.add(request)
    else found.set(answer.id, new Set([request]))
  }
  for (const entry of entries) {
    const { request, answer } = links.get(entry.id)!
    if (entry.direction === 'to-client' && request) add(entry, request)
    if (entry.direction === 'to-server' && answer) add(answer, entry)
  }
  return new Map([...found].map(([id, requests]) => [id, [...requests]]))
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
  const said = new Set(acts.flatMap((act) => (act.act === 'say' && act.answers ? membersOf(act.message).map(({ id }) => id) : [])))
  const owed = answer && (said.has(undefined) || said.has('null')) ? [] : idsOf(entry.message).filter((id) => !said.has(id))
  if (owed.length > 0 && (cancelled || entry.message.method === listenMethod)) acts.push({ act: 'hold' })
  for (const id of owed) acts.push({ act: 'owe', id })
}
