/** What a component costs that is loaded and not called. */
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toLeb } from '../src/component/cursor.ts'
import { readComponent } from '../src/component/reader.ts'
import { type Finding, median } from './figures.ts'
import type { Subject } from './host-subject.ts'

const megabyte = 1_000_000

/**
 * Resident memory that each of many components adds to a process, less what their compiled modules alone add to another, and less the
 * component's own file, of which the host holds one copy, for recordings that keep it. V8 holds a module's bytes and code outside of
 * its heap, so only resident memory shows both; and it shares modules that are equal, so that no two of the components are.
 */
export async function measureMemory(subject: Subject, say: (text: string) => void): Promise<Finding[]> {
  const copies = subject.name === 'large' ? 6 : 40
  say(`${subject.name}: memory of ${copies} idle components`)
  const components = Array.from({ length: copies + 1 }, (_, number) => writeCopy(subject, number))
  const run = (way: string): number => {
    const args = ['--expose-gc', join(import.meta.dirname, 'host-child.ts'), 'memory', join(subject.folder, 'memory'), way, ...components]
    return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  }
  // They are translated first, in a process that is not measured.
  run('host')
  const each = (way: string): number => median([run(way), run(way), run(way)])
  const [host, modules] = [each('host'), each('modules')]
  const file = statSync(subject.component).size
  const value = (host - modules - file) / megabyte
  const text = (bytes: number): string => (bytes / megabyte).toFixed(1)
  return [{ what: `${subject.name}: memory of an idle component, over its modules (${text(modules)} MB) and its file (${text(file)} MB)`, value, unit: 'MB', budget: '≤ 2', met: value <= 2 }]
}

/** The component with a custom section in each of its core modules. */
function writeCopy({ component, folder }: Subject, number: number): string {
  const bytes = readFileSync(component)
  const name = Buffer.from(`copy-${number}`)
  const custom = Buffer.from([0, name.byteLength + 1, name.byteLength, ...name])
  const parts = readComponent(bytes).sections.flatMap(({ id, content }) => {
    const added = id === 1 ? custom : Buffer.alloc(0)
    return [Buffer.from([id, ...toLeb(content.end - content.start + added.byteLength)]), bytes.subarray(content.start, content.end), added]
  })
  const copy = join(folder, `copy-${number}.wasm`)
  writeFileSync(copy, Buffer.concat([bytes.subarray(0, 8), ...parts]))
  return copy
}
