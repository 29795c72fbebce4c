import { ShadowcatError, asShadowcatError } from '../errors.ts'
import { type Id, type Message, connectionClosed, createError, isAnswer, membersOf } from '../message.ts'
import { within } from '../process/life-cycle.ts'
import { clearTimeout, setTimeout } from '../real.ts'
import type { Context, Direction, Tap } from '../tap.ts'
import type { Transport } from '../transport.ts'
import { createHold } from './hold.ts'
import { type Lane, createLane } from './lane.ts'
import { type Outbox, createOutbox } from './outbox.ts'
import { type Pending, createPending } from './pending.ts'

/** Who ended a session, and why when it was not meant. */
export type SessionEnd = { by: 'client' | 'upstream' | 'tap' | 'closed'; error?: ShadowcatError }

export type SessionOptions = {
  client: Transport
  upstream: Transport
  /** From the client's side to the upstream's; the recorder is the last. */
  taps?: readonly Tap[]
  /** This session's number in the run, from 1. */
  ordinal?: number
  /** Milliseconds after which an unanswered request is answered with an error; off when absent. */
  callTimeout?: number | undefined
  /** Requests to which the limit does not apply. */
  untimed?: ((message: Message) => boolean) | undefined
  /** Milliseconds without an answer for which open requests are waited for once the client's input has ended, and taps at the end; 30 s unless told. */
  drainTimeout?: number
  /** Told of what was wrong with one message and did not end the session, such as a line that is not JSON. */
  onerror?: (from: 'client' | 'upstream', error: ShadowcatError) => void
}

/** One client's conversation with one upstream. */
export type Session = {
  /** Starts the upstream, then the client. Rejects when the upstream cannot be started; the session has then ended. */
  start(): Promise<void>
  close(): Promise<void>
  readonly ended: Promise<SessionEnd>
}

/** The code that MCP's own SDKs use for a request past its time limit. */
const requestTimeout = -32001

/** A client whose server died before its first request came still deserves to be told why; for this long, in ms. */
const lingerTime = 1000

/**
 * Joins two transports through taps:
 *
 *     client ──▶ tap 0 … tap n ──▶ upstream
 *     client ◀── tap 0 … tap n ◀── upstream
 *
 * What arrives together leaves together: taps are flushed once before it goes. No promise and no timer is made for a message
 * unless a tap, a time limit or a full pipe asks for one.
 */
export function createSession(options: SessionOptions): Session {
  return new LiveSession(options)
}

class LiveSession implements Session {
  readonly #client: Transport
  readonly #upstream: Transport
  readonly #taps: readonly Tap[]
  readonly #drainTimeout: number
  readonly #contexts: Record<Direction, Context>
  /** Equal to `#contexts`, for what a tap answered: it goes back to its sender, who is the one to be held back if it does not read. */
  readonly #returning: Record<Direction, Context>
  readonly #pending: Pending
  readonly #toServer: Lane
  readonly #toClient: Lane
  readonly #hold = createHold()
  readonly #outbox: Outbox
  readonly #ended = Promise.withResolvers<SessionEnd>()
  readonly #firstRequest = Promise.withResolvers<void>()
  #draining = false
  #gone: ShadowcatError | undefined
  /** How many requests were answered with the reason why the server has gone. */
  #bereft = 0
  #failure: ShadowcatError | undefined
  #closing: Promise<void> | undefined
  #onAnswer: (() => void) | undefined

  constructor({ client, upstream, taps = [], ordinal = 1, callTimeout, untimed, drainTimeout = 30_000, onerror }: SessionOptions) {
    this.#client = client
    this.#upstream = upstream
    this.#taps = taps
    this.#drainTimeout = drainTimeout
    this.#contexts = contexts(ordinal)
    this.#returning = contexts(ordinal)
    this.#pending = createPending(callTimeout === undefined ? undefined : { ms: callTimeout, untimed, expired: (id) => this.#expire(id, callTimeout) })
    this.#outbox = createOutbox(taps, this.#hold, (error) => this.#fail(error))
    const failing = {
      fail: (error: unknown, message: Message, context: Context) => this.#fail(error, message, context),
      refuse: (message: Message, context: Context) => this.#refuse(message, context),
    }
    this.#toServer = createLane(taps, 1, {
      ...failing,
      pass: (message, context) => this.#passOn(message, context === this.#returning['to-server'] ? upstream : client),
      back: (answer, place) => this.#enter(this.#toClient, client, answer, this.#returning['to-client'], place),
    })
    this.#toClient = createLane(taps, -1, {
      ...failing,
      pass: (message, context) => {
        if (!context.late) this.#outbox.post(client, message, context === this.#returning['to-client'] ? client : upstream)
      },
      back: (answer, place) => this.#enter(this.#toServer, upstream, answer, this.#returning['to-server'], place),
    })
    client.onmessage = (message) => this.#fromClient(message)
    client.onerror = (error) => onerror?.('client', error)
    client.onend = () => void this.#drain()
    client.onclose = (error) => void this.#end({ by: 'client', ...(error && { error }) }, 'at once')
    upstream.onmessage = (message) => this.#fromUpstream(message)
    upstream.onerror = (error) => onerror?.('upstream', error)
    upstream.onend = () => void this.#upstreamGone()
    upstream.onclose = (error) => void this.#upstreamGone(error)
  }

  get ended(): Promise<SessionEnd> {
    return this.#ended.promise
  }

  async start(): Promise<void> {
    try {
      await this.#upstream.start()
    } catch (cause) {
      const error = asShadowcatError(cause, 'spawn')
      void this.#upstreamGone(error)
      await this.#startClient()
      await this.ended
      throw error
    }
    await this.#startClient()
  }

  close(): Promise<void> {
    return this.#end({ by: 'closed' }, 'at once')
  }

  async #startClient(): Promise<void> {
    if (this.#closing) return
    try {
      await this.#client.start()
    } catch (cause) {
      const error = asShadowcatError(cause, 'closed')
      await this.#end({ by: 'client', error }, 'at once')
      throw error
    }
  }

  #fromClient(message: Message): void {
    if (this.#closing && !this.#gone && !this.#failure) return
    this.#enter(this.#toServer, this.#client, message, this.#contexts['to-server'])
    if (message.kind !== 'notification') this.#firstRequest.resolve()
  }

  #fromUpstream(message: Message): void {
    const late = this.#pending.answered(message)
    const context = this.#contexts['to-client']
    this.#enter(this.#toClient, this.#upstream, message, late ? { ...context, late } : context)
    this.#onAnswer?.()
  }

  #enter(lane: Lane, source: Transport, message: Message, context: Context, place?: number): void {
    const room = lane.send(message, context, place)
    if (room) this.#hold.until(source, room)
  }

  #passOn(message: Message, source: Transport): void {
    this.#pending.asked(message)
    if (this.#gone) this.#tellGone(this.#gone)
    else this.#outbox.post(this.#upstream, message, source)
  }

  /** An error of our own: it is recorded as such, and goes the way of the server's answers. */
  #say(id: Id, code: number, text: string): void {
    this.#toClient.send(createError(id, code, `shadowcat: ${text}`), { ...this.#contexts['to-client'], origin: 'shadowcat' })
  }

  #expire(id: Id, limit: number): void {
    this.#say(id, requestTimeout, `no answer within the time limit of ${limit} ms`)
    this.#onAnswer?.()
  }

  /** A tap that throws, the recorder above all, ends the session: what cannot be recorded is not passed on. */
  #fail(error: unknown, message?: Message, context?: Context): void {
    if (!this.#failure) {
      this.#failure = asShadowcatError(error, 'tape')
      this.#stopLanes()
      for (const letter of this.#outbox.recall()) if (letter.to === this.#client) this.#refuse(letter.message, this.#contexts['to-client'])
      for (const id of this.#pending.takeAll()) this.#sendFailure(id, this.#failure)
      void this.#end({ by: 'tap', error: this.#failure })
    }
    if (message && context) this.#refuse(message, context)
  }

  /** What a failed session does not pass on is, to the client, a request of its own that ended in an error. */
  #refuse(message: Message, { direction, late }: Context): void {
    if (!this.#failure || late) return
    for (const member of membersOf(message)) {
      const concerned = direction === 'to-server' ? member.kind === 'request' : isAnswer(member)
      if (concerned && member.id !== undefined) this.#sendFailure(member.id, this.#failure)
    }
  }

  /** Past the taps, for one of them has failed. */
  #sendFailure(id: Id, reason: ShadowcatError): void {
    void this.#client.send(createError(id, connectionClosed, `shadowcat: ${reason.message}`))
  }

  async #upstreamGone(error = new ShadowcatError('closed', 'the server closed the connection')): Promise<void> {
    if (this.#closing || this.#gone) return
    this.#gone = error
    // a server that ends because its client has nothing more to say does what it should
    const expected = this.#draining
    await within(lingerTime, this.#firstRequest.promise)
    await within(this.#drainTimeout, this.#toServer.settled())
    this.#tellGone(error)
    await this.#end(expected && this.#bereft === 0 ? { by: 'client' } : { by: 'upstream', error })
  }

  #tellGone(error: ShadowcatError): void {
    for (const id of this.#pending.takeAll()) {
      this.#bereft++
      this.#say(id, connectionClosed, error.message)
    }
  }

  /** The client will say no more: the server learns of it, and may still answer what it was asked. */
  async #drain(): Promise<void> {
    this.#draining = true
    this.#firstRequest.resolve()
    await within(this.#drainTimeout, this.#toServer.settled())
    this.#outbox.deliver()
    if (this.#gone || this.#closing) return
    this.#upstream.end?.()
    if (this.#pending.size > 0) await this.#drained()
    if (this.#gone || this.#closing) return
    const seconds = this.#drainTimeout / 1000
    for (const id of this.#pending.takeAll()) this.#say(id, requestTimeout, `no answer within ${seconds} s after the client's input ended`)
    await this.#end({ by: 'client' })
  }

  /** Resolves when every request is answered, when no answer came for too long, or when the session is ending. A slow client may take its time. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => (this.#hold.holds(this.#upstream) ? timer.refresh() : resolve()), this.#drainTimeout)
      this.#onAnswer = () => {
        if (this.#pending.size > 0 && !this.#closing) return void timer.refresh()
        this.#onAnswer = undefined
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #end(how: SessionEnd, pace: 'in order' | 'at once' = 'in order'): Promise<void> {
    return (this.#closing ??= this.#finish(how, pace))
  }

  async #finish(how: SessionEnd, pace: 'in order' | 'at once'): Promise<void> {
    if (pace === 'at once') this.#stopLanes()
    // `#closing` is set once this function has returned to its caller
    await undefined
    this.#firstRequest.resolve()
    this.#onAnswer?.()
    this.#pending.stop()
    await this.#upstream.close()
    if (pace === 'in order') await within(this.#drainTimeout, Promise.all([this.#toServer.settled(), this.#toClient.settled()]))
    this.#stopLanes()
    this.#outbox.deliver()
    await this.#client.close()
    const failure = await endAll(this.#taps)
    const error = this.#failure ?? failure
    this.#ended.resolve(error ? { by: 'tap', error } : how)
  }

  #stopLanes(): void {
    this.#toServer.stop()
    this.#toClient.stop()
  }
}

function contexts(session: number): Record<Direction, Context> {
  return { 'to-server': { direction: 'to-server', session }, 'to-client': { direction: 'to-client', session } }
}

/** Ends every tap, also after one that fails; the first failure is what the session ended of. */
async function endAll(taps: readonly Tap[]): Promise<ShadowcatError | undefined> {
  const results = await Promise.allSettled(taps.map(async (tap) => tap.end?.()))
  const failed = results.find((result) => result.status === 'rejected')
  return failed && asShadowcatError(failed.reason, 'tape')
}
