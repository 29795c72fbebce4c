import { FileError } from '../../world/files.ts'
import type { FileNode, FolderNode, Node } from '../../world/nodes.ts'
import { varyBytes } from '../../world/varied-text.ts'
import { activePass } from '../pass.ts'

/** By what a file holds, as a stream asks for it piece by piece. */
const known = new WeakMap<Uint8Array, Uint8Array>()

/** Gives what a file holds, or what the function that runs is to tell of it; what the call itself has written is not told otherwise. */
export function reader(): (file: FileNode) => Uint8Array {
  const { tree } = activePass().world
  const stage = activePass().varies('files')
  if (!stage) return (file) => tree.content(file)
  return (file) => {
    const content = tree.content(file)
    if (file.changed || !file.content) return content
    if (stage === 'failure') throw new FileError('io')
    const varied = known.get(file.content) ?? varyBytes(content)
    known.set(file.content, varied)
    return varied
  }
}

/** What the function that runs is to find where this stands: all of it, or folders alone. */
export function found(node: Node | undefined): Node | undefined {
  return node && node.kind !== 'folder' && isOut(node) ? undefined : node
}

/** The names that it is to find in a folder. */
export function namesIn(folder: FolderNode): string[] {
  return isOut(folder) ? [] : activePass().world.tree.names(folder)
}

/** What the call itself has made stays. */
function isOut(node: Node): boolean {
  return node.origin !== undefined && activePass().varies('files') === 'failure'
}
