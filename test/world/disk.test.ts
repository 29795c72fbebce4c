import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createDisk } from '../../src/world/disk.ts'
import { behaviours } from './source.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** `granted` with files in it, and `outside/secret` beside it. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-disk-'))
  made.push(folder)
  mkdirSync(join(folder, 'granted/sub'), { recursive: true })
  mkdirSync(join(folder, 'outside'))
  writeFileSync(join(folder, 'granted/a.txt'), 'hello')
  writeFileSync(join(folder, 'granted/sub/b'), 'x')
  symlinkSync('a.txt', join(folder, 'granted/link'))
  writeFileSync(join(folder, 'outside/secret'), 'secret')
  writeFileSync(join(folder, 'outside/b'), 'secret')
  return folder
}

for (const [title, check] of Object.entries(behaviours(() => ({ source: createDisk(), folder: join(makeFolder(), 'granted') })))) test(title, () => check(expect))

test('a granted folder may itself be reached by a link', () => {
  const folder = makeFolder()
  symlinkSync(join(folder, 'granted'), join(folder, 'way'))
  const disk = createDisk()
  expect(disk.locate(join(folder, 'way'))).toEqual(disk.locate(join(folder, 'granted')))
})

describe('a link that is put in the place of what was looked at', () => {
  const swapped = (): { disk: ReturnType<typeof createDisk>; path: string[]; folder: string } => {
    const folder = makeFolder()
    const disk = createDisk()
    const path = [...disk.locate(join(folder, 'granted'))!, 'sub']
    expect(disk.look([...path, 'b'])).toMatchObject({ kind: 'file' })
    renameSync(join(folder, 'granted/sub'), join(folder, 'granted/moved'))
    symlinkSync(join(folder, 'outside'), join(folder, 'granted/sub'))
    return { disk, path, folder }
  }

  test('leads to nothing when it is a folder on the way', () => {
    const { disk, path, folder } = swapped()
    for (const attempt of [
      () => disk.read([...path, 'b']),
      () => disk.look([...path, 'secret']),
      () => disk.names(path),
      () => disk.commit({ kind: 'write', path: [...path, 'b'], content: () => Buffer.from('overwritten') }),
      () => disk.commit({ kind: 'write', path: [...path, 'new'], content: () => Buffer.from('planted') }),
      () => disk.commit({ kind: 'remove', path: [...path, 'secret'] }),
      () => disk.commit({ kind: 'make-folder', path: [...path, 'new'] }),
      () => disk.commit({ kind: 'rename', path: [...path.slice(0, -1), 'a.txt'], to: [...path, 'taken'] }),
    ])
      expect(attempt).toThrow(/^(not-directory|not-permitted|loop)$/)
    expect([readFileSync(join(folder, 'outside/b'), 'utf8'), createDisk().names(createDisk().locate(join(folder, 'outside'))!)]).toEqual(['secret', ['b', 'secret']])
  })

  test('leads to nothing when it is the file itself', () => {
    const folder = makeFolder()
    const disk = createDisk()
    const path = [...disk.locate(join(folder, 'granted'))!, 'a.txt']
    rmSync(join(folder, 'granted/a.txt'))
    symlinkSync(join(folder, 'outside/secret'), join(folder, 'granted/a.txt'))
    expect(() => disk.read(path)).toThrow('loop')
    expect(() => disk.commit({ kind: 'write', path, content: () => Buffer.from('overwritten') })).toThrow('loop')
    expect(readFileSync(join(folder, 'outside/secret'), 'utf8')).toBe('secret')
  })
})

test('a pipe in the place of a file is refused, and not waited for', () => {
  const folder = makeFolder()
  execFileSync('mkfifo', [join(folder, 'granted/pipe')])
  const disk = createDisk()
  const path = [...disk.locate(join(folder, 'granted'))!, 'pipe']
  expect(disk.look(path)).toMatchObject({ kind: 'other' })
  expect(() => disk.read(path)).toThrow('unsupported')
})

test('no handle stays open', () => {
  const folder = makeFolder()
  const disk = createDisk()
  const path = disk.locate(join(folder, 'granted'))!
  const open = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)
  const before = open()
  for (let i = 0; i < 50; i++) {
    disk.read([...path, 'a.txt'])
    expect(() => disk.read([...path, 'none', 'b'])).toThrow('no-entry')
  }
  expect(open()).toBeLessThanOrEqual(before + 5)
})
