/** The components that are measured, and the ways to them. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
const cli = join(root, 'dist/cli/main.js')

/** `name` is small or large; all that is written for it goes into `folder`. */
export type Subject = { name: string; component: string; folder: string }

export type Ways = { rounds: number; say: (text: string) => void }

export function subjectOf(name: string, component: string, folder: string): Subject {
  const own = join(folder, name)
  mkdirSync(own)
  return { name, component, folder: own }
}

/** A folder that only real Wassette uses: it keeps what it has compiled beside the component. */
export function wassetteFolder({ component, folder }: Subject, name: string): string {
  const components = join(folder, name)
  mkdirSync(components)
  copyFileSync(component, join(components, 'measured.wasm'))
  return components
}

/** A command and what goes with it; nothing when WASSETTE_BIN names no Wassette. */
export function wassetteCommand({ folder }: Subject, components: string): { command: string[]; environment: Record<string, string>; signal: 'SIGTERM' } | undefined {
  const program = process.env['WASSETTE_BIN']
  return program ? { command: [program, 'run', '--component-dir', components], environment: { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }, signal: 'SIGTERM' } : undefined
}

export function forwardCommand({ component }: Subject, cache: string): { command: string[]; environment: Record<string, string> } {
  return { command: [process.execPath, cli, 'forward', 'stdio', '--upstream', 'embedded', '--component', component], environment: { SHADOWCAT_CACHE: cache } }
}

/** What is built, as users run it; the sources would first have to be stripped of their types. */
export async function built<T>(path: string): Promise<T> {
  return (await import(join(root, 'dist', path))) as T
}
