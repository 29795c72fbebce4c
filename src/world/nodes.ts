import { FileError, type Path } from './files.ts'

/** What a pass sees at a place. It is asked of the source when it is first needed, and changed in memory alone. */
export type Node = FolderNode | FileNode | LinkNode | OtherNode
export type FolderNode = Shared & { kind: 'folder'; entries: Map<string, Node | undefined> }
export type FileNode = Shared & { kind: 'file'; size: number; content?: Uint8Array; changed?: boolean }
export type LinkNode = Shared & { kind: 'link'; target: string }
export type OtherNode = Shared & { kind: 'other' }
export type Shared = {
  /** The how-manyth node of this pass: its identity. */
  serial: number
  /** Where it is now; nothing once it is removed. */
  parent: FolderNode | undefined
  name: string
  /** Where the source has it; nothing for what this pass made. */
  origin: Path | undefined
  modified: bigint
}

/** Where a path leads. `node` is nothing when nothing stands there. */
export type Place = { parent: FolderNode; name: string; node: Node | undefined }

/** A path that goes over more links leads round in a circle, as Linux has it. */
export const mostLinks = 40
const longestPath = 4096
const longestName = 255

/**
 * Where a path leads from a folder; never out of it. Follows links on the way, and the last one too if asked. The whole walk happens on
 * nodes, never on paths that the system would follow: what it does not lead to cannot be reached.
 */
export function resolve(child: (folder: FolderNode, name: string) => Node | undefined, from: FolderNode, path: string, follow: boolean): Place {
  if (path === '') throw new FileError('no-entry')
  if (path.length > longestPath) throw new FileError('name-too-long')
  if (path.includes('\0')) throw new FileError('invalid')
  if (path.startsWith('/')) throw new FileError('not-permitted')
  const folders = [from]
  let place: Place = { parent: from, name: '.', node: from }
  const todo = path.split('/').toReversed()
  for (let links = 0; todo.length > 0; ) {
    const name = todo.pop()!
    if (name === '' || name === '.') continue
    if (name.length > longestName) throw new FileError('name-too-long')
    if (name === '..') {
      if (folders.length === 1) throw new FileError('not-permitted')
      folders.pop()
      place = { parent: folders.at(-1)!.parent ?? from, name: folders.at(-1)!.name, node: folders.at(-1)! }
      continue
    }
    const parent = folders.at(-1)!
    const node = child(parent, name)
    place = { parent, name, node }
    const last = todo.length === 0
    if (node?.kind === 'link' && (!last || follow)) {
      if (++links > mostLinks) throw new FileError('loop')
      if (node.target.startsWith('/')) throw new FileError('not-permitted')
      todo.push(...node.target.split('/').toReversed())
    } else if (node?.kind === 'folder') folders.push(node)
    else if (!last && todo.some((rest) => rest !== '')) throw new FileError(node ? 'not-directory' : 'no-entry')
    else if (!last && node) throw new FileError('not-directory')
  }
  return place
}
