/** Reads a journal from its beginning, however it ended. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { ShadowcatError, messageOf } from '../errors.ts'
import { toTapeError } from './failure.ts'
import { type Interned, type JournalHeader, type JournalRecord, decodeRecord, journalMagic, journalVersion, recordHead, recordKinds } from './journal-record.ts'

/**
 * How a journal ended. `torn` bytes belong to a record that was never finished, as when its process was killed: nothing of it was passed on.
 * `damaged` bytes follow a record that is whole and not what was written.
 */
export type Tail = { torn: number; damaged: number }

export type JournalReader = {
  readonly header: JournalHeader
  /** The records, once. The bytes of one are valid until the next is taken. Throws a ShadowcatError for a record that this version does not know. */
  records(): Generator<JournalRecord, Tail>
  close(): void
}

const blockSize = 1024 * 1024

/** Opens a journal. Throws a ShadowcatError ('tape') when it is none or was cut off in its header, and 'version' when a newer shadowcat made it. */
export function openJournal(path: string): JournalReader {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw toTapeError(error, `cannot read the journal ${path}`)
  }
  try {
    return new FileReader(path, file)
  } catch (error) {
    closeSync(file)
    throw toTapeError(error, `cannot read the journal ${path}`)
  }
}

class FileReader implements JournalReader {
  readonly header: JournalHeader
  readonly #path: string
  readonly #file: number
  readonly #size: number
  /** The file's bytes from `#position` on, as far as they were read: `#block` up to `#filled`. */
  #block = Buffer.allocUnsafeSlow(blockSize)
  #filled = 0
  #at = 0
  #position = 0

  constructor(path: string, file: number) {
    this.#path = path
    this.#file = file
    const stat = fstatSync(file)
    if (stat.isDirectory()) throw new ShadowcatError('tape', `${path} is a folder, not a journal`, { facts: { path } })
    this.#size = stat.size
    this.#checkStart()
    const payload = this.#next()
    if ('torn' in payload || payload[0] !== recordKinds.header) throw nothingRecorded(path)
    this.header = JSON.parse(payload.toString('utf8', 1)) as JournalHeader
  }

  *records(): Generator<JournalRecord, Tail> {
    const interned: Interned = { names: [], policies: [] }
    for (;;) {
      const at = this.#position + this.#at
      const payload = this.#next()
      if ('torn' in payload) return payload
      const record = this.#decode(payload, interned, at)
      if (record) yield record
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  #checkStart(): void {
    const path = this.#path
    const start = this.#take(Math.min(this.#size, 12)) ?? Buffer.alloc(0)
    const magic = start.toString('latin1', 0, 8)
    if (!journalMagic.startsWith(magic)) throw new ShadowcatError('tape', `${path} is not a journal of shadowcat`, { facts: { path } })
    if (start.length < 12) throw nothingRecorded(path)
    const version = start.readUInt32LE(8)
    if (version === journalVersion) return
    const message = `the journal ${path} is of version ${version}, made by a newer shadowcat; this one reads version ${journalVersion}: upgrade shadowcat`
    throw new ShadowcatError('version', message, { facts: { path, version, known: journalVersion } })
  }

  #decode(payload: Buffer, interned: Interned, at: number): JournalRecord | undefined {
    try {
      return decodeRecord(payload, interned)
    } catch (cause) {
      throw new ShadowcatError('tape', `the journal ${this.#path} cannot be understood at byte ${at}: ${messageOf(cause)}`, { cause, facts: { path: this.#path, at } })
    }
  }

  /** The next record's kind and body, or how the journal ends. */
  #next(): Buffer | Tail {
    const left = this.#size - this.#position - this.#at
    const head = this.#take(recordHead)
    if (!head) return { torn: left, damaged: 0 }
    const length = head.readUInt32LE(0)
    const sum = head.readUInt32LE(4)
    const payload = length > 0 ? this.#take(length) : undefined
    if (length > 0 && !payload) return { torn: left, damaged: 0 }
    if (!payload || crc32(payload) !== sum) return { torn: 0, damaged: left }
    return payload
  }

  /** The next bytes of the file, or nothing when it has not so many. */
  #take(size: number): Buffer | undefined {
    if (this.#at + size > this.#filled && !this.#fill(size)) return undefined
    this.#at += size
    return this.#block.subarray(this.#at - size, this.#at)
  }

  /** Moves what is left to the block's beginning, and reads on until so many bytes are there. */
  #fill(size: number): boolean {
    if (this.#position + this.#at + size > this.#size) return false
    const target = size > blockSize ? Buffer.allocUnsafeSlow(size) : this.#block.length > blockSize ? Buffer.allocUnsafeSlow(blockSize) : this.#block
    this.#block.copy(target, 0, this.#at, this.#filled)
    this.#filled -= this.#at
    this.#position += this.#at
    this.#at = 0
    this.#block = target
    return this.#readOn(size)
  }

  #readOn(size: number): boolean {
    while (this.#filled < size) {
      const count = readSync(this.#file, this.#block, this.#filled, this.#block.length - this.#filled, this.#position + this.#filled)
      if (count === 0) return false
      this.#filled += count
    }
    return true
  }
}

function nothingRecorded(path: string): ShadowcatError {
  return new ShadowcatError('tape', `the journal ${path} was cut off before anything was recorded: there is nothing to recover, delete it`, { facts: { path } })
}
