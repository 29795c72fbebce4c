/** What the fixture projects of these tests have in common: a server that leaves a line when it starts, and ways to look at what is left. */
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, vi } from 'vitest'
import type { Project, Run } from '../project.ts'

const fixtures = resolve(import.meta.dirname, '../../fixtures')

/** A fixture server or component, as bytes. */
export function fixture(path: string): Uint8Array {
  return readFileSync(join(fixtures, path))
}

/** `word` says what stands in word.txt, `uuid` and `now` are new each time, `never` does not answer. */
const server = `
import { randomUUID } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serve, textOf } from './serve.mjs'
appendFileSync(join(import.meta.dirname, 'started.log'), process.pid + '\\n')
serve({
  echo: (args) => textOf(args),
  get_balance: () => textOf('100'),
  delete_account: () => textOf('deleted'),
  word: () => textOf(readFileSync(join(import.meta.dirname, 'word.txt'), 'utf8')),
  uuid: () => textOf(randomUUID()),
  now: () => textOf(new Date().toISOString()),
  never: () => undefined,
})
`

export const serverFiles: Readonly<Record<string, string | Uint8Array>> = { 'server.mjs': server, 'serve.mjs': fixture('servers/serve.mjs'), 'word.txt': 'first' }

/** The plugin's option for that server. */
export const upstream = { command: [process.execPath, 'server.mjs'] }

/** The pids of servers that were started, in order. */
export function started(project: Project): number[] {
  return project.exists('started.log') ? project.read('started.log').trim().split('\n').map(Number) : []
}

/** All tapes by path with their bytes' digest. */
export function tapesOf(project: Project): Record<string, string> {
  return Object.fromEntries(Object.entries(project.snapshotOfFiles()).filter(([path]) => path.endsWith('.tape')))
}

/** What stands beside the tapes: nothing, unless a recording was cut off. */
export function besidesTapes(project: Project): string[] {
  return Object.keys(project.snapshotOfFiles()).filter((path) => path.startsWith('tapes/') && !path.endsWith('.tape'))
}

/** When each file was written, by path. */
export function writtenAt(project: Project, paths: readonly string[]): Record<string, bigint> {
  return Object.fromEntries(paths.map((path) => [path, statSync(join(project.path, path), { bigint: true }).mtimeNs]))
}

/** Fails with all that vitest said unless the run ended with this code and so many tests passed and failed. */
export function expectRun(run: Run, outcome: { exitCode: number; passed: number; failed?: number }): void {
  const { exitCode, json } = run
  expect({ exitCode, passed: json?.numPassedTests, failed: json?.numFailedTests }, run.stdout + run.stderr).toEqual({ failed: 0, ...outcome })
}

/** What each test failed of, by its full name. */
export function failuresOf({ json }: Run): Record<string, string> {
  const tests = json?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? []
  return Object.fromEntries(tests.filter(({ status }) => status === 'failed').map(({ fullName, failureMessages }) => [fullName, failureMessages.join('\n')]))
}

/** An environment that marks every process which is started below a run, with a folder of its own for temporary files. */
export function marked(project: Project): { env: Record<string, string>; temporary: () => string[] } {
  const folder = join(project.path, '../temporary')
  mkdirSync(folder)
  return { env: { PROJECT_MARK: project.path, TMPDIR: folder }, temporary: () => readdirSync(folder, { recursive: true }).map(String) }
}

/** The processes that carry a project's mark and have not ended; of Linux alone, which tells every process's environment. */
function processesOf(project: Project): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`PROJECT_MARK=${project.path}\0`)).map((pid) => `${pid} ${textIn(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
}

/** Waits until none is left: who has been told to end takes a moment. */
export async function expectNoProcess(project: Project): Promise<void> {
  if (process.platform === 'linux') await vi.waitFor(() => expect(processesOf(project)).toEqual([]), { timeout: 15_000, interval: 50 })
}

function environmentOf(pid: string): string {
  return textIn(`/proc/${pid}/environ`)
}

/** Empty for a process that has ended meanwhile, or is another user's. */
function textIn(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
    throw error
  }
}
