import { mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createDisk } from '../../src/world/disk.ts'
import { type Change, FileError, type FileSource, type Path } from '../../src/world/files.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { createScratchFiles } from '../../src/world/scratch-files.ts'
import { behaviours } from './source.ts'

const initial = { '/data/a.txt': 'hello', '/data/sub/b': 'x', '/data/link': { target: 'a.txt' } }

describe('scratch over memory behaves as files do', () => {
  for (const [title, check] of Object.entries(behaviours(() => ({ source: createScratchFiles(createMemoryFiles(initial)), folder: '/data' })))) test(title, () => check(expect))
})

describe('scratch over the disk behaves as files do', () => {
  for (const [title, check] of Object.entries(behaviours(() => onDisk(createScratchFiles)))) test(title, () => check(expect))
})

test('the source keeps what it has, and is not asked to change', () => {
  const files = createMemoryFiles(initial)
  const before = files.contents()
  const scratch = createScratchFiles({ ...files, commit: () => { throw new Error('something is committed') } })
  scratch.commit({ kind: 'write', path: ['data', 'a.txt'], content: () => Buffer.from('changed') })
  scratch.commit({ kind: 'rename', path: ['data', 'sub'], to: ['data', 'moved'] })
  expect([text(scratch, ['data', 'a.txt']), text(scratch, ['data', 'moved', 'b']), scratch.look(['data', 'sub'])]).toEqual(['changed', 'x', undefined])
  expect(files.contents()).toEqual(before)
})

test('what others change in the source is seen where nothing was changed here', () => {
  const files = createMemoryFiles(initial)
  const scratch = createScratchFiles(files)
  scratch.commit({ kind: 'write', path: ['data', 'sub', 'c'], content: () => Buffer.from('mine') })
  files.commit({ kind: 'write', path: ['data', 'sub', 'b'], content: () => Buffer.from('theirs') })
  files.commit({ kind: 'write', path: ['data', 'sub', 'd'], content: () => Buffer.from('new') })
  expect([text(scratch, ['data', 'sub', 'b']), scratch.names(['data', 'sub'])]).toEqual(['theirs', ['b', 'c', 'd']])
})

test('a granted folder may be one that was made, moved or linked here', () => {
  const { source, folder } = onDisk(createScratchFiles)
  const root = source.locate(folder)!
  source.commit({ kind: 'make-folder', path: [...root, 'new'] })
  source.commit({ kind: 'make-link', path: [...root, 'way'], target: './sub/../new' })
  source.commit({ kind: 'make-link', path: [...root, 'far'], target: `/${root.join('/')}/new` })
  source.commit({ kind: 'make-link', path: [...root, 'round'], target: 'round' })
  source.commit({ kind: 'rename', path: [...root, 'sub'], to: [...root, 'moved'] })
  expect(['new', 'moved', 'far', 'sub', 'way', 'a.txt'].map((name) => source.locate(`${folder}/${name}`)?.at(-1))).toEqual(['new', 'moved', 'new', undefined, undefined, undefined])
  expect(() => source.locate(`${folder}/round`)).toThrow('loop')
})

test('answers and errors are those of a disk, whatever is done in whatever order, and the disk stays as it was', () => {
  fc.assert(
    fc.property(fc.array(steps(), { maxLength: 30 }), (sequence) => {
      const [real, scratch] = [onDisk((disk) => disk), onDisk(createScratchFiles)]
      try {
        const before = contents(scratch.folder)
        expect(sequence.map((step) => act(scratch.source, scratch.folder, step))).toEqual(sequence.map((step) => act(real.source, real.folder, step)))
        expect(walk(scratch.source, scratch.source.locate(scratch.folder)!)).toEqual(contents(real.folder))
        expect(contents(scratch.folder)).toEqual(before)
      } finally {
        for (const { folder } of [real, scratch]) rmSync(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 150 },
  )
}, 120_000)

type Step = { act: Change['kind'] | 'look' | 'names' | 'read' | 'locate'; path: string[]; to: string[]; text: string }

/** Few names, so that the steps meet. */
function steps(): fc.Arbitrary<Step> {
  const path = fc.array(fc.constantFrom('a.txt', 'sub', 'b', 'link', 'n'), { minLength: 1, maxLength: 3 })
  return fc.record({
    act: fc.constantFrom('write', 'make-folder', 'remove', 'remove-folder', 'make-link', 'rename', 'rename', 'look', 'names', 'read', 'locate'),
    path,
    to: path,
    text: fc.constantFrom('a.txt', 'sub', '../n', 'b'),
  }) as fc.Arbitrary<Step>
}

function act(source: FileSource, folder: string, { act: kind, path, to, text: content }: Step): unknown {
  const root = createDisk().locate(folder)!
  const at = (names: string[]): Path => [...root, ...names]
  try {
    if (kind === 'look') return timeless(source.look(at(path)))
    if (kind === 'names') return source.names(at(path))
    if (kind === 'read') return text(source, at(path))
    if (kind === 'locate') return source.locate(`${folder}/${path.join('/')}`)?.slice(root.length)
    source.commit({ kind, path: at(path), to: at(to), target: content, content: () => Buffer.from(content) } as Change)
    return 'done'
  } catch (error) {
    if (error instanceof FileError) return error.code
    throw error
  }
}

function timeless(found: object | undefined): unknown {
  const { modified: _, ...rest } = { modified: 0n, ...found }
  return rest
}

function text(source: FileSource, path: Path): string {
  return Buffer.from(source.read(path)).toString()
}

/** Everything under a folder, as a source tells it. */
function walk(source: FileSource, root: Path): Record<string, unknown> {
  return Object.fromEntries(
    source.names(root).map((name) => {
      const path = [...root, name]
      const found = source.look(path)!
      return [name, found.kind === 'folder' ? walk(source, path) : found.kind === 'link' ? { target: found.target } : text(source, path)]
    }),
  )
}

/** Everything under a folder of the disk. */
function contents(folder: string): Record<string, unknown> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true }).map((entry): [string, unknown] => {
      const path = join(folder, entry.name)
      return [entry.name, entry.isDirectory() ? contents(path) : entry.isSymbolicLink() ? { target: readlinkSync(path) } : readFileSync(path, 'utf8')]
    }),
  )
}

function onDisk(make: (disk: FileSource) => FileSource): { source: FileSource; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-scratch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'a.txt'), 'hello')
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'sub', 'b'), 'x')
  symlinkSync('a.txt', join(folder, 'link'))
  return { source: make(createDisk()), folder }
}
