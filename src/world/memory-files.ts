import { type Change, FileError, type FileSource, type Found, type Path } from './files.ts'

type Folder = Map<string, Entry>
type Entry = Folder | Uint8Array | { target: string }

/** Files in memory, and what they hold now. */
export type MemoryFiles = FileSource & {
  /** Every file's bytes, by absolute path. */
  contents(): Record<string, Uint8Array>
}

/** Files that never touch a disk: from absolute paths and contents. A path that ends with a slash is an empty folder; `{ target }` is a link. */
export function createMemoryFiles(initial: Record<string, string | Uint8Array | { target: string }> = {}): MemoryFiles {
  const root: Folder = new Map()
  for (const [path, content] of Object.entries(initial)) {
    const names = path.split('/').filter(Boolean)
    const folder = makeFolders(root, path.endsWith('/') ? names : names.slice(0, -1))
    if (!path.endsWith('/')) folder.set(names.at(-1)!, typeof content === 'string' ? Buffer.from(content) : content)
  }

  function entryAt(path: Path): Entry | undefined {
    let entry: Entry | undefined = root
    for (const name of path) entry = entry instanceof Map ? entry.get(name) : undefined
    return entry
  }
  function folderAt(path: Path): Folder {
    const entry = entryAt(path)
    if (!(entry instanceof Map)) throw new FileError(entry ? 'not-directory' : 'no-entry')
    return entry
  }

  return {
    locate(folder) {
      const path = folder.split('/').filter(Boolean)
      return folder.startsWith('/') && !path.includes('..') && entryAt(path) instanceof Map ? path : undefined
    },
    look: (path) => toFound(entryAt(path)),
    names: (path) => [...folderAt(path).keys()].sort(),
    read(path) {
      const entry = entryAt(path)
      if (!(entry instanceof Uint8Array)) throw new FileError(entry ? 'is-directory' : 'no-entry')
      return entry
    },
    commit: (change) => apply(change, folderAt),
    contents: () => Object.fromEntries(allFiles(root, '')),
  }
}

function apply(change: Change, folderAt: (path: Path) => Folder): void {
  const folder = folderAt(change.path.slice(0, -1))
  const name = change.path.at(-1)!
  if (change.kind === 'write') folder.set(name, Uint8Array.from(change.content()))
  else if (change.kind === 'make-folder') folder.set(name, new Map())
  else if (change.kind === 'make-link') folder.set(name, { target: change.target })
  else {
    const entry = folder.get(name)
    folder.delete(name)
    if (change.kind === 'rename' && entry) folderAt(change.to.slice(0, -1)).set(change.to.at(-1)!, entry)
  }
}

function makeFolders(root: Folder, names: Path): Folder {
  let folder = root
  for (const name of names) {
    const entry = folder.get(name)
    const next: Folder = entry instanceof Map ? entry : new Map()
    folder.set(name, next)
    folder = next
  }
  return folder
}

function toFound(entry: Entry | undefined): Found | undefined {
  if (!entry) return undefined
  if (entry instanceof Map) return { kind: 'folder', modified: 0n }
  return entry instanceof Uint8Array ? { kind: 'file', size: entry.byteLength, modified: 0n } : { kind: 'link', target: entry.target, modified: 0n }
}

function* allFiles(folder: Folder, prefix: string): Generator<[string, Uint8Array]> {
  for (const [name, entry] of folder) {
    if (entry instanceof Map) yield* allFiles(entry, `${prefix}/${name}`)
    else if (entry instanceof Uint8Array) yield [`${prefix}/${name}`, entry]
  }
}
