import type { Change, FileSource } from '../../src/world/files.ts'

/** What every source of files must do, in a folder that holds `a.txt` ("hello"), `sub/b` ("x") and the link `link` to `a.txt`. */
export function behaviours(make: () => { source: FileSource; folder: string }): Record<string, (expect: (value: unknown) => { toEqual(expected: unknown): void; toThrow(message: string): void }) => void> {
  const open = (): { source: FileSource; at: (...names: string[]) => string[]; commit: (change: Change) => void; text: (...names: string[]) => string } => {
    const { source, folder } = make()
    const root = source.locate(folder)!
    const at = (...names: string[]): string[] => [...root, ...names]
    return { source, at, commit: (change) => source.commit(change), text: (...names) => Buffer.from(source.read(at(...names))).toString() }
  }
  return {
    'lists names in order'(expect) {
      const { source, at } = open()
      expect(source.names(at())).toEqual(['a.txt', 'link', 'sub'])
    },
    'tells what stands at a place, and follows no link'(expect) {
      const { source, at } = open()
      const found = (...names: string[]): unknown => {
        const { modified: _, ...rest } = source.look(at(...names)) ?? { modified: 0n, kind: undefined }
        return rest
      }
      expect(found('a.txt')).toEqual({ kind: 'file', size: 5 })
      expect(found('sub')).toEqual({ kind: 'folder' })
      expect(found('link')).toEqual({ kind: 'link', target: 'a.txt' })
      expect(found('none')).toEqual({ kind: undefined })
    },
    'reads files, and nothing else'(expect) {
      const { source, at, text } = open()
      expect(text('a.txt')).toEqual('hello')
      expect(() => source.read(at('none'))).toThrow('no-entry')
      expect(() => source.read(at('sub'))).toThrow('is-directory')
    },
    'makes every change'(expect) {
      const { source, at, commit, text } = open()
      commit({ kind: 'make-folder', path: at('new') })
      commit({ kind: 'write', path: at('new', 'f'), content: () => Buffer.from('long content') })
      commit({ kind: 'write', path: at('new', 'f'), content: () => Buffer.from('short') })
      commit({ kind: 'rename', path: at('new', 'f'), to: at('sub', 'g') })
      commit({ kind: 'make-link', path: at('sub', 'l'), target: 'g' })
      commit({ kind: 'remove', path: at('a.txt') })
      commit({ kind: 'remove-folder', path: at('new') })
      expect(text('sub', 'g')).toEqual('short')
      expect([source.names(at()), source.names(at('sub'))]).toEqual([['link', 'sub'], ['b', 'g', 'l']])
    },
    'locates folders alone, by absolute paths'(expect) {
      const { source, folder } = make()
      expect([`${folder}/a.txt`, `${folder}/none`, 'relative', ''].map((path) => source.locate(path))).toEqual([undefined, undefined, undefined, undefined])
    },
  }
}
