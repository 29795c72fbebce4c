/** The built command line as users run it: whole processes, their output and their exit codes. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
export const cli = join(root, 'dist/cli/main.js')

/** What a process said, and its exit code; null when a signal ended it. */
export type Ran = { code: number | null; stdout: string; stderr: string }

export type RunOptions = { cwd?: string; env?: Record<string, string>; input?: string }

/** Runs `shadowcat` with these arguments until it ends. */
export async function shadowcat(args: readonly string[], { input = '', ...options }: RunOptions = {}): Promise<Ran> {
  const child = start([cli, ...args], options)
  const ran = collect(child)
  child.stdin.end(input)
  return ran
}

const children = new Set<ChildProcessWithoutNullStreams>()
const folders = new Set<string>()

/** Starts Node on a script. */
export function start(args: readonly string[], { cwd = root, env = {} }: Omit<RunOptions, 'input'> = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NO_COLOR: '1', ...env } })
  children.add(child)
  child.on('close', () => children.delete(child))
  // a process that ends early takes no more input, and says why on stderr
  child.stdin.on('error', () => undefined)
  return child
}

/** Everything that a process writes, once it has ended. */
export async function collect(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, stdout, stderr }
}

/** A folder that goes with `tidy`. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-e2e-'))
  folders.add(folder)
  return folder
}

/** Ends what was started and is still running, and removes the folders that were made. */
export function tidy(): void {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders.clear()
}

/** A committed tape. */
export function tapeOf(name: string): string {
  return join(root, 'tapes', `${name}.tape`)
}

/** A copy of a committed tape, for what may write to it. */
export function copyOfTape(name: string): string {
  const copy = join(temporary(), `${name}.tape`)
  cpSync(tapeOf(name), copy)
  return copy
}

/** The command of a fixture server. */
export function fixtureServer(name: string): string[] {
  return [process.execPath, join(root, `test/fixtures/servers/${name}.mjs`)]
}

export const everything = [process.execPath, join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'stdio']

/** Messages as stdio carries them; what is a text already stays as it is. */
export function lines(messages: readonly unknown[]): string {
  return messages.map((message) => `${typeof message === 'string' ? message : JSON.stringify(message)}\n`).join('')
}

/** The lines of an output, without their ends. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
