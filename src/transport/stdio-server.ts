/** The listener of the one client at the other end of this process's stdin and stdout. */
import { finished } from 'node:stream'
import type { Readable, Writable } from 'node:stream'
import { ShadowcatError, messageOf, systemCode } from '../errors.ts'
import type { Message } from '../message.ts'
import { clearTimeout as cancel, setTimeout as after } from '../real.ts'
import type { Listener, Transport } from '../transport.ts'
import { type LineWriter, createLineWriter } from './line-writer.ts'
import { type LineOptions, type LineSource, readLines } from './lines.ts'

export type StdioServerOptions = LineOptions & {
  /** process.stdin and process.stdout unless told. */
  input?: Readable | undefined
  output?: Writable | undefined
  /** How long a close waits for a client that does not read; milliseconds, 2000 unless told. */
  grace?: number | undefined
}

/** `buffered` counts bytes that the client has not taken yet, and bytes read that wait for a paused receiver. */
export type StdioServerTransport = Transport & { readonly buffered: number }

const defaultGrace = 2000

/** Yields one transport, at `start`. */
export function createStdioListener(options: StdioServerOptions = {}): Listener {
  let transport: Transport | undefined
  const listener: Listener = {
    async start() {
      if (transport) return
      transport = createStreamTransport(options.input ?? process.stdin, options.output ?? process.stdout, options)
      listener.onsession?.(transport)
    },
    async close() {
      await transport?.close()
    },
  }
  return listener
}

/**
 * A transport over two streams. The input's end is `onend`: what is still to be answered can be. A client that no longer reads (EPIPE) has
 * gone, which for a client is an ordinary end; any other failure of the output closes with an error.
 */
export function createStreamTransport(input: Readable, output: Writable, options: StdioServerOptions = {}): StdioServerTransport {
  return new StreamTransport(input, output, options)
}

class StreamTransport implements StdioServerTransport {
  onmessage: Transport['onmessage']
  onend: Transport['onend']
  onclose: Transport['onclose']
  onerror: Transport['onerror']
  readonly #input: Readable
  readonly #output: Writable
  readonly #options: StdioServerOptions
  readonly #writer: LineWriter
  #source: LineSource | undefined
  #paused = false
  #ended = false
  #closing: Promise<void> | undefined
  #closed = false

  constructor(input: Readable, output: Writable, options: StdioServerOptions) {
    this.#input = input
    this.#output = output
    this.#options = options
    this.#writer = createLineWriter(output)
    output.on('error', (cause) => this.#fail(cause))
    output.once('close', () => this.#finish())
  }

  get buffered(): number {
    return this.#writer.buffered + (this.#source?.buffered ?? 0)
  }

  async start(): Promise<void> {
    if (this.#source || this.#closed) return
    const receiver = {
      message: (message: Message) => this.onmessage?.(message),
      error: (error: ShadowcatError) => this.onerror?.(error),
      end: () => this.onend?.(),
    }
    this.#source = readLines(this.#input, receiver, this.#options)
    if (this.#paused) this.#source.pause()
  }

  send(message: Message): void | Promise<void> {
    if (!this.#ended) return this.#writer.send(message)
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#writer.end()
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#stop())
  }

  pause(): void {
    this.#paused = true
    this.#source?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#source?.resume()
  }

  async #stop(): Promise<void> {
    this.#source?.discard()
    this.end()
    await written(this.#output, this.#options.grace ?? defaultGrace)
    this.#finish()
  }

  #fail(cause: unknown): void {
    const gone = systemCode(cause) === 'EPIPE' || systemCode(cause) === 'ECONNRESET'
    this.#finish(gone ? undefined : new ShadowcatError('closed', `cannot write to the client: ${messageOf(cause)}`, { cause }))
  }

  #finish(error?: ShadowcatError): void {
    if (this.#closed) return
    this.#closed = this.#ended = true
    this.#source?.discard()
    this.#input.destroy()
    this.onclose?.(error)
  }
}

/** Resolves when the stream has taken everything, has failed, or did neither within `limit` milliseconds. */
function written(output: Writable, limit: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = after(done, limit)
    const forget = finished(output, { readable: false }, done)
    function done(): void {
      cancel(timer)
      forget()
      resolve()
    }
  })
}
