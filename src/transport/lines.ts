/** The reading side of MCP's stdio framing: one JSON text to a line. */
import type { Readable } from 'node:stream'
import { ShadowcatError, messageOf, quote } from '../errors.ts'
import { type Message, parseMessage } from '../message.ts'

export type LineOptions = {
  /** A longer line is dropped and reported; bytes, 256 MB unless told. */
  limit?: number | undefined
  /** Applied to what is quoted of a line that is not JSON. */
  redact?: ((text: string) => string) | undefined
}

/** Who is told what the lines hold. `end` is called once, after the last line. */
export type LineReceiver = {
  message(message: Message): void
  error(error: ShadowcatError): void
  end(): void
}

/** A stream that is being read. */
export type LineSource = Pick<Lines, 'pause' | 'resume' | 'discard' | 'buffered'>

const newline = 0x0a
const defaultLimit = 256 * 1024 * 1024
/** How much of a line that is not JSON the redaction sees before it is cut down to an excerpt. */
const excerptWindow = 4096

/**
 * Splits chunks, cut anywhere, into lines and parses each, synchronously and one after another. `\r` before `\n` stays (to JSON it is white
 * space), blank lines are ignored, a last line needs no `\n`, a line that is not JSON is reported and forgotten.
 * A message's bytes are a view of the chunk it came in: who keeps one for long should copy it, lest 64 KB stay for its sake.
 */
export class Lines {
  readonly #receiver: LineReceiver
  readonly #limit: number
  readonly #redact: (text: string) => string
  /** Chunks that came while paused, or while a receiver was being told of an earlier one. */
  readonly #waiting: Buffer[] = []
  /** The beginning of a line whose end has not come; only `#partialLength` bytes of it count. */
  #partial: Buffer = Buffer.alloc(0)
  #partialLength = 0
  /** The length so far of a line past the limit, else 0. */
  #overlong = 0
  #paused = false
  #running = false
  #ended = false
  #finished = false

  constructor(receiver: LineReceiver, options: LineOptions = {}) {
    this.#receiver = receiver
    this.#limit = options.limit ?? defaultLimit
    this.#redact = options.redact ?? ((text) => text)
  }

  /** Bytes held: of an unfinished line, and of chunks not yet split. */
  get buffered(): number {
    return this.#waiting.reduce((sum, chunk) => sum + chunk.length, this.#partialLength)
  }

  feed(chunk: Buffer): void {
    if (this.#finished) return
    this.#waiting.push(chunk)
    this.#run()
  }

  end(): void {
    this.#ended = true
    this.#run()
  }

  /** Nothing is delivered until `resume`, not even what stands in the same chunk. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#run()
  }

  /** Forgets what it holds and delivers nothing more. */
  discard(): void {
    this.#finished = true
    this.#waiting.length = this.#partialLength = this.#overlong = 0
  }

  /** Not re-entered: a receiver may pause, resume and feed from within. */
  #run(): void {
    if (this.#running) return
    this.#running = true
    try {
      while (!this.#paused && this.#waiting.length > 0) this.#split(this.#waiting.shift()!)
    } finally {
      this.#running = false
    }
    if (!this.#ended || this.#paused || this.#finished) return
    if (this.#partialLength > 0 || this.#overlong > 0) this.#takePartial()
    if (!this.#paused) this.#finish()
  }

  #finish(): void {
    this.#finished = true
    this.#receiver.end()
  }

  #split(chunk: Buffer): void {
    let at = 0
    while (!this.#paused && !this.#finished) {
      const end = chunk.indexOf(newline, at)
      if (end < 0) return this.#keep(chunk, at)
      this.#takeLine(chunk, at, end)
      at = end + 1
    }
    if (at < chunk.length && !this.#finished) this.#waiting.unshift(chunk.subarray(at))
  }

  /** Copies into one growing buffer, so that a line sent byte by byte costs no object for each byte and no chunk is pinned. */
  #keep(chunk: Buffer, start: number): void {
    const length = this.#partialLength + chunk.length - start
    if (this.#overlong > 0 || length > this.#limit) {
      this.#overlong += length
      this.#partial = Buffer.alloc(0)
      this.#partialLength = 0
      return
    }
    if (length > this.#partial.length) {
      const grown = Buffer.allocUnsafe(Math.max(length * 2, 1024))
      this.#partial.copy(grown, 0, 0, this.#partialLength)
      this.#partial = grown
    }
    chunk.copy(this.#partial, this.#partialLength, start)
    this.#partialLength = length
  }

  #takeLine(chunk: Buffer, start: number, end: number): void {
    if (this.#partialLength === 0 && this.#overlong === 0 && end - start <= this.#limit) return this.#deliver(chunk.subarray(start, end))
    this.#keep(chunk.subarray(0, end), start)
    this.#takePartial()
  }

  #takePartial(): void {
    const line = this.#partial.subarray(0, this.#partialLength)
    const dropped = this.#overlong
    this.#partial = Buffer.alloc(0)
    this.#partialLength = this.#overlong = 0
    if (dropped === 0) return this.#deliver(line)
    const facts = { length: dropped, limit: this.#limit }
    this.#receiver.error(new ShadowcatError('malformed', `a line of ${dropped} bytes was dropped, the limit is ${this.#limit} bytes`, { facts }))
  }

  #deliver(line: Buffer): void {
    if (isBlank(line)) return
    let message: Message
    try {
      message = parseMessage(line)
    } catch (error) {
      return this.#receiver.error(notJson(line, error, this.#redact))
    }
    this.#receiver.message(message)
  }
}

/** Reads a stream's lines from now on; pausing pauses the stream. A stream that breaks is reported and ends. */
export function readLines(input: Readable, receiver: LineReceiver, options: LineOptions = {}): LineSource {
  const lines = new Lines(receiver, options)
  input.on('data', (chunk: Buffer) => lines.feed(chunk))
  input.once('end', () => lines.end())
  input.once('close', () => lines.end())
  input.on('error', (cause) => receiver.error(new ShadowcatError('closed', `cannot read on: ${messageOf(cause)}`, { cause })))
  return {
    pause() {
      lines.pause()
      input.pause()
    },
    resume() {
      input.resume()
      lines.resume()
    },
    discard() {
      lines.discard()
      input.resume()
    },
    get buffered() {
      return lines.buffered + input.readableLength
    },
  }
}

function isBlank(line: Buffer): boolean {
  for (let at = 0; at < line.length; at++) {
    const byte = line[at]
    if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return false
  }
  return true
}

function notJson(line: Buffer, error: unknown, redact: (text: string) => string): ShadowcatError {
  if (!(error instanceof ShadowcatError)) throw error
  // parseMessage quotes the bytes as they are; its cause gives the reason alone.
  const reason = error.cause instanceof ShadowcatError ? error.cause.message : 'not JSON'
  const excerpt = quote(redact(line.toString('utf8', 0, excerptWindow)))
  return new ShadowcatError('malformed', `a line was dropped, it is ${reason}: ${excerpt}`, { facts: { ...error.facts, length: line.length } })
}
