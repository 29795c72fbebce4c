import { activePass } from '../pass.ts'
import { defineInterface } from './define.ts'
import { Descriptor, DirectoryEntryStream } from './descriptor.ts'
import type { IoError } from './io.ts'

export const types = defineInterface('wasi:filesystem/types', {
  Descriptor,
  DirectoryEntryStream,
  filesystemErrorCode: (error: IoError) => error.fileCode,
})

export const preopens = defineInterface('wasi:filesystem/preopens', {
  getDirectories: (): [Descriptor, string][] => {
    const pass = activePass()
    const folders = pass.world.folders()
    pass.note(folders.map(({ path }) => path).join(' '))
    return folders.map(({ path, node, ...rights }) => [new Descriptor(node, rights, rights), path])
  },
})
