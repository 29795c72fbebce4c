import { describe, expect, test } from 'vitest'
import type { FileSource } from '../../src/world/files.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { type AskedFile, createPlayedFiles, createRecordingFiles } from '../../src/world/recorded-files.ts'
import { behaviours } from './source.ts'

const initial = { '/data/a.txt': 'hello', '/data/sub/b': 'x', '/data/link': { target: 'a.txt' } }

describe('files that are recorded are the same files', () => {
  for (const [title, check] of Object.entries(behaviours(() => ({ source: createRecordingFiles(createMemoryFiles(initial), []), folder: '/data' })))) test(title, () => check(expect))
})

function recorded(ask: (source: FileSource) => void): AskedFile[] {
  const list: AskedFile[] = []
  ask(createRecordingFiles(createMemoryFiles(initial), list))
  return list
}

test('played files answer as recorded, errors too', () => {
  const list = recorded((source) => {
    source.locate('/data')
    source.look(['data', 'a.txt'])
    source.look(['data', 'none'])
    source.names(['data'])
    source.read(['data', 'a.txt'])
    expect(() => source.read(['data', 'none'])).toThrow('no-entry')
  })
  const played = createPlayedFiles(list)
  expect([played.locate('/data'), played.look(['data', 'a.txt']), played.look(['data', 'none']), played.names(['data']), Buffer.from(played.read(['data', 'a.txt'])).toString()]).toEqual([['data'], { kind: 'file', size: 5, modified: 0n }, undefined, ['a.txt', 'link', 'sub'], 'hello'])
  expect(() => played.read(['data', 'none'])).toThrow('no-entry')
})

test('what changed between two calls is played in its order, then the last stays', () => {
  const list = recorded((source) => {
    source.names(['data', 'sub'])
    source.commit({ kind: 'write', path: ['data', 'sub', 'c'], content: () => Buffer.from('new') })
    source.names(['data', 'sub'])
  })
  const played = createPlayedFiles(list)
  expect([1, 2, 3].map(() => played.names(['data', 'sub']))).toEqual([['b'], ['b', 'c'], ['b', 'c']])
})

test('what was not recorded is told, and changes go nowhere', () => {
  const played = createPlayedFiles([])
  played.commit({ kind: 'remove', path: ['data', 'a.txt'] })
  expect(() => played.read(['data', 'a.txt'])).toThrow('the component asks for the file /data/a.txt, which was not recorded so')
})

test('what comes next to a question that was not recorded is named', () => {
  const played = createPlayedFiles(recorded((source) => {
    source.look(['data', 'sub', 'b'])
    source.read(['data', 'a.txt'])
  }))
  expect(() => played.read(['data', 'b.txt'])).toThrow('the component asks for the file /data/b.txt, which was not recorded so: nearest is the file /data/a.txt; record again, or use --state live')
  expect(() => played.names(['data', 'sub'])).toThrow('asks for the names in /data/sub, which was not recorded so: nearest is what stands at /data/sub/b;')
})

test('paths are compared as they are without what is taken out of them', () => {
  const plain = (path: string): string => path.replaceAll(/\d+/g, 'N')
  const played = createPlayedFiles([{ ask: 'read', path: '/data/N', answer: Buffer.from('x') }], plain)
  expect(Buffer.from(played.read(['data', '42'])).toString()).toBe('x')
  expect(() => played.read(['other', '42'])).toThrow('the component asks for the file /other/N,')
})
