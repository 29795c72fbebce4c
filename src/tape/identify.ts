/** What a file is, told by its first bytes, so that nothing but a tape is ever taken for one or written over. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { isUtf8 } from 'node:buffer'
import { ShadowcatError, systemCode } from '../errors.ts'
import { journalMagic } from './journal-record.ts'
import { toTapeError } from './failure.ts'
import { applicationId } from './schema.ts'

/** `wal`: an SQLite tool left it in write-ahead mode. `seems` completes "it is …" or "it is a …". */
export type Identity = { kind: 'absent' } | { kind: 'tape'; version: number; wal: boolean } | { kind: 'other'; seems: string }

const headerSize = 100

/** Looks at a path without changing anything. Throws a ShadowcatError ('tape') when the file cannot be read. */
export function identify(path: string): Identity {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return { kind: 'absent' }
    if (stat.isDirectory()) return { kind: 'other', seems: 'a folder' }
    if (!stat.isFile()) return { kind: 'other', seems: 'no regular file' }
    return identifyBytes(firstBytes(path))
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return { kind: 'absent' }
    throw toTapeError(error, `cannot read ${path}`)
  }
}

function firstBytes(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(512)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(file)
  }
}

/** SQLite's header: https://www.sqlite.org/fileformat.html#the_database_header */
function identifyBytes(bytes: Buffer): Identity {
  if (!startsWith(bytes, 'SQLite format 3\0')) return { kind: 'other', seems: seemsOf(bytes) }
  if (bytes.length < headerSize) return { kind: 'other', seems: 'an SQLite file that was cut off' }
  if (bytes.readInt32BE(68) !== applicationId) return { kind: 'other', seems: 'an SQLite database of another program' }
  return { kind: 'tape', version: bytes.readInt32BE(60), wal: bytes[18] === 2 || bytes[19] === 2 }
}

const marks: readonly (readonly [string, string])[] = [
  [journalMagic, 'the journal of a recording: make a tape of it with "shadowcat tape recover"'],
  ['version https://git-lfs', 'a Git LFS pointer: fetch the file with "git lfs pull"'],
  ['\0asm', 'a WebAssembly file'],
  ['\x1f\x8b', 'a gzip file'],
  ['PK\x03\x04', 'a zip file'],
]

function seemsOf(bytes: Buffer): string {
  if (bytes.length === 0) return 'empty'
  const mark = marks.find(([prefix]) => startsWith(bytes, prefix))
  if (mark) return mark[1]
  if (!isText(bytes)) return 'binary data of another kind'
  return /^\s*[[{]/.test(bytes.toString()) ? 'JSON text' : 'text'
}

function startsWith(bytes: Buffer, prefix: string): boolean {
  return bytes.subarray(0, prefix.length).equals(Buffer.from(prefix, 'latin1'))
}

/** The last character may have been cut. */
function isText(bytes: Buffer): boolean {
  if (bytes.includes(0)) return false
  return [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, bytes.length - cut)))
}

/** The error for a path that should be a tape and is not. */
export function notATape(path: string, identity: Identity): ShadowcatError {
  if (identity.kind === 'absent') return new ShadowcatError('tape', `no tape at ${path}: record one with "shadowcat record" or "--record"`, { facts: { path } })
  const seems = identity.kind === 'other' ? identity.seems : 'a tape'
  return new ShadowcatError('tape', `${path} is not a tape: it is ${seems}`, { facts: { path } })
}
