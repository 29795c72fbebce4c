import { type Change, FileError, type FileSource, type Found, type Path, largestFile } from './files.ts'
import { type FileNode, type FolderNode, type LinkNode, type Node, type Place, type Shared, resolve } from './nodes.ts'

const mostNodes = 100_000

/** The files of one pass: all that it changes stands in `changes`, and nothing reaches the source before they are committed. Throws FileError. */
export class Tree {
  readonly changes: Change[] = []
  #source: FileSource
  #time: (found?: bigint) => bigint
  #serials = 0
  #room = largestFile
  #root: FolderNode

  /** `time` is when something was made or changed, in nanoseconds since 1970: what the source says, or now. */
  constructor(source: FileSource, time: (found?: bigint) => bigint) {
    this.#source = source
    this.#time = time
    this.#root = { ...this.#shared(undefined, '', []), kind: 'folder', entries: new Map() }
  }

  /** The node of a granted folder. */
  at(path: Path): FolderNode {
    let folder = this.#root
    for (const name of path) {
      const next = this.child(folder, name)
      if (next?.kind !== 'folder') throw new FileError('no-entry')
      folder = next
    }
    return folder
  }

  /** Never leads out of `from`. Follows links on the way, and the last one too if asked. */
  resolve(from: FolderNode, path: string, follow: boolean): Place {
    return resolve((folder, name) => this.child(folder, name), from, path, follow)
  }

  child(folder: FolderNode, name: string): Node | undefined {
    if (folder.entries.has(name)) return folder.entries.get(name)
    const origin = folder.origin && [...folder.origin, name]
    const found = origin && this.#source.look(origin)
    const node = found && toNode(found, this.#shared(folder, name, origin, found.modified))
    folder.entries.set(name, node)
    return node
  }

  /** Sorted. */
  names(folder: FolderNode): string[] {
    const all = new Set([...(folder.origin ? this.#source.names(folder.origin) : []), ...folder.entries.keys()])
    return [...all].filter((name) => this.child(folder, name)).sort()
  }

  content(file: FileNode): Uint8Array {
    file.content ??= file.origin ? this.#source.read(file.origin) : new Uint8Array(0)
    if (!file.changed) file.size = file.content.byteLength
    return file.content.subarray(0, file.size)
  }

  write(file: FileNode, bytes: Uint8Array, offset: number): void {
    const size = Math.max(this.content(file).byteLength, offset + bytes.byteLength)
    this.#own(file, size).set(bytes, offset)
    file.size = size
  }

  append(file: FileNode, bytes: Uint8Array): void {
    this.write(file, bytes, this.content(file).byteLength)
  }

  resize(file: FileNode, size: number): void {
    const bytes = this.#own(file, size)
    // What was cut off must not come back when the file grows again.
    bytes.fill(0, Math.min(size, file.size), Math.max(size, file.size))
    file.size = size
  }

  makeFile(parent: FolderNode, name: string): FileNode {
    const file = this.#add<FileNode>(parent, name, (shared) => ({ ...shared, kind: 'file', size: 0 }))
    this.#noteWriting(file)
    return file
  }

  makeFolder(parent: FolderNode, name: string): void {
    const folder = this.#add<FolderNode>(parent, name, (shared) => ({ ...shared, kind: 'folder', entries: new Map() }))
    this.#change(this.#pathOf(folder), (path) => ({ kind: 'make-folder', path }))
  }

  makeLink(parent: FolderNode, name: string, target: string): void {
    const link = this.#add<LinkNode>(parent, name, (shared) => ({ ...shared, kind: 'link', target }))
    this.#change(this.#pathOf(link), (path) => ({ kind: 'make-link', path, target }))
  }

  /** Files and links. */
  remove(node: Node): void {
    if (node.kind === 'folder') throw new FileError('is-directory')
    this.#change(this.#detach(node), (path) => ({ kind: 'remove', path }))
  }

  removeFolder(folder: FolderNode): void {
    if (this.names(folder).length > 0) throw new FileError('not-empty')
    this.#change(this.#detach(folder), (path) => ({ kind: 'remove-folder', path }))
  }

  /** Replaces a file or link by one, an empty folder by a folder. */
  rename(node: Node, parent: FolderNode, name: string): void {
    if (isWithin(parent, node)) throw new FileError('invalid')
    const old = this.child(parent, name)
    if (old === node) return
    if (old) this.#makeWay(node, old)
    const from = this.#detach(node)
    Object.assign(node, { parent, name })
    parent.entries.set(name, node)
    this.#change(from, (path) => ({ kind: 'rename', path, to: this.#pathOf(node)! }))
  }

  #makeWay(node: Node, old: Node): void {
    if (node.kind === 'folder' && old.kind !== 'folder') throw new FileError('not-directory')
    if (node.kind !== 'folder' && old.kind === 'folder') throw new FileError('is-directory')
    if (old.kind === 'folder' && this.names(old).length > 0) throw new FileError('not-empty')
    this.#detach(old)
  }

  #shared(parent: FolderNode | undefined, name: string, origin: Path | undefined, found?: bigint): Shared {
    if (++this.#serials > mostNodes) throw new FileError('insufficient-space')
    return { serial: this.#serials, parent, name, origin, modified: this.#time(found) }
  }

  #add<T extends Node>(parent: FolderNode, name: string, make: (shared: Shared) => T): T {
    if (this.child(parent, name)) throw new FileError('exist')
    const node = make(this.#shared(parent, name, undefined))
    parent.entries.set(name, node)
    return node
  }

  /** Takes a node out of its folder, and says where it was. */
  #detach(node: Node): Path | undefined {
    // An open descriptor may still read it.
    if (node.kind === 'file') this.content(node)
    const path = this.#pathOf(node)
    node.parent?.entries.set(node.name, undefined)
    node.parent = undefined
    return path
  }

  #pathOf(node: Node): Path | undefined {
    const names: string[] = []
    for (let at: Node = node; at !== this.#root; at = at.parent) {
      if (!at.parent) return undefined
      names.unshift(at.name)
    }
    return names
  }

  /** Makes the file this pass's own, with space for so many bytes; grows by doubling. */
  #own(file: FileNode, size: number): Uint8Array {
    const before = this.content(file)
    if (size > largestFile) throw new FileError('file-too-large')
    this.#room -= Math.max(0, size - file.size)
    if (this.#room < 0) throw new FileError('insufficient-space')
    if (!file.changed || file.content!.byteLength < size) {
      file.content = new Uint8Array(Math.max(size, file.changed ? file.size * 2 : file.size))
      file.content.set(before)
    }
    this.#noteWriting(file)
    file.modified = this.#time()
    return file.content!
  }

  #noteWriting(file: FileNode): void {
    if (file.changed) return
    file.changed = true
    // Written when the call is over, so with all that comes after.
    this.#change(this.#pathOf(file), (path) => ({ kind: 'write', path, content: () => this.content(file) }))
  }

  /** Nothing is to be done for what has been removed and is only open still. */
  #change(path: Path | undefined, make: (path: Path) => Change): void {
    if (path) this.changes.push(make(path))
  }
}

function toNode(found: Found, shared: Shared): Node {
  return found.kind === 'folder' ? { ...shared, kind: 'folder', entries: new Map() } : { ...found, ...shared }
}

function isWithin(folder: FolderNode, node: Node): boolean {
  for (let at: Node | undefined = folder; at; at = at.parent) if (at === node) return true
  return false
}
