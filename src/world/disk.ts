/** The real disk, reached one name at a time, so that no link leads anywhere: not one that is there, nor one that is put there in between. */
import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, readlinkSync, realpathSync, renameSync, rmdirSync, statSync, symlinkSync, unlinkSync, writeSync, type BigIntStats } from 'node:fs'
import { systemCode } from '../errors.ts'
import { type Change, FileError, type FileErrorCode, type FileSource, type Found, type Path, largestFile, textOf } from './files.ts'

/** The machine's own files. */
export function createDisk(): FileSource {
  return {
    locate: (folder) => saying(() => locate(folder)),
    look: (path) => saying(() => look(path)),
    names: (path) => saying(() => inFolder(path, (folder) => readdirSync(folder).sort())),
    read: (path) => saying(() => inFolder(path.slice(0, -1), (folder) => read(`${folder}/${path.at(-1)!}`))),
    commit: (change) => saying(() => inFolder(change.path.slice(0, -1), (folder) => apply(change, `${folder}/${change.path.at(-1)!}`))),
  }
}

function locate(folder: string): Path | undefined {
  if (!folder.startsWith('/') || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined
  return realpathSync(folder).split('/').filter(Boolean)
}

function look(path: Path): Found | undefined {
  if (path.length === 0) return { kind: 'folder', modified: 0n }
  return inFolder(path.slice(0, -1), (folder) => {
    const place = `${folder}/${path.at(-1)!}`
    const stats = lstatSync(place, { bigint: true, throwIfNoEntry: false })
    return stats && toFound(stats, place)
  })
}

function toFound(stats: BigIntStats, place: string): Found {
  const modified = stats.mtimeNs
  if (stats.isDirectory()) return { kind: 'folder', modified }
  if (stats.isSymbolicLink()) return { kind: 'link', target: readlinkSync(place), modified }
  return stats.isFile() ? { kind: 'file', size: Number(stats.size), modified } : { kind: 'other', modified }
}

/** Opens a file that is one, and no link or pipe, before anything is done to it. */
function opened<T>(place: string, flags: number, use: (file: number) => T): T {
  const file = openSync(place, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o666)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw new FileError(stats.isDirectory() ? 'is-directory' : 'unsupported')
    if (stats.size > largestFile) throw new FileError('file-too-large')
    return use(file)
  } finally {
    closeSync(file)
  }
}

function read(place: string): Uint8Array {
  return opened(place, constants.O_RDONLY, (file) => readFileSync(file))
}

function apply(change: Change, place: string): void {
  if (change.kind === 'write') write(place, change.content())
  else if (change.kind === 'make-link') symlinkSync(change.target, place)
  else if (change.kind === 'rename') inFolder(change.to.slice(0, -1), (folder) => renameSync(place, `${folder}/${change.to.at(-1)!}`))
  else if (change.kind === 'make-folder') mkdirSync(place)
  else if (change.kind === 'remove') unlinkSync(place)
  else rmdirSync(place)
}

function write(place: string, content: Uint8Array): void {
  opened(place, constants.O_WRONLY | constants.O_CREAT, (file) => {
    ftruncateSync(file)
    for (let at = 0; at < content.byteLength; ) at += writeSync(file, content, at)
  })
}

/** Linux: a handle on a place, whatever its rights. Node has no name for it. */
const O_PATH = 0o10000000

/** Calls with a path of the folder that holds while it is used, although others rename and link meanwhile. */
function inFolder<T>(path: Path, use: (folder: string) => T): T {
  if (process.platform !== 'linux') return inCheckedFolder(path, use)
  const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW
  let folder = openSync('/', flags)
  try {
    for (const name of path) {
      const next = openSync(`/proc/self/fd/${folder}/${name}`, flags)
      closeSync(folder)
      folder = next
    }
    return use(`/proc/self/fd/${folder}`)
  } finally {
    closeSync(folder)
  }
}

/** Where there is no /proc the folder is checked, and used right after. */
function inCheckedFolder<T>(path: Path, use: (folder: string) => T): T {
  const folder = textOf(path)
  if (realpathSync(folder) !== folder) throw new FileError('not-permitted')
  return use(folder)
}

const codes: Record<string, FileErrorCode> = {
  EACCES: 'access', EBUSY: 'busy', EDQUOT: 'insufficient-space', EEXIST: 'exist', EFBIG: 'file-too-large', EINVAL: 'invalid', EISDIR: 'is-directory', ELOOP: 'loop',
  ENAMETOOLONG: 'name-too-long', ENOENT: 'no-entry', ENOSPC: 'insufficient-space', ENOTDIR: 'not-directory', ENOTEMPTY: 'not-empty', EPERM: 'not-permitted',
  EROFS: 'read-only', EXDEV: 'cross-device',
}

function saying<T>(act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (cause instanceof FileError) throw cause
    throw new FileError(codes[systemCode(cause) ?? ''] ?? 'io', { cause })
  }
}
