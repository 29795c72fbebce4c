import { expect, test } from 'vitest'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { behaviours } from './source.ts'

const initial = { '/data/a.txt': 'hello', '/data/sub/b': 'x', '/data/link': { target: 'a.txt' } }

for (const [title, check] of Object.entries(behaviours(() => ({ source: createMemoryFiles(initial), folder: '/data' })))) test(title, () => check(expect))

test('an empty folder is written with a slash at its end', () => {
  expect(createMemoryFiles({ '/empty/': '' }).names(['empty'])).toEqual([])
})

test('says what it holds now', () => {
  const files = createMemoryFiles({ '/a/b': 'text', '/c': Uint8Array.of(1) })
  files.commit({ kind: 'remove', path: ['c'] })
  expect(files.contents()).toEqual({ '/a/b': Buffer.from('text') })
})

test('two of them share nothing', () => {
  const [one, other] = [createMemoryFiles(initial), createMemoryFiles(initial)]
  one.commit({ kind: 'write', path: ['data', 'a.txt'], content: () => Buffer.from('changed') })
  expect(Buffer.from(other.read(['data', 'a.txt'])).toString()).toBe('hello')
})
