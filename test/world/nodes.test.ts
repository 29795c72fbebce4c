import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import type { FolderNode } from '../../src/world/nodes.ts'
import { Tree } from '../../src/world/tree.ts'

const initial = {
  '/data/a.txt': 'hello', '/data/sub/b': 'x', '/data/sub/deep/c': 'y', '/secret': 'secret',
  '/data/up': { target: '../secret' }, '/data/absolute': { target: '/secret' }, '/data/inside': { target: 'sub/deep/../b' }, '/data/sub/back': { target: '../a.txt' },
  '/data/round': { target: 'round' }, '/data/way': { target: 'sub/deep' },
}

function open(): { tree: Tree; data: FolderNode; read: (path: string) => string } {
  const tree = new Tree(createMemoryFiles(initial), () => 0n)
  const data = tree.at(['data'])
  const read = (path: string): string => {
    const { node } = tree.resolve(data, path, true)
    return node?.kind === 'file' ? Buffer.from(tree.content(node)).toString() : `${node?.kind}`
  }
  return { tree, data, read }
}

describe('a path', () => {
  test.each([['a.txt', 'hello'], ['./sub//b', 'x'], ['sub/../a.txt', 'hello'], ['inside', 'x'], ['sub/back', 'hello'], ['way/c', 'y'], ['sub/', 'folder'], ['.', 'folder'], ['none', 'undefined'], ['sub/deep/..', 'folder']])('%s leads to %s', (path, expected) => {
    expect(open().read(path)).toBe(expected)
  })

  test.each([
    ['../secret', 'not-permitted'], ['..', 'not-permitted'], ['sub/../../secret', 'not-permitted'], ['/secret', 'not-permitted'], ['/data/a.txt', 'not-permitted'], ['up', 'not-permitted'],
    ['absolute', 'not-permitted'], ['way/../../../secret', 'not-permitted'], ['round', 'loop'], ['a.txt/x', 'not-directory'], ['a.txt/', 'not-directory'], ['none/x', 'no-entry'], ['', 'no-entry'],
    ['a\0b', 'invalid'], ['x'.repeat(256), 'name-too-long'], ['x/'.repeat(3000), 'name-too-long'],
  ])('%s is refused: %s', (path, code) => {
    expect(() => open().read(path)).toThrow(code)
  })

  test('does not follow the last link unless asked, and follows the others', () => {
    const { tree, data } = open()
    expect(tree.resolve(data, 'way', false).node?.kind).toBe('link')
    expect(tree.resolve(data, 'way/c', false).node?.kind).toBe('file')
  })

  test('never leads out of its folder, whatever it is made of', () => {
    const { tree, data } = open()
    const parts = fc.constantFrom('..', '.', '', 'sub', 'deep', 'way', 'up', 'absolute', 'inside', 'back', 'a.txt', '/', 'secret', 'data')
    fc.assert(fc.property(fc.array(parts, { maxLength: 12 }), fc.boolean(), (names, follow) => {
      try {
        const { node } = tree.resolve(data, names.join('/'), follow)
        let at = node
        while (at && at !== data) at = at.parent
        expect(node === undefined || at === data).toBe(true)
      } catch (error) {
        expect((error as Error).message).toMatch(/^(not-permitted|no-entry|not-directory|loop)$/)
      }
    }))
  })
})
