import { FileError, type FileErrorCode } from '../../world/files.ts'
import { Ended } from '../failure.ts'
import { activePass } from '../pass.ts'
import { defineInterface, fail } from './define.ts'
import { Pollable, always } from './poll.ts'

/** wasi:io/error: what a stream's last operation failed of. */
export class IoError {
  readonly fileCode: FileErrorCode | undefined

  constructor(fileCode?: FileErrorCode) {
    activePass().hold()
    this.fileCode = fileCode
  }

  toDebugString(): string {
    return this.fileCode ?? 'the stream failed'
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

/** Gives at most so many bytes from where it stands; nothing at the end. */
export type Source = (most: number) => Uint8Array | undefined
/** Takes bytes. */
export type Sink = (bytes: Uint8Array) => void

/** No single read gives more, however much it asks for. */
const mostAtOnce = 1024 * 1024
const permit = 1024n * 1024n
/** What WASI allows for one blocking write. */
const mostBlocking = 4096n

function readFrom(source: Source, length: bigint): Uint8Array {
  if (length === 0n) return new Uint8Array(0)
  const bytes = failing(() => source(length > mostAtOnce ? mostAtOnce : Number(length)))
  return bytes ?? fail({ tag: 'closed' })
}

function writeTo(sink: Sink, bytes: Uint8Array): void {
  failing(() => sink(bytes))
}

/** A file's error is the stream's. */
function failing<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof FileError) fail({ tag: 'last-operation-failed', val: new IoError(error.code) })
    throw error
  }
}

function zeroes(length: bigint): Uint8Array {
  if (length > permit) throw new Ended('trap', `wasm trap: ${length} zeroes exceed what check-write permits`)
  return new Uint8Array(Number(length))
}

/** Everything that is to be read is there, so nothing ever blocks here: waiting happens before, for the answer as a whole. */
export class InputStream {
  readonly source: Source
  #release: (() => void) | undefined

  constructor(source: Source, release?: () => void) {
    activePass().hold()
    this.source = source
    this.#release = release
  }

  read(length: bigint): Uint8Array {
    return readFrom(this.source, length)
  }

  blockingRead(length: bigint): Uint8Array {
    return readFrom(this.source, length)
  }

  skip(length: bigint): bigint {
    return BigInt(readFrom(this.source, length).byteLength)
  }

  blockingSkip(length: bigint): bigint {
    return BigInt(readFrom(this.source, length).byteLength)
  }

  subscribe(): Pollable {
    return new Pollable(always)
  }

  [Symbol.dispose](): void {
    this.#release?.()
    activePass().release()
  }
}

export class OutputStream {
  readonly sink: Sink

  constructor(sink: Sink) {
    activePass().hold()
    this.sink = sink
  }

  checkWrite(): bigint {
    return permit
  }

  write(bytes: Uint8Array): void {
    if (bytes.byteLength > permit) throw new Ended('trap', `wasm trap: ${bytes.byteLength} bytes exceed what check-write permits`)
    writeTo(this.sink, bytes)
  }

  blockingWriteAndFlush(bytes: Uint8Array): void {
    if (bytes.byteLength > mostBlocking) throw new Ended('trap', 'wasm trap: Buffer too large for blocking-write-and-flush (expected at most 4096)')
    writeTo(this.sink, bytes)
  }

  flush(): void {}

  blockingFlush(): void {}

  subscribe(): Pollable {
    return new Pollable(always)
  }

  writeZeroes(length: bigint): void {
    writeTo(this.sink, zeroes(length))
  }

  blockingWriteZeroesAndFlush(length: bigint): void {
    if (length > mostBlocking) throw new Ended('trap', 'wasm trap: Buffer too large for blocking-write-zeroes-and-flush (expected at most 4096)')
    writeTo(this.sink, zeroes(length))
  }

  splice(from: InputStream, length: bigint): bigint {
    return splice(this.sink, from.source, length)
  }

  blockingSplice(from: InputStream, length: bigint): bigint {
    return splice(this.sink, from.source, length)
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

function splice(sink: Sink, source: Source, length: bigint): bigint {
  const bytes = readFrom(source, length)
  writeTo(sink, bytes)
  return BigInt(bytes.byteLength)
}

/** A source that gives these bytes. */
export function sourceOf(bytes: Uint8Array): Source {
  let at = 0
  return (most) => {
    if (at >= bytes.byteLength) return undefined
    const piece = bytes.subarray(at, at + most)
    at += piece.byteLength
    return piece
  }
}

export const error = defineInterface('wasi:io/error', { Error: IoError })

export const streams = defineInterface('wasi:io/streams', { InputStream, OutputStream })
