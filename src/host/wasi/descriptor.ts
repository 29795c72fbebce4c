import { createHash } from 'node:crypto'
import { FileError, largestFile } from '../../world/files.ts'
import type { FileNode, FolderNode, Node, Place } from '../../world/nodes.ts'
import { activePass } from '../pass.ts'
import { shiftOf, toDatetime } from './clocks.ts'
import { fail } from './define.ts'
import { InputStream, OutputStream } from './io.ts'
import { found, namesIn, reader } from './varied-files.ts'

type Flags = { read?: boolean; write?: boolean; mutateDirectory?: boolean; fileIntegritySync?: boolean; dataIntegritySync?: boolean; requestedWriteSync?: boolean }
type OpenFlags = { create?: boolean; directory?: boolean; exclusive?: boolean; truncate?: boolean }
type PathFlags = { symlinkFollow?: boolean }
type Timestamp = { tag: 'no-change' } | { tag: 'now' } | { tag: 'timestamp'; val: { seconds: bigint; nanoseconds: number } }

const kinds = { file: 'regular-file', folder: 'directory', link: 'symbolic-link', other: 'unknown' } as const
const mostAtOnce = 16 * 1024 * 1024

type Rights = { read: boolean; write: boolean }

/** An open file or folder. `granted` says what may be done in its preopen; `flags` what it was opened for. */
export class Descriptor {
  readonly #node: Node
  readonly #flags: Flags
  readonly #granted: Rights

  constructor(node: Node, flags: Flags, granted: Rights) {
    activePass().hold()
    this.#node = node
    this.#flags = flags
    this.#granted = granted
  }

  readViaStream(offset: bigint): InputStream {
    const file = this.#file('read')
    const content = reader()
    let at = toNumber(offset)
    return new InputStream((most) => {
      const piece = content(file).subarray(at, at + most)
      at += piece.byteLength
      return piece.byteLength > 0 ? piece : undefined
    })
  }

  writeViaStream(offset: bigint): OutputStream {
    const file = this.#file('write')
    let at = toNumber(offset)
    return new OutputStream((bytes) => {
      activePass().world.tree.write(file, bytes, at)
      at += bytes.byteLength
    })
  }

  appendViaStream(): OutputStream {
    const file = this.#file('write')
    return new OutputStream((bytes) => activePass().world.tree.append(file, bytes))
  }

  advise(): void {}

  syncData(): void {}

  sync(): void {}

  getFlags(): Flags {
    return this.#node.kind === 'folder' ? { read: true, mutateDirectory: this.#granted.write } : { read: this.#flags.read === true, write: this.#flags.write === true }
  }

  getType(): string {
    return kinds[this.#node.kind]
  }

  setSize(size: bigint): void {
    const file = this.#file('write')
    answering(() => activePass().world.tree.resize(file, toNumber(size)))
  }

  setTimes(_access: Timestamp, modified: Timestamp): void {
    if (!this.#granted.write) fail('not-permitted')
    setTime(this.#node, modified)
  }

  read(length: bigint, offset: bigint): [Uint8Array, boolean] {
    const file = this.#file('read')
    const content = answering(() => reader()(file))
    const at = toNumber(offset)
    const piece = content.subarray(at, at + Math.min(toNumber(length), mostAtOnce))
    return [piece, at + piece.byteLength >= content.byteLength]
  }

  write(bytes: Uint8Array, offset: bigint): bigint {
    const file = this.#file('write')
    answering(() => activePass().world.tree.write(file, bytes, toNumber(offset)))
    return BigInt(bytes.byteLength)
  }

  readDirectory(): DirectoryEntryStream {
    const folder = this.#folder()
    const { tree } = activePass().world
    return new DirectoryEntryStream(answering(() => namesIn(folder).map((name) => ({ type: kinds[tree.child(folder, name)!.kind], name }))))
  }

  createDirectoryAt(path: string): void {
    const place = this.#changing(path)
    if (place.node) fail('exist')
    answering(() => activePass().world.tree.makeFolder(place.parent, place.name))
  }

  stat(): object {
    return toStat(this.#node)
  }

  statAt(flags: PathFlags, path: string): object {
    return toStat(this.#existing(path, flags.symlinkFollow === true))
  }

  setTimesAt(flags: PathFlags, path: string, _access: Timestamp, modified: Timestamp): void {
    if (!this.#granted.write) fail('not-permitted')
    setTime(this.#existing(path, flags.symlinkFollow === true), modified)
  }

  linkAt(): void {
    fail(this.#granted.write ? 'unsupported' : 'not-permitted')
  }

  openAt(pathFlags: PathFlags, path: string, how: OpenFlags, flags: Flags): Descriptor {
    activePass().note(`${path}${flags.write || how.create || how.truncate ? ' to write' : ''}`)
    const changes = how.create || how.truncate || flags.write || flags.mutateDirectory
    if (changes && !this.#granted.write) fail('not-permitted')
    if (how.directory && (how.create || how.exclusive || how.truncate)) fail('invalid')
    const place = this.#place(path, pathFlags.symlinkFollow === true && !how.exclusive)
    return new Descriptor(this.#opened(place, path, how, flags), flags, this.#granted)
  }

  readlinkAt(path: string): string {
    const node = this.#existing(path, false)
    return node.kind === 'link' ? (node.target.startsWith('/') ? fail('not-permitted') : node.target) : fail('invalid')
  }

  removeDirectoryAt(path: string): void {
    const { node } = this.#changing(path)
    if (!node) fail('no-entry')
    if (node.kind !== 'folder') fail('not-directory')
    answering(() => activePass().world.tree.removeFolder(node))
  }

  renameAt(from: string, folder: Descriptor, to: string): void {
    const { node } = this.#changing(from)
    if (!node) fail('no-entry')
    const place = folder.#changing(to)
    answering(() => activePass().world.tree.rename(node, place.parent, place.name))
  }

  symlinkAt(target: string, path: string): void {
    activePass().note(`${path} to ${target}`)
    const place = this.#changing(path)
    if (place.node) fail('exist')
    if (target === '') fail('no-entry')
    if (target.startsWith('/')) fail('not-permitted')
    if (target.includes('\0')) fail('invalid')
    answering(() => activePass().world.tree.makeLink(place.parent, place.name, target))
  }

  unlinkFileAt(path: string): void {
    const { node } = this.#changing(path)
    if (!node) fail('no-entry')
    answering(() => activePass().world.tree.remove(node))
  }

  isSameObject(other: Descriptor): boolean {
    return this.#node === other.#node
  }

  metadataHash(): { lower: bigint; upper: bigint } {
    return hashOf(this.#node)
  }

  metadataHashAt(flags: PathFlags, path: string): { lower: bigint; upper: bigint } {
    return hashOf(this.#existing(path, flags.symlinkFollow === true))
  }

  [Symbol.dispose](): void {
    activePass().release()
  }

  #file(need: 'read' | 'write'): FileNode {
    const node = this.#node
    if (node.kind !== 'file') fail('bad-descriptor')
    if (!this.#flags[need] || !this.#granted[need]) fail('not-permitted')
    return node
  }

  #folder(): FolderNode {
    return this.#node.kind === 'folder' ? this.#node : fail('not-directory')
  }

  #place(path: string, follow: boolean): Place {
    const folder = this.#folder()
    return answering(() => activePass().world.tree.resolve(folder, path, follow))
  }

  #existing(path: string, follow: boolean): Node {
    activePass().note(path)
    return found(this.#place(path, follow).node) ?? fail('no-entry')
  }

  /** Where something is to be made, removed or put; never the folder that the descriptor is itself. */
  #changing(path: string): Place {
    activePass().note(path)
    if (!this.#granted.write) fail('not-permitted')
    const place = this.#place(path, false)
    return place.node === this.#node ? fail('invalid') : place
  }

  #opened({ parent, name, node: there }: Place, path: string, how: OpenFlags, flags: Flags): Node {
    const { tree } = activePass().world
    const node = how.create ? there : found(there)
    if (!node) {
      if (path.endsWith('/')) fail(how.create ? 'is-directory' : 'no-entry')
      return how.create ? answering(() => tree.makeFile(parent, name)) : fail('no-entry')
    }
    if (how.create && how.exclusive) fail('exist')
    if (node.kind === 'link') fail('loop')
    if (how.directory && node.kind !== 'folder') fail('not-directory')
    if (node.kind === 'folder' && (flags.write || how.create || how.truncate)) fail('is-directory')
    if (node.kind === 'other') fail('not-permitted')
    if (how.truncate && node.kind === 'file') answering(() => tree.resize(node, 0))
    return node
  }
}

/** The entries of a folder as they were when it was opened, in order of their names. */
export class DirectoryEntryStream {
  readonly #entries: { type: string; name: string }[]
  #next = 0

  constructor(entries: { type: string; name: string }[]) {
    activePass().hold()
    this.#entries = entries
  }

  readDirectoryEntry(): { type: string; name: string } | undefined {
    return this.#entries[this.#next++]
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

/** A file's error is the function's. */
function answering<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof FileError) fail(error.code)
    throw error
  }
}

function toNumber(value: bigint): number {
  return value > BigInt(largestFile) ? largestFile + 1 : Number(value)
}

function toStat(node: Node): object {
  const time = toDatetime(node.modified + shiftOf('wall'))
  const size = node.kind === 'file' ? node.size : node.kind === 'link' ? Buffer.byteLength(node.target) : 0
  return { type: kinds[node.kind], linkCount: 1n, size: BigInt(size), dataAccessTimestamp: time, dataModificationTimestamp: time, statusChangeTimestamp: time }
}

function setTime(node: Node, time: Timestamp): void {
  if (time.tag === 'timestamp') node.modified = time.val.seconds * 1_000_000_000n + BigInt(time.val.nanoseconds)
  else if (time.tag === 'now') node.modified = activePass().world.clock.wall()
}

/** Tells apart what is not the same, as far as this pass can see. */
function hashOf(node: Node): { lower: bigint; upper: bigint } {
  const size = node.kind === 'file' ? node.size : 0
  const digest = createHash('sha256').update(`${node.serial} ${size} ${node.modified}`).digest()
  return { lower: digest.readBigUInt64LE(0), upper: digest.readBigUInt64LE(8) }
}
