import { ShadowcatError, asShadowcatError } from '../errors.ts'
import { type Id, type Message, createError } from '../message.ts'
import type { Context, Direction, Tap } from '../tap.ts'
import type { Transport } from '../transport.ts'
import { type Lane, createLane } from './lane.ts'
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
  /** Milliseconds that open requests are waited for once the client's input has ended. */
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

/** The codes that MCP's own SDKs use for a connection that is gone and for a request past its time limit. */
const connectionClosed = -32000
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
  readonly #pending: Pending
  readonly #toServer: Lane
  readonly #toClient: Lane
  readonly #ended = Promise.withResolvers<SessionEnd>()
  #outbox: { to: Transport; message: Message }[] = []
  #asked = false
  #draining = false
  #gone = false
  #closing: Promise<void> | undefined
  #onFirstRequest: (() => void) | undefined
  #onDrained: (() => void) | undefined

  constructor({ client, upstream, taps = [], ordinal = 1, callTimeout, untimed, drainTimeout = 30_000, onerror }: SessionOptions) {
    this.#client = client
    this.#upstream = upstream
    this.#taps = taps
    this.#drainTimeout = drainTimeout
    this.#contexts = { 'to-server': { direction: 'to-server', session: ordinal }, 'to-client': { direction: 'to-client', session: ordinal } }
    this.#pending = createPending(callTimeout === undefined ? undefined : { ms: callTimeout, untimed, expired: (id) => this.#expire(id, callTimeout) })
    this.#toServer = createLane(taps, 1, {
      pass: (message) => {
        this.#pending.asked(message)
        this.#post(upstream, message)
      },
      back: (answer, place) => this.#toClient.send(answer, this.#contexts['to-client'], place),
      fail: (error) => this.#fail(error),
    })
    this.#toClient = createLane(taps, -1, {
      pass: (message, context) => {
        if (!context.late) this.#post(client, message)
      },
      back: (answer, place) => this.#toServer.send(answer, this.#contexts['to-server'], place),
      fail: (error) => this.#fail(error),
    })
    client.onmessage = (message) => this.#fromClient(message)
    client.onerror = (error) => onerror?.('client', error)
    client.onend = () => void this.#drain()
    client.onclose = (error) => void this.#end({ by: 'client', ...(error && { error }) })
    upstream.onmessage = (message) => this.#fromUpstream(message)
    upstream.onerror = (error) => onerror?.('upstream', error)
    upstream.onclose = (error) => void this.#upstreamGone(error)
  }

  get ended(): Promise<SessionEnd> {
    return this.#ended.promise
  }

  async start(): Promise<void> {
    try {
      await this.#upstream.start()
    } catch (error) {
      void this.#upstreamGone(error as ShadowcatError)
      await this.#client.start()
      await this.ended
      throw error
    }
    await this.#client.start()
  }

  close(): Promise<void> {
    return this.#end({ by: 'closed' })
  }

  #fromClient(message: Message): void {
    this.#toServer.send(message, this.#contexts['to-server'])
    if (this.#asked || message.kind !== 'request') return
    this.#asked = true
    this.#onFirstRequest?.()
  }

  #fromUpstream(message: Message): void {
    const late = this.#pending.answered(message)
    const context = this.#contexts['to-client']
    this.#toClient.send(message, late ? { ...context, late } : context)
    this.#noteDrained()
  }

  /** Leaves with all that is posted before the current callback ends. */
  #post(to: Transport, message: Message): void {
    if (this.#outbox.push({ to, message }) === 1) queueMicrotask(() => this.#deliver())
  }

  #deliver(): void {
    const leaving = this.#outbox
    this.#outbox = []
    try {
      for (const tap of this.#taps) tap.flush?.()
    } catch (error) {
      return this.#fail(error)
    }
    for (const { to, message } of leaving) {
      const room = to.send(message)
      if (room) hold(to === this.#client ? this.#upstream : this.#client, room)
    }
  }

  /** An error of our own: it is recorded as such, and goes the way of the server's answers. */
  #say(id: Id, code: number, text: string): void {
    this.#toClient.send(createError(id, code, text), { ...this.#contexts['to-client'], origin: 'shadowcat' })
  }

  #expire(id: Id, limit: number): void {
    this.#say(id, requestTimeout, `shadowcat: no answer within the time limit of ${limit} ms`)
    this.#noteDrained()
  }

  /** A tap that throws, the recorder above all, ends the session: what cannot be recorded is not passed on. */
  #fail(error: unknown): void {
    const reason = asShadowcatError(error, 'tape')
    this.#outbox = []
    for (const id of this.#pending.takeAll()) void this.#client.send(createError(id, connectionClosed, reason.message))
    void this.#end({ by: 'tap', error: reason })
  }

  async #upstreamGone(error: ShadowcatError | undefined): Promise<void> {
    if (this.#closing || this.#gone) return
    this.#gone = true
    const reason = error ?? new ShadowcatError('closed', 'the server closed the connection')
    if (!this.#asked) await this.#firstRequest()
    await this.#toServer.settled()
    const unanswered = this.#pending.takeAll()
    for (const id of unanswered) this.#say(id, connectionClosed, `shadowcat: ${reason.message}`)
    // a server that ends because its client has nothing more to say does what it should
    await this.#end(this.#draining && unanswered.length === 0 ? { by: 'client' } : { by: 'upstream', error: reason })
  }

  /** Resolves when the client has asked something, or never will, or after the linger time. */
  #firstRequest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lingerTime)
      const done = (): void => {
        clearTimeout(timer)
        resolve()
      }
      this.#onFirstRequest = done
      this.#client.onend = done
      this.#client.onclose = done
    })
  }

  /** The client will say no more: the server learns of it, and may still answer what it was asked. */
  async #drain(): Promise<void> {
    this.#draining = true
    await this.#toServer.settled()
    await nextMicrotask()
    this.#upstream.end?.()
    if (this.#pending.size > 0) {
      const drained = Promise.withResolvers<void>()
      const timer = setTimeout(drained.resolve, this.#drainTimeout)
      this.#onDrained = drained.resolve
      await drained.promise
      clearTimeout(timer)
    }
    await this.#end({ by: 'client' })
  }

  #noteDrained(): void {
    if (this.#onDrained && this.#pending.size === 0) this.#onDrained()
  }

  #end(how: SessionEnd): Promise<void> {
    return (this.#closing ??= this.#finish(how))
  }

  async #finish(how: SessionEnd): Promise<void> {
    this.#onFirstRequest?.()
    this.#onDrained?.()
    this.#pending.stop()
    await this.#upstream.close()
    await this.#toClient.settled()
    await nextMicrotask()
    await this.#client.close()
    const failure = await endAll(this.#taps)
    this.#ended.resolve(failure ? { by: 'tap', error: failure } : how)
  }
}

/** A receiver that is full holds back the sender alone. */
function hold(source: Transport, room: Promise<void>): void {
  source.pause?.()
  void room.then(() => source.resume?.())
}

/** Ends every tap, also after one that fails; the first failure is what the session ended of. */
async function endAll(taps: readonly Tap[]): Promise<ShadowcatError | undefined> {
  const results = await Promise.allSettled(taps.map(async (tap) => tap.end?.()))
  const failed = results.find((result) => result.status === 'rejected')
  return failed && asShadowcatError(failed.reason, 'tape')
}

/** Long enough for what was posted in this turn to be delivered. */
function nextMicrotask(): Promise<void> {
  return new Promise(queueMicrotask)
}
