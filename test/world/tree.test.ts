import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import type { FileNode, FolderNode } from '../../src/world/nodes.ts'
import { Tree } from '../../src/world/tree.ts'

const initial = { '/data/a.txt': 'hello', '/data/sub/b': 'x', '/data/sub/deep/c': 'y', '/other/o': 'o' }

function open(): { files: ReturnType<typeof createMemoryFiles>; tree: Tree; data: FolderNode; read: (path: string) => string; commit: () => void } {
  const files = createMemoryFiles(initial)
  const tree = new Tree(files, () => 0n)
  const data = tree.at(['data'])
  const read = (path: string): string => {
    const { node } = tree.resolve(data, path, true)
    return node?.kind === 'file' ? Buffer.from(tree.content(node)).toString() : `${node?.kind}`
  }
  return { files, tree, data, read, commit: () => tree.changes.forEach((change) => files.commit(change)) }
}

describe('changes', () => {
  test('are seen by the pass at once, and by nobody else before they are committed', () => {
    const { files, tree, data, read, commit } = open()
    tree.write(tree.resolve(data, 'a.txt', true).node as FileNode, Buffer.from('J'), 0)
    tree.makeFolder(data, 'new')
    tree.write(tree.makeFile(tree.resolve(data, 'new', true).node as FolderNode, 'f'), Buffer.from('made'), 0)
    tree.remove(tree.resolve(data, 'sub/b', true).node!)
    expect([read('a.txt'), read('new/f'), read('sub/b')]).toEqual(['Jello', 'made', 'undefined'])
    expect(tree.names(data)).toContain('new')
    expect(Buffer.from(files.contents()['/data/a.txt']!).toString()).toBe('hello')
    commit()
    expect(Object.keys(files.contents()).sort()).toEqual(['/data/a.txt', '/data/new/f', '/data/sub/deep/c', '/other/o'])
    expect(Buffer.from(files.contents()['/data/a.txt']!).toString()).toBe('Jello')
  })

  test('a second pass sees nothing of the first', () => {
    const files = createMemoryFiles(initial)
    const first = new Tree(files, () => 0n)
    first.write(first.resolve(first.at(['data']), 'a.txt', true).node as FileNode, Buffer.from('XXXXXX'), 0)
    const second = new Tree(files, () => 0n)
    expect(Buffer.from(second.content(second.resolve(second.at(['data']), 'a.txt', true).node as FileNode)).toString()).toBe('hello')
  })

  test('a file renamed after it was written arrives whole, and so does what is written afterwards', () => {
    const { files, tree, data, commit } = open()
    const file = tree.makeFile(data, 'first')
    tree.write(file, Buffer.from('before '), 0)
    tree.rename(file, tree.resolve(data, 'sub', true).node as FolderNode, 'second')
    tree.append(file, Buffer.from('after'))
    commit()
    expect(Buffer.from(files.contents()['/data/sub/second']!).toString()).toBe('before after')
    expect(Object.keys(files.contents())).not.toContain('/data/first')
  })

  test('a rename replaces a file, and what is still written to the old one goes nowhere', () => {
    const { files, tree, data, commit } = open()
    const old = tree.resolve(data, 'a.txt', true).node as FileNode
    tree.rename(tree.resolve(data, 'sub/b', true).node!, data, 'a.txt')
    tree.write(old, Buffer.from('lost'), 0)
    commit()
    expect(Buffer.from(files.contents()['/data/a.txt']!).toString()).toBe('x')
  })

  test('a removed file that is still open can be read', () => {
    const { tree, data } = open()
    const file = tree.resolve(data, 'a.txt', true).node as FileNode
    tree.remove(file)
    expect(Buffer.from(tree.content(file)).toString()).toBe('hello')
  })

  test.each<[string, (open: { tree: Tree; data: FolderNode }) => void, string]>([
    ['a folder into itself', ({ tree, data }) => tree.rename(tree.resolve(data, 'sub', false).node!, tree.resolve(data, 'sub/deep', false).node as FolderNode, 'x'), 'invalid'],
    ['a file over a folder', ({ tree, data }) => tree.rename(tree.resolve(data, 'a.txt', false).node!, data, 'sub'), 'is-directory'],
    ['a folder over a file', ({ tree, data }) => tree.rename(tree.resolve(data, 'sub', false).node!, data, 'a.txt'), 'not-directory'],
    ['a folder over one that is not empty', ({ tree, data }) => tree.rename(tree.resolve(data, 'sub/deep', false).node!, data, 'sub'), 'not-empty'],
    ['the removal of a folder that is not empty', ({ tree, data }) => tree.removeFolder(tree.resolve(data, 'sub', false).node as FolderNode), 'not-empty'],
    ['the removal of a folder as a file', ({ tree, data }) => tree.remove(tree.resolve(data, 'sub', false).node!), 'is-directory'],
    ['what is there already', ({ tree, data }) => tree.makeFolder(data, 'sub'), 'exist'],
    ['a file larger than any may be', ({ tree, data }) => tree.resize(tree.resolve(data, 'a.txt', true).node as FileNode, 2 ** 40), 'file-too-large'],
  ])('%s is refused', (_, attempt, code) => {
    expect(() => attempt(open())).toThrow(code)
  })

  test('all files together may take as much as one, so that no loop of small ones fills the memory', () => {
    const { tree, data } = open()
    const fill = (): void => {
      for (let i = 0; i < 20; i++) tree.resize(tree.makeFile(data, `big${i}`), 100 * 1024 * 1024)
    }
    expect(fill).toThrow('insufficient-space')
  })
})

test('what was cut off does not come back when the file grows again', () => {
  const { tree, data, read } = open()
  const file = tree.resolve(data, 'a.txt', true).node as FileNode
  tree.resize(file, 2)
  tree.resize(file, 5)
  expect(read('a.txt')).toBe('he\0\0\0')
})

test('any sequence of writes leaves what an array would hold', () => {
  const write = fc.record({ at: fc.integer({ min: 0, max: 30 }), bytes: fc.uint8Array({ maxLength: 20 }), size: fc.option(fc.integer({ min: 0, max: 40 })) })
  fc.assert(fc.property(fc.array(write, { maxLength: 10 }), (writes) => {
    const { tree, data, files, commit } = open()
    const file = tree.resolve(data, 'a.txt', true).node as FileNode
    let expected = Buffer.from('hello')
    for (const { at, bytes, size } of writes) {
      tree.write(file, bytes, at)
      expected = Buffer.concat([expected, Buffer.alloc(Math.max(0, at + bytes.byteLength - expected.byteLength))])
      expected.set(bytes, at)
      if (size === null) continue
      tree.resize(file, size)
      expected = Buffer.concat([expected.subarray(0, size), Buffer.alloc(Math.max(0, size - expected.byteLength))])
    }
    expect(Buffer.from(tree.content(file))).toEqual(expected)
    commit()
    expect(Buffer.from(files.contents()['/data/a.txt']!)).toEqual(expected)
  }))
})
