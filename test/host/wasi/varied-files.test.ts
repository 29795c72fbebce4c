import { expect, test } from 'vitest'
import { Descriptor } from '../../../src/host/wasi/descriptor.ts'
import type { InputStream } from '../../../src/host/wasi/io.ts'
import { createMemoryFiles } from '../../../src/world/memory-files.ts'
import type { Stage } from '../../../src/world/variation.ts'
import { shifts } from '../../../src/world/clock.ts'
import { inPass, thrownBy } from '../components.ts'

const initial = { '/data/a.json': '{"count": 41}', '/data/link': { target: 'a.json' }, '/data/sub/b': 'x' }
const all = { read: true, write: true, mutateDirectory: true }

/** What a component finds in /data of a world in which files vary at this stage. */
function inData<T>(stage: Stage | undefined, run: (data: Descriptor) => T, source: 'files' | 'clock' = 'files'): T {
  return inPass((pass) => run(new Descriptor(pass.world.tree.at(['data']), all, all)), { ...(stage && { variation: { source, stage } }) }, { files: createMemoryFiles(initial) })
}

const open = (data: Descriptor, path: string, how = {}): Descriptor => data.openAt({ symlinkFollow: true }, path, how, { read: true, write: true })
const contentOf = (file: Descriptor): string => Buffer.from(file.read(1000n, 0n)[0]).toString()
const pieces = (stream: InputStream, size: bigint): string[] => Array.from({ length: 4 }, () => Buffer.from(stream.read(size)).toString())

test('content is another, of the same length, whether it is read at once or piece by piece, through links too', () => {
  inData('content', (data) => {
    expect(contentOf(open(data, 'a.json'))).toBe('{"count": 40}')
    expect(contentOf(open(data, 'link'))).toBe('{"count": 40}')
    expect(pieces(open(data, 'a.json').readViaStream(0n), 4n)).toEqual(['{"co', 'unt"', ': 40', '}'])
    expect(Buffer.from(open(data, 'a.json').read(2n, 10n)[0]).toString()).toBe('40')
    expect(data.statAt({}, 'a.json')).toMatchObject({ size: 13n })
  })
})

test('what the call has written itself is read as it was written, and what is kept is no variation', () => {
  const written = inData('content', (data) => {
    const file = open(data, 'a.json')
    expect(contentOf(file)).toBe('{"count": 40}')
    file.appendViaStream().write(Buffer.from('\n'))
    return contentOf(file)
  })
  expect(written).toBe('{"count": 41}\n')
})

test('files that are not there: they cannot be opened, looked at or listed; folders can', () => {
  inData('failure', (data) => {
    expect(thrownBy(() => open(data, 'a.json'))).toBe('no-entry')
    expect(thrownBy(() => data.statAt({}, 'a.json'))).toBe('no-entry')
    expect(thrownBy(() => data.readlinkAt('link'))).toBe('no-entry')
    expect(data.statAt({}, 'sub')).toMatchObject({ type: 'directory' })
    expect(data.readDirectory().readDirectoryEntry()).toBeUndefined()
  })
})

test('where files fail, those that the call makes are there', () => {
  inData('failure', (data) => {
    open(data, 'new', { create: true }).write(Buffer.from('mine'), 0n)
    expect(contentOf(open(data, 'new'))).toBe('mine')
  })
})

test('a file that is open already can fail to be read', () => {
  inPass((pass) => {
    pass.enter('wasi:filesystem/types', 'read')
    const file = open(new Descriptor(pass.world.tree.at(['data']), all, all), 'a.json', { create: true })
    expect(thrownBy(() => contentOf(file))).toBe('io')
  }, { variation: { source: 'files', stage: 'failure' } }, { files: createMemoryFiles(initial) })
})

test('times are the clock’s', () => {
  const modified = (stage?: Stage): unknown => inData(stage, (data) => data.statAt({}, 'a.json'), 'clock')
  const { seconds } = (modified() as { dataModificationTimestamp: { seconds: bigint } }).dataModificationTimestamp
  expect(modified('content')).toMatchObject({ dataModificationTimestamp: { seconds: seconds + shifts.content.wall / 1_000_000_000n } })
})
