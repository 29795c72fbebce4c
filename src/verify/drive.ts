import { requestKey } from '../canonical.ts'
import { errorCodes } from '../error-codes.ts'
import { ShadowcatError } from '../errors.ts'
import { type Id, type Message, createError, isAnswer, membersOf, parseMessage } from '../message.ts'
import { clearTimeout, setTimeout } from '../real.ts'
import { type Link, linkEntries } from '../tape/causality.ts'
import type { Entry } from '../tape/entry.ts'
import type { Transport } from '../transport.ts'
import { createLiveValues } from './live-values.ts'

export type DriveOptions = {
  /** Milliseconds for which a message is held back for what was recorded before it; a recorded answer that took long gets four times as long. */
  limit: number
  /** Milliseconds for which the recorded notifications at the end are waited for. */
  settle: number
  /** The last change to a message before it is sent. */
  prepare?: ((message: Message, entry: Entry) => Message) | undefined
  /** Whether an answer was given in the server's stead, which had not answered in time. */
  isStandIn?: ((message: Message) => boolean) | undefined
  /** Aborts, with the error, when the server has gone, before anything says so in its stead. */
  signal?: AbortSignal | undefined
  /** Told after each message that was sent. */
  progress?: ((sent: number, of: number) => void) | undefined
}

/** How sending a session's client side went. */
export type Driven = {
  sent: number
  /** Not sent, for the server had gone. */
  unsent: number
  /** Answers to server requests that never came. */
  unasked: number
  /** Recorded answers and server requests that did not come within the limit. */
  missing: number
  /** Why the other side has gone, when it went before the end. */
  gone?: ShadowcatError | undefined
}

/** Polls are sent at their recorded pace: how far the polled task has come is a matter of time. */
const polls = new Set<string | undefined>(['tasks/get'])

/**
 * Sends the client side of one recorded session over a transport, answering the server's requests as recorded. A message is held only for
 * the recorded answers and server requests before it, and only up to a limit. Resolves when all that was recorded has come or is given up;
 * the transport stays open.
 */
export function driveSession(entries: readonly Entry[], transport: Transport, options: DriveOptions): Promise<Driven> {
  return new Drive(entries, transport, options).run()
}

/** A recorded request of the server, and whether its live counterpart has come. */
type Asked = { readonly entry: Entry; readonly message: Message; readonly place: string; readonly key: string; met: boolean }

class Drive {
  readonly #entries: readonly Entry[]
  readonly #transport: Transport
  readonly #options: DriveOptions
  readonly #links: Map<number, Link>
  readonly #live = createLiveValues()
  /** Places (entry and id) of recorded answers and server requests that were reached in the tape and have not come yet. */
  readonly #awaited = new Map<string, number>()
  readonly #arrived = new Set<string>()
  /** Requests in flight, by id; of equal ones the oldest is answered first. */
  readonly #open = new Map<Id, Entry[]>()
  /** What may be answered without an id, and was not answered yet: batches, and messages that are no JSON-RPC. */
  readonly #nameless = new Set<Entry>()
  readonly #answers = new Map<string, Message>()
  readonly #asked: Asked[]
  readonly #notified = new Map<string | undefined, number>()
  readonly #sentEntries = new Set<number>()
  readonly #driven: Driven = { sent: 0, unsent: 0, unasked: 0, missing: 0 }
  #closed = false
  #wake: (() => void) | undefined

  constructor(entries: readonly Entry[], transport: Transport, options: DriveOptions) {
    this.#entries = entries
    this.#transport = transport
    this.#options = options
    this.#links = linkEntries(entries)
    this.#asked = serverRequests(entries)
    for (const entry of entries) if (isServers(entry)) for (const [place, member] of this.#placesOf(entry)) this.#answers.set(place, member)
  }

  async run(): Promise<Driven> {
    this.#transport.onmessage = (message) => this.#receive(message)
    this.#transport.onclose = (error) => this.#gone(error)
    this.#options.signal?.addEventListener('abort', () => this.#gone(this.#options.signal!.reason as ShadowcatError))
    await this.#transport.start()
    const total = this.#entries.filter((entry) => entry.direction === 'to-server').length
    let before = 0
    for (const entry of this.#entries) {
      if (entry.direction === 'to-client') this.#expect(entry)
      else {
        await this.#hold(entry, before)
        await this.#send(entry)
        this.#options.progress?.(this.#driven.sent, total)
      }
      before = entry.timestamp
    }
    await this.#until(() => this.#awaited.size === 0, this.#patience())
    this.#giveUp()
    const recorded = countNotifications(this.#entries)
    await this.#until(() => [...recorded].every(([method, count]) => (this.#notified.get(method) ?? 0) >= count), this.#options.settle)
    return { ...this.#driven }
  }

  /** From here on the client's messages are held for what this entry says. */
  #expect(entry: Entry): void {
    if (entry.origin || entry.late) return
    for (const [place] of this.#placesOf(entry)) if (!this.#arrived.has(place)) this.#awaited.set(place, this.#tookOf(entry))
  }

  /** One place for each answer and request in the entry: which entry asked, and under which id. */
  #placesOf(entry: Entry): [string, Message][] {
    const asked = this.#links.get(entry.id)?.request
    return membersOf(entry.message).flatMap((member): [string, Message][] => {
      if (member.kind === 'request') return [[`${entry.id} ${member.id}`, member]]
      return isAnswer(member) && asked ? [[`${asked.id} ${member.id}`, member]] : []
    })
  }

  /** Milliseconds that an answer took when it was recorded. */
  #tookOf(entry: Entry): number {
    const asked = this.#links.get(entry.id)?.request
    return asked ? (entry.timestamp - asked.timestamp) / 1000 : 0
  }

  async #hold(entry: Entry, before: number): Promise<void> {
    if (this.#awaited.size > 0 && !this.#closed) await this.#until(() => this.#awaited.size === 0, this.#patience())
    this.#giveUp()
    if (polls.has(entry.message.method)) await this.#until(() => false, Math.min(this.#options.limit, (entry.timestamp - before) / 1000))
  }

  #patience(): number {
    let longest = this.#options.limit
    for (const took of this.#awaited.values()) longest = Math.max(longest, 4 * took)
    // a server that owes much is waited for less and less, so that a thousand missing answers do not take a thousand limits
    return longest / (1 + this.#driven.missing)
  }

  #giveUp(): void {
    this.#driven.missing += this.#awaited.size
    this.#awaited.clear()
  }

  async #send(entry: Entry): Promise<void> {
    if (this.#closed) {
      this.#driven.unsent++
      return
    }
    const request = isAnswer(entry.message) ? this.#links.get(entry.id)?.request : undefined
    if (request && !this.#arrived.has(`${request.id} ${entry.message.id}`)) {
      this.#driven.unasked++
      return
    }
    const substituted = this.#live.put(entry.message)
    const message = this.#options.prepare?.(substituted, entry) ?? substituted
    for (const { kind, id } of membersOf(message)) if (kind === 'request') this.#open.set(id!, [...(this.#open.get(id!) ?? []), entry])
    if (message.kind === 'batch' || message.kind === 'invalid') this.#nameless.add(entry)
    this.#sentEntries.add(entry.id)
    this.#driven.sent++
    await this.#transport.send(message)
  }

  #receive(message: Message): void {
    if (this.#closed) return
    for (const member of membersOf(message)) {
      if (isAnswer(member)) this.#receiveAnswer(member)
      else if (member.kind === 'request') this.#receiveRequest(member)
      else this.#notified.set(member.method, (this.#notified.get(member.method) ?? 0) + 1)
    }
    this.#wake?.()
  }

  #receiveAnswer(answer: Message): void {
    const entry = answer.id === undefined || answer.id === 'null' ? this.#nameless.values().next().value : this.#open.get(answer.id)?.shift()
    if (!entry) return
    this.#nameless.delete(entry)
    const place = `${entry.id} ${answer.id}`
    const recorded = this.#answers.get(place)
    if (recorded && this.#options.isStandIn?.(answer)) this.#driven.missing++
    else if (recorded) this.#live.learn(recorded, answer)
    this.#arrive(place)
  }

  #receiveRequest(request: Message): void {
    const asked = this.#counterpart(request)
    if (!asked) {
      void this.#transport.send(answerUnrecorded(request))
      return
    }
    asked.met = true
    this.#live.learn(asked.message, request)
    this.#arrive(asked.place)
  }

  #arrive(place: string): void {
    this.#arrived.add(place)
    this.#awaited.delete(place)
  }

  /** The recorded request that a live one stands for: the first that asks the same, or else the first of its method; better one whose cause was sent. */
  #counterpart(request: Message): Asked | undefined {
    const open = this.#asked.filter(({ met, message }) => !met && message.method === request.method)
    const caused = open.filter(({ entry }) => this.#wasCaused(entry))
    const key = requestKey(request)
    return caused.find((asked) => asked.key === key) ?? caused[0] ?? open.find((asked) => asked.key === key)
  }

  #wasCaused(entry: Entry): boolean {
    const anchor = this.#links.get(entry.id)?.anchor
    return !anchor || this.#sentEntries.has(anchor.id)
  }

  #gone(error: ShadowcatError | undefined): void {
    this.#closed = true
    this.#driven.gone ??= error ?? new ShadowcatError('closed', 'the server closed the connection')
    this.#wake?.()
  }

  /** Resolves when the condition holds, the other side has gone, or the time (in ms) is over. */
  async #until(condition: () => boolean, time: number): Promise<void> {
    if (this.#closed || condition()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, time)
    this.#wake = () => {
      if (this.#closed || condition()) resolve()
    }
    await promise
    this.#wake = undefined
    clearTimeout(timer)
  }
}

function isServers(entry: Entry): boolean {
  return entry.direction === 'to-client' && !entry.origin && !entry.late
}

/** How many notifications of each method the server sent. */
function countNotifications(entries: readonly Entry[]): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>()
  for (const { kind, method } of entries.filter(isServers).flatMap(({ message }) => membersOf(message))) {
    if (kind === 'notification') counts.set(method, (counts.get(method) ?? 0) + 1)
  }
  return counts
}

function serverRequests(entries: readonly Entry[]): Asked[] {
  return entries.filter(isServers).flatMap((entry) =>
    membersOf(entry.message)
      .filter(({ kind }) => kind === 'request')
      .map((message) => ({ entry, message, place: `${entry.id} ${message.id}`, key: requestKey(message), met: false })),
  )
}

/** A server that asks for what was not recorded gets the error for methods that a client does not have. */
function answerUnrecorded(request: Message): Message {
  if (request.method === 'ping') return parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":${request.id},"result":{}}`))
  return createError(request.id!, errorCodes.methodNotFound, `shadowcat: no ${request.method} was recorded here, so there is no answer to send`)
}
