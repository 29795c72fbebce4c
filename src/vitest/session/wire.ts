import { AsyncLocalStorage } from 'node:async_hooks'
import { errorCodes } from '../../error-codes.ts'
import { ShadowcatError, asShadowcatError } from '../../errors.ts'
import { type Json, textOf } from '../../json.ts'
import { type Id, type Message, createError, createMessage, find, isAnswer, membersOf, withId } from '../../message.ts'
import { isStateless } from '../../proxy/era.ts'
import { setImmediate } from '../../real.ts'
import { titleOf } from '../../replay/miss.ts'
import type { Transport } from '../../transport.ts'
import { hide } from './site.ts'

/** What waits for an answer. */
export type Asking = {
  /** It leaves now, and has waited for the handshake before. */
  sent?(): void
  answered(answer: Message): void
  /** There will be no answer. */
  lost(reason: ShadowcatError): void
  /** Told each progress message whose token is the request's id. */
  progress?(message: Message): void
}

/** One of those that share a wire, towards the server. */
export type Participant = {
  /** Whether the server's requests of this method are for it. */
  takes(method: string): boolean
  request(message: Message): void
  /** Told every notification but progress. */
  notification(message: Message): void
  closed(reason: ShadowcatError): void
}

/** What the handshake says; the capabilities are those of all participants together. */
export type Greeting = { protocolVersion: string; clientInfo: { name: string; version: string }; capabilities: { [name: string]: Json } }

export type WireOptions = {
  transport: Transport
  greeting: Greeting
  /** What was wrong with one message and did not end the connection. */
  onerror?: ((error: ShadowcatError) => void) | undefined
}

/**
 * One transport for several clients, as one client to the server:
 *
 *     session ──┐
 *               ├──▶ ids of its own, one handshake ──▶ transport
 *     client  ──┘
 *
 * Answers and progress go to who asked, requests of the server to the newest participant that takes them, other notifications to all.
 */
export type Wire = {
  /** Sends a request under an id of the wire's, which `make` writes into it; what is asked before the handshake is done waits for it. */
  ask(make: (id: Id) => Message, asking: Asking): Id
  /** Says that an answer is not wanted any more; nothing is told to its asker. */
  cancel(id: Id, reason: string | undefined): void
  /** Sends a notification, after what was sent before it. */
  notify(message: Message): void
  /** Answers a request of the server's. */
  answer(message: Message): void
  join(participant: Participant): () => void
  /** The answer to `initialize`, which is sent when nobody did before; `facts` count in that case alone. Rejects when the wire is closed. */
  greet(facts?: Partial<Greeting>): Promise<Message>
  /** Declares a capability, if the handshake is still to be made. */
  declare(name: string): void
  readonly greeting: Greeting
  readonly stateless: boolean
  /** Whether the handshake has been sent. */
  readonly begun: boolean
  /** The answer to `initialize`, once it is there. */
  readonly greeted: Message | undefined
  close(): Promise<void>
}

export function createWire(options: WireOptions): Wire {
  return new LiveWire(options)
}

const initialized = createMessage({ jsonrpc: '2.0', method: 'notifications/initialized' })
const pong = createMessage({ jsonrpc: '2.0', id: 0, result: {} })
/** That of the SDK's; requests count from 1. */
const handshakeId: Id = '0'

type Open = { readonly asking: Asking; readonly request: Message }

class LiveWire implements Wire {
  readonly greeting: Greeting
  greeted: Message | undefined
  stateless: boolean
  readonly #transport: Transport
  readonly #open = new Map<Id, Open>()
  readonly #participants: Participant[] = []
  #lastId = 0
  /** What waits for the transport. */
  #starting: (() => void)[] | undefined = []
  #greeting: PromiseWithResolvers<Message> | undefined
  /** What waits for the handshake. */
  #waiting: (() => void)[] | undefined = []
  #lost: ShadowcatError | undefined

  constructor({ transport, greeting, onerror }: WireOptions) {
    this.#transport = transport
    this.greeting = { ...greeting, capabilities: { ...greeting.capabilities } }
    this.stateless = isStateless(greeting.protocolVersion)
    // Who is told of a message runs in the context of the test whose wire this is, wherever the message came from.
    const inContext = AsyncLocalStorage.snapshot()
    transport.onmessage = (message) => inContext(() => membersOf(message).forEach((member) => this.#receive(member)))
    transport.onerror = (error) => onerror?.(error)
    transport.onclose = (error) => this.#lose(error ?? new ShadowcatError('closed', 'the connection is closed'))
  }

  ask(make: (id: Id) => Message, asking: Asking): Id {
    // Discovery comes before a handshake, and may make it needless.
    const id = String(++this.#lastId)
    const message = make(id)
    const early = this.stateless || message.method === 'server/discover'
    if (!early) this.#beginGreeting()
    if (this.#lost) asking.lost(unanswered(message, this.#lost))
    else {
      this.#open.set(id, { asking, request: message })
      this.#send(message, early, asking)
    }
    return id
  }

  cancel(id: Id, reason: string | undefined): void {
    if (this.#open.delete(id)) this.#send(createMessage({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: Number(id), reason } }))
  }

  notify(message: Message): void {
    if (!this.stateless) this.#beginGreeting()
    this.#send(message)
  }

  answer(message: Message): void {
    this.#send(message, true)
  }

  join(participant: Participant): () => void {
    this.#participants.push(participant)
    if (this.#lost) participant.closed(this.#lost)
    return () => {
      const place = this.#participants.indexOf(participant)
      if (place >= 0) this.#participants.splice(place, 1)
    }
  }

  greet(facts: Partial<Greeting> = {}): Promise<Message> {
    if (!this.#greeting) {
      const capabilities = { ...this.greeting.capabilities, ...facts.capabilities }
      Object.assign(this.greeting, facts, { capabilities })
      this.stateless = false
    }
    return this.#beginGreeting()
  }

  declare(name: string): void {
    this.greeting.capabilities[name] ??= {}
  }

  get begun(): boolean {
    return this.#greeting !== undefined
  }

  async close(): Promise<void> {
    this.#lose(new ShadowcatError('closed', 'the session was closed before'))
    await this.#transport.close()
  }

  #beginGreeting(): Promise<Message> {
    if (this.#greeting) return this.#greeting.promise
    const greeting = (this.#greeting = Promise.withResolvers<Message>())
    greeting.promise.catch(() => undefined)
    if (this.#lost) {
      greeting.reject(this.#lost)
      return greeting.promise
    }
    const asking = { answered: (answer: Message) => this.#finishGreeting(answer), lost: (reason: ShadowcatError) => greeting.reject(reason) }
    const request = createMessage({ jsonrpc: '2.0', id: Number(handshakeId), method: 'initialize', params: this.greeting })
    this.#open.set(handshakeId, { asking, request })
    this.#send(request, true)
    return greeting.promise
  }

  #finishGreeting(answer: Message): void {
    this.greeted = answer
    this.#greeting!.resolve(answer)
    if (answer.kind === 'error') {
      const { error } = answer.value as { error?: { message?: string } }
      const reason = new ShadowcatError('closed', refusalOf(error?.message ?? answer.bytes.toString()))
      // A server that cannot go on refuses, and goes.
      this.#transport.onclose = () => this.#lose(reason)
      // Who has sent an initialize of its own is to hear its answer first.
      setImmediate(() => this.#lose(reason))
      return
    }
    this.#send(initialized, true)
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const send of waiting) send()
  }

  #send(message: Message, early = this.stateless, asking?: Asking): void {
    if (this.#lost) return
    if (!early && this.#waiting) {
      this.#waiting.push(() => this.#send(message, true, asking))
      return
    }
    if (this.#starting) {
      this.#starting.push(() => this.#send(message, true, asking))
      if (this.#starting.length === 1) void this.#start()
      return
    }
    asking?.sent?.()
    void this.#transport.send(message)
  }

  async #start(): Promise<void> {
    try {
      await this.#transport.start()
    } catch (error) {
      return this.#lose(asShadowcatError(error, 'closed'))
    }
    const starting = this.#starting ?? []
    this.#starting = undefined
    for (const send of starting) send()
  }

  #receive(message: Message): void {
    if (isAnswer(message)) this.#settle(message)
    else if (message.kind === 'request') this.#request(message)
    else if (message.method === 'notifications/progress') this.#progress(message)
    else if (message.kind === 'notification') for (const participant of this.#participants.slice()) participant.notification(message)
  }

  #settle(answer: Message): void {
    const open = this.#open.get(answer.id ?? '')
    if (!open) return
    this.#open.delete(answer.id!)
    if (open.request.method === 'server/discover') this.#discover(answer)
    open.asking.answered(answer)
  }

  /** A client that has found a server of the stateless era speaks so from now on, and so does everybody here. */
  #discover(answer: Message): void {
    const { result } = answer.value as { result?: { supportedVersions?: Json } }
    const versions = Array.isArray(result?.supportedVersions) ? result.supportedVersions : []
    const newest = versions.filter((version) => typeof version === 'string' && isStateless(version)).sort().at(-1)
    if (this.begun || newest === undefined) return
    this.stateless = true
    this.greeting.protocolVersion = newest as string
  }

  #request(message: Message): void {
    const taker = this.#participants.findLast((participant) => participant.takes(message.method!))
    if (taker) taker.request(message)
    else if (message.method === 'ping') this.answer(withId(pong, message.id!))
    else this.answer(createError(message.id!, errorCodes.methodNotFound, `nobody answers ${message.method} here: session.onRequest(${JSON.stringify(message.method)}, …) does`))
  }

  #progress(message: Message): void {
    const token = find(message, 'params', 'progressToken')
    if (token) this.#open.get(textOf(message.bytes, token))?.asking.progress?.(message)
  }

  #lose(reason: ShadowcatError): void {
    if (this.#lost) return
    this.#lost = reason
    this.#greeting?.reject(reason)
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const { asking, request } of open) asking.lost(unanswered(request, reason))
    for (const participant of this.#participants.slice()) participant.closed(reason)
  }
}

/** What we say in the place of a server that has gone is no refusal. */
export function refusalOf(message: string): string {
  return message.startsWith(ownMark) ? message.slice(ownMark.length) : `the server refused the handshake: ${message}`
}

const ownMark = 'shadowcat: '

/** Its cause would say the same again. */
function unanswered(request: Message, { name, code, message, facts }: ShadowcatError): ShadowcatError {
  return hide(new ShadowcatError(code, `${titleOf(request)} was not answered: ${message}`), { name, code, facts })
}
