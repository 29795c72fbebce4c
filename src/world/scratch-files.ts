import { realNow } from '../real.ts'
import { type Change, FileError, type FileSource, type Found, type Path } from './files.ts'
import { mostLinks } from './nodes.ts'

/** What stands in the scratch: made there, or of the source under another or the same name. */
type Item = Folder | { kind: 'file'; content: Uint8Array; modified: bigint } | { kind: 'link'; target: string; modified: bigint } | { kind: 'theirs'; origin: Path }
/** What `entries` does not name is where the source has it, if it has the folder at all; nothing as an entry is what has been taken away. */
type Folder = { kind: 'folder'; origin?: Path | undefined; entries: Map<string, Item | undefined>; modified: bigint }

const now = (): bigint => BigInt(realNow()) * 1_000_000n

/** The same files, except that what is changed stays in memory, over the source's own, for as long as this lives. The source is never written to. */
export function createScratchFiles(source: FileSource): FileSource {
  return new ScratchFiles(source)
}

class ScratchFiles implements FileSource {
  readonly #source: FileSource
  readonly #root: Folder = { kind: 'folder', origin: [], entries: new Map(), modified: 0n }

  constructor(source: FileSource) {
    this.#source = source
  }

  /** Where the source has it, or what the scratch holds. */
  #find(path: Path): Item | undefined {
    let item: Item = this.#root
    for (const [index, name] of path.entries()) {
      if (item.kind === 'theirs') return theirs([...item.origin, ...path.slice(index)])
      if (item.kind !== 'folder') throw new FileError('not-directory')
      if (!item.entries.has(name) && item.origin) return theirs([...item.origin, ...path.slice(index)])
      const next: Item | undefined = item.entries.get(name)
      if (!next && index < path.length - 1) throw new FileError('no-entry')
      if (!next) return undefined
      item = next
    }
    return item
  }

  look(path: Path): Found | undefined {
    const item = this.#find(path)
    if (item?.kind === 'file') return { kind: 'file', size: item.content.byteLength, modified: item.modified }
    if (item?.kind === 'link') return item
    return item?.kind === 'folder' && !item.origin ? { kind: 'folder', modified: item.modified } : item && this.#source.look(item.origin!)
  }

  names(path: Path): string[] {
    const item = this.#find(path)
    if (!item) throw new FileError('no-entry')
    if (item.kind === 'theirs') return this.#source.names(item.origin)
    if (item.kind !== 'folder') throw new FileError('not-directory')
    const { origin, entries } = item
    const kept = origin ? this.#source.names(origin).filter((name) => !entries.has(name)) : []
    return [...kept, ...[...entries].filter(([, entry]) => entry).map(([name]) => name)].sort()
  }

  read(path: Path): Uint8Array {
    const item = this.#find(path)
    if (!item) throw new FileError('no-entry')
    if (item.kind === 'theirs') return this.#source.read(item.origin)
    if (item.kind !== 'file') throw new FileError(item.kind === 'folder' ? 'is-directory' : 'loop')
    return item.content
  }

  /** As `realpath` goes, through the scratch. */
  locate(folder: string): Path | undefined {
    if (this.#root.entries.size === 0) return this.#source.locate(folder)
    if (!folder.startsWith('/')) return undefined
    let path: string[] = []
    const todo = folder.split('/').toReversed()
    for (let links = 0; todo.length > 0; ) {
      const name = todo.pop()!
      if (name === '' || name === '.') continue
      if (name === '..') {
        path.pop()
        continue
      }
      const found = this.look([...path, name])
      if (found?.kind === 'folder') path.push(name)
      else if (found?.kind !== 'link') return undefined
      else {
        if (++links > mostLinks) throw new FileError('loop')
        if (found.target.startsWith('/')) path = []
        todo.push(...found.target.split('/').toReversed())
      }
    }
    return path
  }

  /** The folder as one whose entries can be changed. */
  #own(path: Path): Folder {
    let folder = this.#root
    for (const [index, name] of path.entries()) {
      const here = path.slice(0, index + 1)
      const found = this.look(here)
      if (found?.kind !== 'folder') throw new FileError(found ? 'not-directory' : 'no-entry')
      const item = this.#asOwn(here, found)
      folder.entries.set(name, item)
      folder = item as Folder
    }
    return folder
  }

  #asOwn(path: Path, found: Found): Item {
    const item = this.#find(path)!
    return item.kind === 'theirs' && found.kind === 'folder' ? { kind: 'folder', origin: item.origin, entries: new Map(), modified: found.modified } : item
  }

  commit(change: Change): void {
    const parent = this.#own(change.path.slice(0, -1))
    if (change.kind === 'rename') return this.#rename(change.path, change.to, parent)
    const content = change.kind === 'write' ? Uint8Array.from(change.content()) : undefined
    const found = this.look(change.path)
    const refusal = refusalOf(change, found, () => this.names(change.path).length > 0)
    if (refusal) throw new FileError(refusal)
    parent.entries.set(change.path.at(-1)!, content ? { kind: 'file', content, modified: now() } : made(change))
  }

  /** Refuses in the order in which Linux does. */
  #rename(from: Path, to: Path, parent: Folder): void {
    const target = this.#own(to.slice(0, -1))
    const found = this.look(from)
    if (!found) throw new FileError('no-entry')
    if (isWithin(to, from)) {
      if (to.length > from.length) throw new FileError('invalid')
      return
    }
    if (isWithin(from, to)) throw new FileError('not-empty')
    const old = this.look(to)
    if (old && found.kind === 'folder' && old.kind !== 'folder') throw new FileError('not-directory')
    if (old?.kind === 'folder' && found.kind !== 'folder') throw new FileError('is-directory')
    if (old?.kind === 'folder' && this.names(to).length > 0) throw new FileError('not-empty')
    target.entries.set(to.at(-1)!, this.#asOwn(from, found))
    parent.entries.set(from.at(-1)!, undefined)
  }
}

function theirs(origin: Path): Item {
  return { kind: 'theirs', origin }
}

/** What a change puts in its place, when it is no writing: nothing, for what takes away. */
function made(change: Change): Item | undefined {
  if (change.kind === 'make-folder') return { kind: 'folder', entries: new Map(), modified: now() }
  return change.kind === 'make-link' ? { kind: 'link', target: change.target, modified: now() } : undefined
}

/** Why a change cannot be made where `found` stands, as a disk would say. */
function refusalOf({ kind }: Change, found: Found | undefined, isFull: () => boolean): FileError['code'] | undefined {
  if (kind === 'make-folder' || kind === 'make-link') return found && 'exist'
  if (kind === 'write') return found?.kind === 'folder' ? 'is-directory' : found?.kind === 'link' ? 'loop' : found?.kind === 'other' ? 'unsupported' : undefined
  if (!found) return 'no-entry'
  if (kind === 'remove') return found.kind === 'folder' ? 'is-directory' : undefined
  return found.kind !== 'folder' ? 'not-directory' : isFull() ? 'not-empty' : undefined
}

/** Whether a path is the other one, or leads into it. */
function isWithin(path: Path, folder: Path): boolean {
  return folder.every((name, index) => path[index] === name)
}
