import { describe, expect, test } from 'vitest'
import { Descriptor } from '../../../src/host/wasi/descriptor.ts'
import { createMemoryFiles } from '../../../src/world/memory-files.ts'
import { Tree } from '../../../src/world/tree.ts'
import { inPass, thrownBy } from '../components.ts'

const initial = { '/data/a.txt': 'hello', '/data/sub/b': 'x', '/data/empty/': '', '/data/link': { target: 'a.txt' }, '/data/out': { target: '/secret' } }
const follow = { symlinkFollow: true }
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

function inFolder(run: (folder: Descriptor, tree: Tree) => void, rights = { read: true, write: true }): void {
  const tree = new Tree(createMemoryFiles(initial), () => 5_000_000_007n)
  inPass(() => run(new Descriptor(tree.at(['data']), rights, rights), tree), { tree })
}
const names = (folder: Descriptor): string[] => {
  const entries = folder.readDirectory()
  const all: string[] = []
  for (let entry = entries.readDirectoryEntry(); entry; entry = entries.readDirectoryEntry()) all.push(`${entry.name} ${entry.type}`)
  return all
}

describe('files', () => {
  test('are read at any offset, by piece and by stream', () => {
    inFolder((folder) => {
      const file = folder.openAt({}, 'a.txt', {}, { read: true })
      expect([file.read(3n, 1n), file.read(100n, 3n), file.read(1n, 99n)].map(([bytes, end]) => [text(bytes), end])).toEqual([['ell', false], ['lo', true], ['', true]])
      const stream = file.readViaStream(2n)
      expect([text(stream.read(2n)), text(stream.read(9n)), thrownBy(() => stream.read(1n))]).toEqual(['ll', 'o', { tag: 'closed' }])
    })
  })

  test('are written at any offset, by stream, at the end, and cut', () => {
    inFolder((folder) => {
      const file = folder.openAt({}, 'new', { create: true }, { read: true, write: true })
      expect(file.write(Buffer.from('abc'), 2n)).toBe(3n)
      file.writeViaStream(0n).write(Buffer.from('12'))
      file.appendViaStream().write(Buffer.from('!'))
      expect(text(file.read(100n, 0n)[0])).toBe('12abc!')
      file.setSize(3n)
      expect([text(file.read(100n, 0n)[0]), file.stat()]).toMatchObject(['12a', { size: 3n, type: 'regular-file' }])
      expect(thrownBy(() => file.setSize(2n ** 50n))).toBe('file-too-large')
    })
  })

  test('tell size and time', () => {
    inFolder((folder) => {
      const time = { seconds: 5n, nanoseconds: 7 }
      expect(folder.statAt(follow, 'link')).toEqual({ type: 'regular-file', linkCount: 1n, size: 5n, dataAccessTimestamp: time, dataModificationTimestamp: time, statusChangeTimestamp: time })
      expect(folder.statAt({}, 'link')).toMatchObject({ type: 'symbolic-link', size: 5n })
      folder.setTimesAt({}, 'a.txt', { tag: 'no-change' }, { tag: 'timestamp', val: { seconds: 1n, nanoseconds: 2 } })
      expect(folder.statAt({}, 'a.txt')).toMatchObject({ dataModificationTimestamp: { seconds: 1n, nanoseconds: 2 } })
      folder.openAt({}, 'a.txt', {}, { read: true }).setTimes({ tag: 'no-change' }, { tag: 'now' })
      expect(folder.statAt({}, 'a.txt')).toMatchObject({ dataModificationTimestamp: { seconds: 1_000_000_000n } })
    })
  })

  test('are the same or not', () => {
    inFolder((folder) => {
      const [one, same, other] = ['a.txt', 'link', 'sub/b'].map((path) => folder.openAt(follow, path, {}, { read: true })) as [Descriptor, Descriptor, Descriptor]
      expect([one.isSameObject(same), one.isSameObject(other)]).toEqual([true, false])
      expect(one.metadataHash()).toEqual(folder.metadataHashAt(follow, 'link'))
      expect(one.metadataHash()).not.toEqual(other.metadataHash())
    })
  })
})

describe('folders', () => {
  test('list what is in them, in order', () => {
    inFolder((folder) => expect(names(folder)).toEqual(['a.txt regular-file', 'empty directory', 'link symbolic-link', 'out symbolic-link', 'sub directory']))
  })

  test('are made, renamed, linked in and removed', () => {
    inFolder((folder) => {
      folder.createDirectoryAt('made')
      folder.renameAt('sub/b', folder.openAt({}, 'made', { directory: true }, { read: true }), 'c')
      folder.symlinkAt('made/c', 'way')
      expect([folder.readlinkAt('way'), text(folder.openAt(follow, 'way', {}, { read: true }).read(9n, 0n)[0])]).toEqual(['made/c', 'x'])
      folder.unlinkFileAt('way')
      folder.unlinkFileAt('made/c')
      folder.removeDirectoryAt('made')
      folder.removeDirectoryAt('sub')
      expect(names(folder).map((entry) => entry.split(' ')[0])).toEqual(['a.txt', 'empty', 'link', 'out'])
    })
  })

  test('a folder inside is a border too', () => {
    inFolder((folder) => expect(thrownBy(() => folder.openAt({}, 'sub', {}, { read: true }).openAt({}, '../a.txt', {}, { read: true }))).toBe('not-permitted'))
  })
})

test.each<[string, (folder: Descriptor) => unknown, string]>([
  ['opening what is not there', (folder) => folder.openAt({}, 'none', {}, { read: true }), 'no-entry'],
  ['opening a link that is not to be followed', (folder) => folder.openAt({}, 'link', {}, { read: true }), 'loop'],
  ['opening a link that leads out', (folder) => folder.openAt(follow, 'out', {}, { read: true }), 'not-permitted'],
  ['opening a file as a folder', (folder) => folder.openAt({}, 'a.txt', { directory: true }, { read: true }), 'not-directory'],
  ['opening a folder to write', (folder) => folder.openAt({}, 'sub', {}, { write: true }), 'is-directory'],
  ['making a folder by opening', (folder) => folder.openAt({}, 'x', { directory: true, create: true }, { write: true }), 'invalid'],
  ['making what is there', (folder) => folder.openAt({}, 'a.txt', { create: true, exclusive: true }, { write: true }), 'exist'],
  ['making a file with a slash at its end', (folder) => folder.openAt({}, 'x/', { create: true }, { write: true }), 'is-directory'],
  ['reading a folder as a file', (folder) => folder.read(1n, 0n), 'bad-descriptor'],
  ['listing a file', (folder) => folder.openAt({}, 'a.txt', {}, { read: true }).readDirectory(), 'not-directory'],
  ['reading what was opened to write', (folder) => folder.openAt({}, 'a.txt', {}, { write: true }).read(1n, 0n), 'not-permitted'],
  ['writing what was opened to read', (folder) => folder.openAt({}, 'a.txt', {}, { read: true }).write(Buffer.from('x'), 0n), 'not-permitted'],
  ['making a folder that is there', (folder) => folder.createDirectoryAt('sub'), 'exist'],
  ['removing a folder that is not empty', (folder) => folder.removeDirectoryAt('sub'), 'not-empty'],
  ['removing a file as a folder', (folder) => folder.removeDirectoryAt('a.txt'), 'not-directory'],
  ['removing the folder itself', (folder) => folder.removeDirectoryAt('.'), 'invalid'],
  ['removing it by a detour', (folder) => folder.removeDirectoryAt('sub/..'), 'invalid'],
  ['renaming it', (folder) => folder.renameAt('.', folder, 'x'), 'invalid'],
  ['unlinking a folder', (folder) => folder.unlinkFileAt('empty'), 'is-directory'],
  ['reading a link that is none', (folder) => folder.readlinkAt('a.txt'), 'invalid'],
  ['reading a link that tells of elsewhere', (folder) => folder.readlinkAt('out'), 'not-permitted'],
  ['an absolute link', (folder) => folder.symlinkAt('/etc', 'x'), 'not-permitted'],
  ['a hard link', (folder) => (folder.linkAt as () => void)(), 'unsupported'],
])('%s is refused', (_, act, code) => {
  inFolder((folder) => expect(thrownBy(() => act(folder))).toBe(code))
})

test.each<[string, (folder: Descriptor) => unknown]>([
  ['opening to write', (folder) => folder.openAt({}, 'a.txt', {}, { write: true })],
  ['making', (folder) => folder.openAt({}, 'x', { create: true }, { read: true })],
  ['cutting', (folder) => folder.openAt({}, 'a.txt', { truncate: true }, { read: true })],
  ['asking for the right to change', (folder) => folder.openAt({}, 'sub', {}, { read: true, mutateDirectory: true })],
  ['making a folder', (folder) => folder.createDirectoryAt('x')],
  ['renaming', (folder) => folder.renameAt('a.txt', folder, 'x')],
  ['unlinking', (folder) => folder.unlinkFileAt('a.txt')],
  ['removing', (folder) => folder.removeDirectoryAt('empty')],
  ['linking', (folder) => folder.symlinkAt('a.txt', 'x')],
  ['hard-linking', (folder) => (folder.linkAt as () => void)()],
  ['setting times', (folder) => folder.setTimesAt({}, 'a.txt', { tag: 'now' }, { tag: 'now' })],
  ['setting times of what is open', (folder) => folder.openAt({}, 'a.txt', {}, { read: true }).setTimes({ tag: 'now' }, { tag: 'now' })],
])('%s needs the right to write', (_, act) => {
  inFolder((folder) => expect(thrownBy(() => act(folder))).toBe('not-permitted'), { read: true, write: false })
})

test('without the right to read, files are listed and not read', () => {
  inFolder((folder) => {
    expect(names(folder)).toContain('a.txt regular-file')
    expect(thrownBy(() => folder.openAt({}, 'a.txt', {}, { read: true }).read(1n, 0n))).toBe('not-permitted')
  }, { read: false, write: true })
})

test('an error in a stream of a file is the stream’s', () => {
  inFolder((folder) => {
    const stream = folder.openAt({}, 'a.txt', {}, { write: true }).writeViaStream(2n ** 50n)
    expect(thrownBy(() => stream.write(Buffer.from('x')))).toMatchObject({ tag: 'last-operation-failed', val: { fileCode: 'file-too-large' } })
  })
})
