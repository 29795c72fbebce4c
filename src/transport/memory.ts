/** Two transports joined in memory: what one sends, the other receives. */
import { ShadowcatError } from '../errors.ts'
import type { Message } from '../message.ts'
import { queueMicrotask } from '../real.ts'
import type { Transport } from '../transport.ts'

/** `buffered` counts the bytes that wait for this end's receiver. A close may say to the other end why. */
export type MemoryTransport = Transport & { readonly buffered: number; close(reason?: ShadowcatError): Promise<void> }

/**
 *     client.send ──▶ server.onmessage        client.onmessage ◀── server.send
 *
 * `client` is the end that a client holds (or a session, towards a server). A client that leaves is no error to the server's end; a server
 * that leaves unasked is one to the client's. Messages arrive in order, in a later microtask, and those sent before a close still arrive.
 */
export function createMemoryPair(): { client: MemoryTransport; server: MemoryTransport } {
  const client = new MemoryEnd(new ShadowcatError('closed', 'the server closed the connection'))
  const server = new MemoryEnd(undefined)
  client.join(server)
  server.join(client)
  return { client, server }
}

/** Past this many waiting bytes the sender is told to wait. */
const highWaterMark = 64 * 1024
/** So many delivered messages are let go of at once. */
const compactAt = 1024

class MemoryEnd implements MemoryTransport {
  onmessage: Transport['onmessage']
  onend: Transport['onend']
  onclose: Transport['onclose']
  onerror: Transport['onerror']
  #loss: ShadowcatError | undefined
  #other!: MemoryEnd
  /** Delivered up to `#next`. */
  #inbox: Message[] = []
  #next = 0
  #buffered = 0
  #room: PromiseWithResolvers<void> | undefined
  #started = false
  #paused = false
  #scheduled = false
  #sent: 'open' | 'ended' = 'open'
  #received: 'open' | 'ending' | 'ended' = 'open'
  #lost = false
  #closed = false

  /** `loss` is what this end says when the other closes. */
  constructor(loss: ShadowcatError | undefined) {
    this.#loss = loss
  }

  get buffered(): number {
    return this.#buffered
  }

  join(other: MemoryEnd): void {
    this.#other = other
  }

  async start(): Promise<void> {
    this.#started = true
    this.#schedule()
  }

  send(message: Message): void | Promise<void> {
    const other = this.#other
    return this.#closed || this.#sent === 'ended' ? undefined : other.#arrive(message)
  }

  end(): void {
    if (this.#closed || this.#sent === 'ended') return
    this.#sent = 'ended'
    const other = this.#other
    other.#received = 'ending'
    other.#schedule()
  }

  async close(reason?: ShadowcatError): Promise<void> {
    if (this.#closed) return
    this.#finish()
    const other = this.#other
    other.#lost = true
    other.#loss = reason ?? other.#loss
    other.#schedule()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  #arrive(message: Message): void | Promise<void> {
    if (this.#closed) return undefined
    this.#inbox.push(message)
    this.#buffered += message.bytes.length
    this.#schedule()
    return this.#buffered > highWaterMark ? (this.#room ??= Promise.withResolvers<void>()).promise : undefined
  }

  #schedule(): void {
    if (this.#scheduled || !this.#started || this.#paused || this.#closed) return
    this.#scheduled = true
    queueMicrotask(() => this.#deliver())
  }

  #deliver(): void {
    this.#scheduled = false
    while (this.#next < this.#inbox.length && !this.#paused && !this.#closed) {
      const message = this.#inbox[this.#next++]!
      if (this.#next === compactAt) this.#next -= this.#inbox.splice(0, compactAt).length
      this.#buffered -= message.bytes.length
      this.onmessage?.(message)
    }
    if (this.#closed) return
    if (this.#buffered <= highWaterMark) this.#makeRoom()
    if (this.#paused) return
    this.#inbox = []
    this.#next = 0
    this.#deliverEnd()
  }

  #deliverEnd(): void {
    if (this.#received === 'ending') {
      this.#received = 'ended'
      this.onend?.()
    }
    if (this.#lost) this.#finish(this.#loss)
  }

  #makeRoom(): void {
    this.#room?.resolve()
    this.#room = undefined
  }

  #finish(error?: ShadowcatError): void {
    if (this.#closed) return
    this.#closed = true
    this.#inbox = []
    this.#buffered = 0
    this.#makeRoom()
    this.onclose?.(error)
  }
}
