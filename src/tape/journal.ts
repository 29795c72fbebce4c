/** Appends to a journal: records gather in memory and leave in one write, before what they tell of is passed on. */
import { closeSync, openSync, unlinkSync, writevSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { stringifyJson } from '../json.ts'
import type { ExternalState } from '../upstream.ts'
import { type EntryRecord, type JournalHeader, type LoadRecord, type SessionRecord, type StoredLoad, entryFlags, entryHead, journalMagic, journalVersion, recordHead, recordKinds, responseFlag } from './journal-record.ts'
import { stateKinds } from './schema.ts'

/** Like `fs.writevSync`: writes to a file descriptor and returns how many bytes were written, perhaps not all. */
export type Write = (file: number, chunks: Buffer[]) => number

export type Journal = {
  readonly path: string
  /** How many entries were appended; the number of the last. */
  readonly entries: number
  /** How many of them are in the file: these are safe. */
  readonly written: number
  session(record: SessionRecord): void
  entry(record: EntryRecord): void
  /** What the call used whose answer is the next entry; with a session, what its client's side used. */
  state(state: ExternalState, session?: number): void
  load(record: LoadRecord): void
  /** A component's own bytes, once for each digest. */
  component(digest: string, bytes: Uint8Array): void
  end(session: number): void
  /** Writes what was appended. Throws what the system says; the journal takes no more then. */
  flush(): void
  close(): void
}

/** Messages from this size on are written from where they are instead of being copied. */
const largeSize = 64 * 1024
/** So much is kept in memory at most before it is written unasked. */
const pendingLimit = 4 * 1024 * 1024

/** Begins a journal. The file must not exist: throws the system's error (EEXIST) when it does. */
export function createJournal(path: string, header: JournalHeader, write: Write = writevSync): Journal {
  const file = openSync(path, 'wx', 0o600)
  try {
    return new FileJournal(path, file, header, write)
  } catch (error) {
    closeSync(file)
    unlinkSync(path)
    throw error
  }
}

class FileJournal implements Journal {
  readonly path: string
  readonly #file: number
  readonly #write: Write
  readonly #names = new Map<string, number>()
  readonly #policies = new Map<string, number>()
  /** The same policy object comes with call after call: it is looked at once. */
  readonly #known = new WeakMap<Uint8Array, number>()
  readonly #digests = new Set<string>()
  /** Full buffers and large messages, in order; then what is in `#buffer` from `#from` to `#end`. */
  #chunks: Buffer[] = []
  #chunked = 0
  #buffer = Buffer.allocUnsafeSlow(2 * largeSize)
  #from = 0
  #end = 0
  #failure: { cause: unknown } | undefined
  entries = 0
  written = 0

  constructor(path: string, file: number, header: JournalHeader, write: Write) {
    this.path = path
    this.#file = file
    this.#write = write
    this.#reserve(12)
    this.#end += this.#buffer.write(journalMagic, this.#end, 'latin1')
    this.#end = this.#buffer.writeUInt32LE(journalVersion, this.#end)
    this.#json(recordKinds.header, header)
    this.flush()
  }

  session(record: SessionRecord): void {
    this.#json(recordKinds.session, record)
  }

  entry(record: EntryRecord): void {
    const { component, policy, exchange, stream, eventId, bytes } = record
    const name = component === undefined ? 0 : this.#nameNumber(component)
    const policyNumber = policy === undefined ? 0 : this.#policyNumber(policy)
    const text = (stream === undefined ? 0 : 4 + Buffer.byteLength(stream)) + (eventId === undefined ? 0 : 4 + Buffer.byteLength(eventId))
    const start = this.#begin(recordKinds.entry, entryHead + 12 + text)
    const buffer = this.#buffer
    let flags = record.direction === 'to-client' ? entryFlags.toClient : 0
    if (record.origin) flags |= entryFlags.origin
    if (record.late) flags |= entryFlags.late
    let at = this.#end
    const flagsAt = at
    at = buffer.writeUInt32LE(record.session, at + 1)
    at = buffer.writeDoubleLE(record.timestamp, at)
    if (name) {
      flags |= entryFlags.component
      at = buffer.writeUInt32LE(name, at)
    }
    if (policyNumber) {
      flags |= entryFlags.policy
      at = buffer.writeUInt32LE(policyNumber, at)
    }
    if (exchange !== undefined) {
      flags |= entryFlags.exchange
      at = buffer.writeUInt32LE(exchange, at)
    }
    if (stream !== undefined) {
      flags |= entryFlags.stream
      at = writeText(buffer, stream, at)
    }
    if (eventId !== undefined) {
      flags |= entryFlags.eventId
      at = writeText(buffer, eventId, at)
    }
    buffer[flagsAt] = flags
    this.#end = at
    this.#finish(start, bytes)
    this.entries++
    if (this.#chunked + this.#end > pendingLimit) this.flush()
  }

  state({ kind, request, response }: ExternalState, session?: number): void {
    const start = this.#begin(session === undefined ? recordKinds.state : recordKinds.own, 9)
    if (session !== undefined) this.#end = this.#buffer.writeUInt32LE(session, this.#end)
    this.#end = this.#buffer.writeUInt8(stateKinds.indexOf(kind) + 1 + (response ? responseFlag : 0), this.#end)
    this.#end = this.#buffer.writeUInt32LE(request.length, this.#end)
    this.#finish(start, response ? Buffer.concat([request, response]) : request)
  }

  load({ policy, ...load }: LoadRecord): void {
    const stored: StoredLoad = policy ? { ...load, policy: this.#policyNumber(policy) } : load
    this.#json(recordKinds.load, stored)
  }

  component(digest: string, bytes: Uint8Array): void {
    if (this.#digests.has(digest)) return
    this.#digests.add(digest)
    const start = this.#begin(recordKinds.component, 1 + digest.length)
    this.#end = this.#buffer.writeUInt8(digest.length, this.#end)
    this.#end += this.#buffer.write(digest, this.#end, 'latin1')
    this.#finish(start, bytes)
  }

  end(session: number): void {
    const start = this.#begin(recordKinds.end, 4)
    this.#end = this.#buffer.writeUInt32LE(session, this.#end)
    this.#finish(start)
  }

  flush(): void {
    if (this.#failure) throw this.#failure.cause
    if (this.#end > this.#from) this.#chunks.push(this.#buffer.subarray(this.#from, this.#end))
    if (this.#chunks.length === 0) return
    try {
      writeAll(this.#file, this.#chunks, this.#write)
    } catch (cause) {
      this.#failure = { cause }
      throw cause
    }
    this.#chunks = []
    this.#chunked = this.#from = this.#end = 0
    this.written = this.entries
  }

  close(): void {
    closeSync(this.#file)
  }

  #nameNumber(name: string): number {
    return this.#names.get(name) ?? this.#intern(this.#names, name, recordKinds.name, Buffer.from(name))
  }

  #policyNumber(policy: Uint8Array): number {
    const known = this.#known.get(policy)
    if (known !== undefined) return known
    const bytes = Buffer.from(policy)
    const text = bytes.toString('latin1')
    const number = this.#policies.get(text) ?? this.#intern(this.#policies, text, recordKinds.policy, bytes)
    this.#known.set(policy, number)
    return number
  }

  #intern(numbers: Map<string, number>, key: string, kind: number, bytes: Buffer): number {
    this.#finish(this.#begin(kind, 0), bytes)
    numbers.set(key, numbers.size + 1)
    return numbers.size
  }

  #json(kind: number, value: unknown): void {
    this.#finish(this.#begin(kind, 0), Buffer.from(stringifyJson(value)))
  }

  /** Room for a record's head and so many bytes of its body, and where the record starts. */
  #begin(kind: number, size: number): number {
    this.#reserve(recordHead + 1 + size)
    const start = this.#end
    this.#buffer[start + recordHead] = kind
    this.#end = start + recordHead + 1
    return start
  }

  /** Ends the record with bytes, and fills in its length and checksum. */
  #finish(start: number, bytes?: Uint8Array): void {
    const size = bytes?.length ?? 0
    const buffer = this.#buffer
    const head = this.#end - start - recordHead
    buffer.writeUInt32LE(head + size, start)
    if (size < largeSize && this.#end + size <= buffer.length) {
      if (bytes) buffer.set(bytes, this.#end)
      this.#end += size
      buffer.writeUInt32LE(crc32(buffer.subarray(start + recordHead, this.#end)), start + 4)
      return
    }
    buffer.writeUInt32LE(crc32(bytes!, crc32(buffer.subarray(start + recordHead, this.#end))), start + 4)
    this.#chunks.push(buffer.subarray(this.#from, this.#end), Buffer.from(bytes!.buffer, bytes!.byteOffset, size))
    this.#chunked += size
    this.#from = this.#end
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#buffer.length) return
    if (this.#end > this.#from) this.#chunks.push(this.#buffer.subarray(this.#from, this.#end))
    this.#chunked += this.#end
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(2 * largeSize, size))
    this.#from = this.#end = 0
  }
}

function writeText(buffer: Buffer, text: string, at: number): number {
  const length = buffer.write(text, at + 4)
  buffer.writeUInt32LE(length, at)
  return at + 4 + length
}

/** A disk that fills takes a part, and refuses the rest with the next write. The system takes only so many chunks at once (IOV_MAX). */
function writeAll(file: number, chunks: readonly Buffer[], write: Write): void {
  let left = chunks.slice()
  while (left.length > 0) left = afterBytes(left, write(file, left.slice(0, 512)))
}

/** What is left of chunks after so many of their bytes. */
function afterBytes(chunks: Buffer[], count: number): Buffer[] {
  let first = 0
  while (first < chunks.length && count >= chunks[first]!.length) count -= chunks[first++]!.length
  const left = chunks.slice(first)
  if (count > 0) left[0] = left[0]!.subarray(count)
  return left
}
