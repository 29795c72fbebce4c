/** Why a file could not be read or written, in words, with what to do about it. */
import { ShadowcatError, messageOf, systemCode } from '../errors.ts'

/** By the system's code or SQLite's: the reason, and the remedy. */
const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['no space is left on the device', 'free some space'],
  EDQUOT: ['the disk quota is used up', 'free some space'],
  EFBIG: ['the file would be larger than is allowed', 'raise the limit on file sizes (ulimit -f)'],
  EACCES: ['permission denied', 'choose a place that you may read and write'],
  EPERM: ['permission denied', 'choose a place that you may read and write'],
  EROFS: ['the file system is read-only', 'choose a place that can be written'],
  EISDIR: ['it is a folder', 'name a file'],
  ENOENT: ['it does not exist', 'check the path'],
  ENOTDIR: ['a part of its path is no folder', 'check the path'],
  EIO: ['the disk reports an input/output error', 'check the disk'],
  EMFILE: ['too many files are open', 'raise the limit on open files (ulimit -n)'],
  ENAMETOOLONG: ['its name is too long', 'choose a shorter one'],
  SQLITE_FULL: ['no space is left on the device', 'free some space'],
  SQLITE_CANTOPEN: ['it cannot be opened', 'check that its folder exists and that you may read and write there'],
  SQLITE_READONLY: ['it is read-only', 'choose a place that can be written'],
  SQLITE_BUSY: ['another program is writing it', 'let that program end'],
  SQLITE_NOTADB: ['it is damaged', 'restore it from version control, or record it again'],
  SQLITE_CORRUPT: ['it is damaged', 'restore it from version control, or record it again'],
}

/**
 * A ShadowcatError ('tape') of anything that reading or writing threw: `what: reason (code); remedy`, then what else is to be said.
 * A ShadowcatError is returned as it is.
 */
export function toTapeError(error: unknown, what: string, also = ''): ShadowcatError {
  if (error instanceof ShadowcatError) return error
  const code = systemCode(error)
  const [reason, remedy] = (code && known(code)) || [messageOf(error), undefined]
  const text = `${what}: ${reason}${code ? ` (${code})` : ''}${remedy ? `; ${remedy}` : ''}${also ? `. ${also}` : ''}`
  return new ShadowcatError('tape', text, { cause: error, facts: { ...(code && { code }) } })
}

/** SQLite's extended codes (`SQLITE_IOERR_WRITE`) begin with the simple one. */
function known(code: string): readonly [string, string] | undefined {
  if (reasons[code]) return reasons[code]
  if (code.startsWith('SQLITE_IOERR')) return reasons.EIO
  const simple = Object.keys(reasons).find((name) => code.startsWith(`${name}_`))
  return simple === undefined ? undefined : reasons[simple]
}
