/** A transport to a server that is started as a child process. */
import type { Readable } from 'node:stream'
import { ShadowcatError, messageOf } from '../errors.ts'
import { within } from '../process/life-cycle.ts'
import { type Exit, type ServerProcess, type ServerSpec, spawnServer } from '../process/spawn.ts'
import type { Transport } from '../transport.ts'
import { type LineWriter, createLineWriter } from './line-writer.ts'
import { type LineSource, readLines } from './lines.ts'

export type StdioSpec = ServerSpec & {
  /** A longer line from the server is dropped and reported; bytes, 256 MB unless told. */
  limit?: number | undefined
}

/** `buffered` counts bytes that the server has not taken yet, and bytes read that wait for a paused receiver. `pid` is there once it runs. */
export type StdioTransport = Transport & { readonly pid: number | undefined; readonly buffered: number }

/** How long a server may live on after it closed its stdout or stdin before it is ended, and a silent stdout after the exit; milliseconds. */
const lossLimit = 1000
const silenceLimit = 200

/**
 * Starts the server at `start`. `end` closes its stdin; `close` ends it as its `grace` says. An exit after `close` is clean, and so is exit code
 * 0 after `end`.
 */
export function createStdioTransport(spec: StdioSpec): StdioTransport {
  return new ServerTransport(spec)
}

class ServerTransport implements StdioTransport {
  onmessage: Transport['onmessage']
  onend: Transport['onend']
  onclose: Transport['onclose']
  onerror: Transport['onerror']
  readonly #spec: StdioSpec
  #process: ServerProcess | undefined
  #writer: LineWriter | undefined
  #source: LineSource | undefined
  #starting: Promise<void> | undefined
  #closing: Promise<void> | undefined
  /** Resolves after `onclose`. */
  #over: Promise<void> = Promise.resolve()
  /** Resolves when all that the server wrote was delivered, or nobody wants it any more. */
  readonly #delivered = Promise.withResolvers<void>()
  #asked: 'no' | 'end' | 'close' = 'no'
  #answered = false
  #paused = false
  #lost: ShadowcatError | undefined

  constructor(spec: StdioSpec) {
    this.#spec = spec
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  get buffered(): number {
    return (this.#writer?.buffered ?? 0) + (this.#source?.buffered ?? 0)
  }

  start(): Promise<void> {
    return (this.#starting ??= this.#begin())
  }

  send(message: Parameters<Transport['send']>[0]): void | Promise<void> {
    return this.#asked === 'no' ? this.#writer?.send(message) : undefined
  }

  end(): void {
    if (this.#asked !== 'no') return
    this.#asked = 'end'
    this.#writer?.end()
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#stop())
  }

  pause(): void {
    if (this.#asked === 'close') return
    this.#paused = true
    this.#source?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#source?.resume()
  }

  async #begin(): Promise<void> {
    const started = await spawnServer(this.#spec)
    this.#process = started
    const writer = createLineWriter(started.stdin)
    this.#writer = writer
    started.stdin.on('error', (cause) => this.#lose(new ShadowcatError('closed', `the server takes no more input: ${messageOf(cause)}`, { cause })))
    this.#read(started.stdout)
    this.#over = this.#watch(started)
    if (this.#asked === 'end') writer.end()
  }

  #read(stdout: Readable): void {
    const receiver = {
      message: (message: Parameters<Transport['send']>[0]) => {
        this.#answered = true
        this.onmessage?.(message)
      },
      error: (error: ShadowcatError) => this.onerror?.(error),
      end: () => {
        this.#delivered.resolve()
        this.#lose(new ShadowcatError('closed', 'the server closed its stdout, and went on running'))
      },
    }
    this.#source = readLines(stdout, receiver, this.#spec)
    if (this.#paused) this.#source.pause()
    else stdout.resume()
  }

  /** Waits for the exit and for all that was written before it, then tells. */
  async #watch(started: ServerProcess): Promise<void> {
    const exit = await started.exited
    await this.#drain(started.stdout)
    this.#source?.discard()
    this.onclose?.(this.#judge(started, exit))
  }

  /** A process that left the group may hold stdout open for ever; a paused receiver, on the other hand, may take its time. */
  async #drain(stdout: Readable): Promise<void> {
    let seen = -1
    let over = false
    while (!over) {
      const read = (stdout as { bytesRead?: number }).bytesRead ?? 0
      if (read === seen && !this.#paused) stdout.destroy()
      seen = read
      over = await within(silenceLimit, this.#delivered.promise)
    }
  }

  #judge(started: ServerProcess, exit: Exit): ShadowcatError | undefined {
    if (this.#asked === 'close' || (this.#asked === 'end' && exit.exitCode === 0)) return undefined
    if (this.#lost) return started.exitError(exit, `after this: ${this.#lost.message}`)
    return started.exitError(exit, this.#answered ? 'in the middle of the session' : 'before it answered anything')
  }

  /** One of its streams is over. That is its end, which usually is under way; a server that lives on is of no use. */
  #lose(reason: ShadowcatError): void {
    const started = this.#process
    if (!started || this.#lost || this.#asked !== 'no') return
    void within(lossLimit, started.exited).then((ended) => {
      if (ended || this.#asked !== 'no') return
      this.#lost = reason
      return started.stop()
    })
  }

  async #stop(): Promise<void> {
    this.#asked = 'close'
    // What start rejected with was told to its caller.
    await this.#starting?.catch(() => undefined)
    if (!this.#process) return this.onclose?.()
    this.#writer?.end()
    if (this.#paused) {
      this.#source?.discard()
      this.#delivered.resolve()
    }
    await this.#process.stop()
    await this.#over
  }
}

