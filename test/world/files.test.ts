import { expect, test } from 'vitest'
import { FileError, type FileSource, rememberFiles, textOf, withoutTimes } from '../../src/world/files.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'

test('what was asked once stays so, although the source changes', () => {
  const source = createMemoryFiles({ '/a/one': 'first' })
  const files = rememberFiles(source)
  const seen = () => [files.look(['a', 'one']), files.look(['a', 'two']), files.names(['a']), Buffer.from(files.read(['a', 'one'])).toString()]
  const before = seen()
  source.commit({ kind: 'write', path: ['a', 'one'], content: () => Buffer.from('other') })
  source.commit({ kind: 'write', path: ['a', 'two'], content: () => Buffer.from('new') })
  expect(seen()).toEqual(before)
})

test('an error stays so too, as all passes of a call are to see the same', () => {
  let asked = 0
  const failing = { read: () => { asked++; throw new FileError('io') } } as unknown as FileSource
  const files = rememberFiles(failing)
  for (let i = 0; i < 2; i++) expect(() => files.read(['x'])).toThrow('io')
  expect(asked).toBe(1)
})

test('without times they are the same files', () => {
  const source = createMemoryFiles({ '/a/one': 'first' })
  const files = withoutTimes({ ...source, look: (path) => ({ ...source.look(path)!, modified: 5n }) })
  files.commit({ kind: 'write', path: ['a', 'two'], content: () => Buffer.from('second') })
  expect([files.locate('/a'), files.look(['a', 'one']), files.names(['a']), Buffer.from(files.read(['a', 'two'])).toString()]).toEqual([['a'], { kind: 'file', size: 5, modified: 0n }, ['one', 'two'], 'second'])
})

test('a path is written with slashes', () => {
  expect([textOf([]), textOf(['a', 'b'])]).toEqual(['/', '/a/b'])
})
