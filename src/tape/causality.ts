/** What waits for what in a recorded session. */
import { type Id, type Message, find, isAnswer, membersOf } from '../message.ts'
import { type Span, textOf } from '../json.ts'
import type { Entry } from './entry.ts'

/** How an entry hangs together with others of its session; each is told by its id's place in the conversation, not by its position alone. */
export type Link = {
  /** Of an answer, either way: the entry of the request (or of the batch, or of the message that was no request) which it answers. */
  request?: Entry
  /** Of a request, either way: the entry of its answer; of a batch the last of its answers. Never a late one. */
  answer?: Entry
  /** Of a server message that answers nobody: the client message that it hangs on. Absent when none came before it. */
  anchor?: Entry
  /** Of a request, either way: the notification that cancelled it. */
  cancelled?: Entry
}

/** A message that asks: a request, a batch, or what is no request and may be answered without an id. */
type Asked = { readonly entry: Entry; /** Of its requests, those neither answered nor cancelled. */ open: number; /** Its place among the messages that can be answered without an id. */ nameless?: Slot }

/** One id's place in the queue of those that wait for an answer to it. */
type Slot = { readonly asked: Asked; settled: boolean; cancelled: boolean }

/** Oldest first; what stands before `head` is settled. */
type Queue = { readonly slots: Slot[]; head: number }

/** Requests of one direction and session. */
type Ledger = {
  readonly asked: Map<Id, Queue>
  /** Those that shadowcat answered: their own answers are late. */
  readonly expired: Map<Id, Queue>
  readonly nameless: Queue
  readonly byToken: Map<Id, Entry>
}

type State = {
  readonly client: Ledger
  readonly server: Ledger
  /** Client messages that ask, for the newest that is unanswered. */
  readonly stack: Asked[]
  readonly byExchange: Map<number, Entry>
  readonly byStream: Map<string, Entry>
  last: Entry | undefined
}

/** A request that is open by nature: what comes meanwhile does not come because of it. */
const listenMethod = 'subscriptions/listen'

/**
 * The link of each entry, by its id, for entries in recorded order, in linear time.
 *
 * An answer belongs to its request. A progress message hangs on its token's request, a cancellation by the server where the cancelled request hangs,
 * an acknowledgement on the subscription's request; another server message hangs on the request of its HTTP stream, or else on the newest
 * unanswered client request, or else on the last client message before it. Subscriptions never count as unanswered, nor do cancelled requests.
 */
export function linkEntries(entries: readonly Entry[]): Map<number, Link> {
  const links = new Map<number, Link>()
  const states = new Map<number, State>()
  const byId = new Map<number, Entry>()
  for (const entry of entries) {
    let state = states.get(entry.session)
    if (!state) states.set(entry.session, (state = createState()))
    links.set(entry.id, {})
    byId.set(entry.id, entry)
    const recorded = entry.replyTo === undefined ? undefined : byId.get(entry.replyTo)
    if (entry.direction === 'to-server') linkClientEntry(entry, state, links, recorded)
    else linkServerEntry(entry, state, links, recorded)
  }
  return links
}

function createState(): State {
  return { client: createLedger(), server: createLedger(), stack: [], byExchange: new Map(), byStream: new Map(), last: undefined }
}

function createLedger(): Ledger {
  return { asked: new Map(), expired: new Map(), nameless: { slots: [], head: 0 }, byToken: new Map() }
}

function linkClientEntry(entry: Entry, state: State, links: Map<number, Link>, recorded: Entry | undefined): void {
  const { kind, method } = entry.message
  const asked: Asked = { entry, open: 0 }
  for (const message of membersOf(entry.message)) {
    if (message.kind === 'request') ask(state.client, asked, message)
    else if (isAnswer(message)) answer(entry, message, state.server, links, recorded)
    else if (message.method === 'notifications/cancelled') cancel(entry, message, state.client, links)
  }
  if (asked.open > 0 && method !== listenMethod) state.stack.push(asked)
  if (asked.open > 0 && entry.exchange !== undefined) state.byExchange.set(entry.exchange, entry)
  if (kind === 'batch' || kind === 'invalid') asked.nameless = enqueue(state.client.nameless, asked)
  state.last = entry
}

function linkServerEntry(entry: Entry, state: State, links: Map<number, Link>, recorded: Entry | undefined): void {
  const link = links.get(entry.id)!
  const asked: Asked = { entry, open: 0 }
  let anchor: Entry | undefined
  for (const message of membersOf(entry.message)) {
    if (isAnswer(message)) {
      answer(entry, message, state.client, links, recorded)
      continue
    }
    if (message.kind === 'request') ask(state.server, asked, message)
    anchor ??= namedAnchor(message, state, links)
    if (message.method === 'notifications/cancelled') cancel(entry, message, state.server, links)
  }
  anchor ??= placeAnchor(entry, state)
  if (!link.request && anchor) link.anchor = anchor
}

/** An id that is used again belongs to the new request alone, even if the old one was cancelled and never answered. */
function ask(ledger: Ledger, asked: Asked, message: Message): void {
  const queue = queueOf(ledger.asked, message.id!)
  while (queue.slots[queue.head]?.settled || queue.slots[queue.head]?.cancelled) queue.head++
  enqueue(queue, asked)
  asked.open++
  const token = idIn(message, 'params', '_meta', 'progressToken')
  if (token !== undefined) ledger.byToken.set(token, asked.entry)
}

function queueOf(map: Map<Id, Queue>, id: Id): Queue {
  let queue = map.get(id)
  if (!queue) map.set(id, (queue = { slots: [], head: 0 }))
  return queue
}

function enqueue(queue: Queue, asked: Asked): Slot {
  const slot = { asked, settled: false, cancelled: false }
  queue.slots.push(slot)
  return slot
}

function answer(entry: Entry, message: Message, ledger: Ledger, links: Map<number, Link>, recorded: Entry | undefined): void {
  const id = message.id === 'null' ? undefined : message.id
  const queues = entry.late ? ledger.expired : ledger.asked
  const queue = id === undefined ? ledger.nameless : queues.get(id)
  const slot = queue && take(queue, recorded)
  if (!slot) return
  if (id !== undefined && queue.head >= queue.slots.length) queues.delete(id)
  const { asked } = slot
  links.get(entry.id)!.request ??= asked.entry
  if (entry.late) return
  links.get(asked.entry.id)!.answer = entry
  if (entry.origin && id !== undefined) enqueue(queueOf(ledger.expired, id), asked)
  if (id === undefined) asked.open = 0
  else if (!slot.cancelled) asked.open--
  if (asked.nameless) asked.nameless.settled = true
}

/** Settles the slot that the tape names, or else the oldest. */
function take(queue: Queue, recorded: Entry | undefined): Slot | undefined {
  while (queue.slots[queue.head]?.settled) queue.head++
  let at = queue.head
  if (recorded) while (at < queue.slots.length && (queue.slots[at]!.settled || queue.slots[at]!.asked.entry !== recorded)) at++
  const slot = queue.slots[at] ?? queue.slots[queue.head]
  if (slot) slot.settled = true
  while (queue.slots[queue.head]?.settled) queue.head++
  return slot
}

function cancel(entry: Entry, message: Message, ledger: Ledger, links: Map<number, Link>): void {
  const slot = cancelledBy(message, ledger)
  if (!slot) return
  links.get(slot.asked.entry.id)!.cancelled ??= entry
  slot.asked.open--
  slot.cancelled = true
}

function cancelledBy(message: Message, ledger: Ledger): Slot | undefined {
  const id = idIn(message, 'params', 'requestId')
  const queue = id === undefined ? undefined : ledger.asked.get(id)
  while (queue?.slots[queue.head]?.settled) queue.head++
  const slot = queue?.slots[queue.head]
  return slot?.cancelled ? undefined : slot
}

/** Where a message hangs that says itself what it belongs to. */
function namedAnchor(message: Message, state: State, links: Map<number, Link>): Entry | undefined {
  if (message.method === 'notifications/progress') {
    const token = idIn(message, 'params', 'progressToken')
    return token === undefined ? undefined : state.client.byToken.get(token)
  }
  if (message.method === 'notifications/cancelled') {
    const slot = cancelledBy(message, state.server)
    return slot && links.get(slot.asked.entry.id)!.anchor
  }
  if (message.method !== 'notifications/subscriptions/acknowledged') return undefined
  const id = subscriptionOf(message)
  const queue = id === undefined ? undefined : state.client.asked.get(id)
  return queue?.slots[queue.head]?.asked.entry
}

function placeAnchor(entry: Entry, state: State): Entry | undefined {
  const stream = streamRequest(entry, state)
  if (stream && stream.message.method !== listenMethod) return stream
  while (state.stack.length > 0 && state.stack.at(-1)!.open === 0) state.stack.pop()
  return state.stack.at(-1)?.entry ?? state.last
}

/** A stream that was resumed goes on in another exchange under the same name. */
function streamRequest(entry: Entry, state: State): Entry | undefined {
  const asked = entry.exchange === undefined ? undefined : state.byExchange.get(entry.exchange)
  if (entry.stream === undefined) return asked
  if (asked) state.byStream.set(entry.stream, asked)
  return asked ?? state.byStream.get(entry.stream)
}

/** The id or token at a place of the message, as compact text. */
export function idIn(message: Message, ...keys: string[]): Id | undefined {
  const span = find(message, ...keys)
  return span && compactId(message.bytes, span)
}

/** The id or token that stands at a span, as compact text. */
export function compactId(bytes: Buffer, span: Span): Id {
  const text = textOf(bytes, span)
  return text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text
}

/** The id of the `subscriptions/listen` request to which a notification belongs (2026-07-28). */
export function subscriptionOf(message: Message): Id | undefined {
  return idIn(message, 'params', '_meta', 'io.modelcontextprotocol/subscriptionId')
}
