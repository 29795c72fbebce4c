import { expect, test } from 'vitest'
import { preopens, types } from '../../../src/host/wasi/filesystem.ts'
import { IoError } from '../../../src/host/wasi/io.ts'
import { createMemoryFiles } from '../../../src/world/memory-files.ts'
import { Tree } from '../../../src/world/tree.ts'
import { inPass } from '../components.ts'

test('folders come in the order of the grants, with their rights', () => {
  const tree = new Tree(createMemoryFiles({ '/b/f': 'x', '/a/': '' }), () => 0n)
  const folders = [{ path: '/b', node: tree.at(['b']), read: true, write: true }, { path: '/a', node: tree.at(['a']), read: true, write: false }]
  inPass((pass) => {
    const given = preopens.getDirectories()
    expect(given.map(([descriptor, path]) => [path, descriptor.getType(), descriptor.getFlags()])).toEqual([['/b', 'directory', { read: true, mutateDirectory: true }], ['/a', 'directory', { read: true, mutateDirectory: false }]])
    expect(pass.trace[0]!.value).toBe('/b /a')
  }, { tree, folders: () => folders })
})

test('a stream’s error has the code of the file’s', () => {
  inPass(() => expect([types.filesystemErrorCode(new IoError('no-entry')), types.filesystemErrorCode(new IoError())]).toEqual(['no-entry', undefined]))
})
