import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ciVariables } from '../../src/vitest/policy.ts'

const repository = resolve(import.meta.dirname, '../..')

export type ProjectOptions = {
  /** By path inside the project. */
  files: Readonly<Record<string, string | Uint8Array>>
  /** The whole of vitest.config.mjs. Unless given, it has the plugin alone, with `options`. */
  config?: string
  /** Modules of this package that its users cannot import, such as `vitest/settings`: they are built as entries too. */
  inner?: readonly string[]
  /** What the plugin is given, as JSON or as the text of an expression. */
  options?: object | string
}

export type RunOptions = {
  /** After `vitest run`. The default and the JSON reporter are added unless one is named. */
  args?: readonly string[]
  /** Besides this process's own without what tells of CI, of vitest or of shadowcat; undefined takes one away. */
  env?: Readonly<Record<string, string | undefined>>
  /** When it aborts, vitest and its workers get the signal that is its reason (SIGINT unless that is one's name), as from a terminal. */
  signal?: AbortSignal
}

/** What vitest's JSON reporter says; `meta` is what the test left in `task.meta`. */
export type JsonReport = {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; status: string; message: string; assertionResults: { fullName: string; title: string; status: string; failureMessages: string[]; meta: { shadowcat?: Record<string, unknown> } }[] }[]
}

export type Run = { exitCode: number | null; stdout: string; stderr: string; /** Absent when vitest did not come to write it. */ json: JsonReport | undefined }

/** A vitest that still runs: in watch mode, or to be interrupted. */
export type Running = {
  readonly child: ChildProcess
  /** What it said so far, stdout and stderr together. */
  output(): string
  /** Resolves when what it said from `from` on matches; rejects when it ends before. Resolves to the output's length then. */
  said(pattern: RegExp, from?: number): Promise<number>
  readonly done: Promise<Run>
}

export type Project = {
  readonly path: string
  write(path: string, content: string | Uint8Array): void
  read(path: string): string
  remove(path: string): void
  exists(path: string): boolean
  /** Runs vitest once. */
  run(options?: RunOptions): Promise<Run>
  /** Starts vitest with these words alone, such as `['--watch']`. */
  start(options?: RunOptions): Running
  /** SHA-256 of each file by path, without node_modules: equal before and after what changes no file. */
  snapshotOfFiles(): Record<string, string>
  dispose(): void
  [Symbol.dispose](): void
}

/**
 * A project as a user has it, in a temporary folder: the given files, and node_modules with vitest and this package as it is built.
 * SHADOWCAT_DIST names another build than dist/.
 */
export function createProject({ files, config, options = {}, inner = [] }: ProjectOptions): Project {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), 'shadowcat-project-')))
  const path = join(outside, 'project')
  mkdirSync(path)
  install(join(path, 'node_modules'), inner)
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    // As editors save: a vitest that watches is not to read what is half written.
    const draft = join(outside, 'draft')
    writeFileSync(draft, content)
    renameSync(draft, join(path, name))
  }
  write('package.json', '{ "name": "project", "private": true, "type": "module" }\n')
  write('vitest.config.mjs', config ?? defaultConfig(options))
  for (const [name, content] of Object.entries(files)) write(name, content)
  const dispose = (): void => rmSync(outside, { recursive: true, force: true, maxRetries: 5 })
  let runs = 0
  const start = (command: readonly string[], { args = [], ...others }: RunOptions = {}): Running => startVitest(path, join(outside, `report-${++runs}.json`), { args: [...command, ...args], ...others })
  return {
    path,
    write,
    read: (name) => readFileSync(join(path, name), 'utf8'),
    remove: (name) => rmSync(join(path, name), { recursive: true }),
    exists: (name) => existsSync(join(path, name)),
    run: (runOptions) => start(['run'], runOptions).done,
    start: (runOptions) => start([], runOptions),
    snapshotOfFiles: () => snapshotOf(path),
    dispose,
    [Symbol.dispose]: dispose,
  }
}

function defaultConfig(options: object | string): string {
  return `import { defineConfig } from 'vitest/config'
import { shadowcat } from 'shadowcat/vitest/plugin'
export default defineConfig({ plugins: [shadowcat(${typeof options === 'string' ? options : JSON.stringify(options)})] })
`
}

/** Links to this repository's packages, and beside them this package itself: a copy, as another run may build it anew meanwhile. */
function install(modules: string, inner: readonly string[]): void {
  mkdirSync(modules)
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'shadowcat') symlinkSync(join(repository, 'node_modules', name), join(modules, name))
  }
  const own = join(modules, 'shadowcat')
  mkdirSync(own)
  cpSync(join(repository, 'package.json'), join(own, 'package.json'))
  const dist = join(own, 'dist')
  if (inner.length > 0) spawnSync(process.execPath, [join(repository, 'build.ts'), dist, ...inner], { stdio: 'inherit' })
  else cpSync(process.env['SHADOWCAT_DIST'] ?? join(repository, 'dist'), dist, { recursive: true })
}

/** Groups of their own outlive a test that is cut off: they end with this process. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const { pid } of running) process.kill(-pid!, 'SIGKILL')
})

function startVitest(path: string, report: string, { args = [], env = {}, signal }: RunOptions): Running {
  const reporters = args.some((arg) => arg.startsWith('--reporter')) ? [] : ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(process.execPath, [join(path, 'node_modules/vitest/vitest.mjs'), ...args, ...reporters], { cwd: path, env: environment(env), stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  running.add(child)
  const interrupt = (): void => void process.kill(-child.pid!, signalOf(signal?.reason))
  signal?.addEventListener('abort', interrupt)
  let [stdout, stderr, both] = ['', '', '']
  const listeners = new Set<() => void>()
  const collect = (text: string): string => {
    both += text
    for (const listener of listeners) listener()
    return text
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += collect(text)))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += collect(text)))
  const { promise: done, resolve: end, reject: fail } = Promise.withResolvers<Run>()
  child.on('error', fail)
  child.on('close', (exitCode) => {
    running.delete(child)
    signal?.removeEventListener('abort', interrupt)
    end({ exitCode, stdout, stderr, json: existsSync(report) && statSync(report).size > 0 ? (JSON.parse(readFileSync(report, 'utf8')) as JsonReport) : undefined })
    for (const listener of listeners) listener()
  })
  const said = (pattern: RegExp, from = 0): Promise<number> =>
    new Promise((found, never) => {
      const look = (): void => {
        const over = child.exitCode !== null || child.signalCode !== null
        if (!pattern.test(both.slice(from)) && !over) return
        listeners.delete(look)
        if (pattern.test(both.slice(from))) found(both.length)
        else never(new Error(`vitest ended without saying ${String(pattern)}:\n${both}`))
      }
      listeners.add(look)
      look()
    })
  return { child, output: () => both, said, done }
}

function signalOf(reason: unknown): NodeJS.Signals {
  return typeof reason === 'string' && reason.startsWith('SIG') ? (reason as NodeJS.Signals) : 'SIGINT'
}

/** Of this process's variables, none that would change what vitest or shadowcat do, or how they print it. */
function environment(given: RunOptions['env']): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(([name]) => !ciVariables.includes(name) && !/^(VITEST|SHADOWCAT|UPDATE_SNAPSHOT|GITHUB_|NODE_OPTIONS|NODE_ENV|FORCE_COLOR|NO_COLOR|TEST$|DEV$|PROD$|MODE$|BASE_URL$|SSR$)/.test(name))
  return { ...Object.fromEntries(ours), NO_COLOR: '1', ...given }
}

function snapshotOf(path: string): Record<string, string> {
  const files = filesIn(path, '').sort()
  return Object.fromEntries(files.map((name) => [name, createHash('sha256').update(readFileSync(join(path, name))).digest('hex')]))
}

function filesIn(path: string, folder: string): string[] {
  return readdirSync(join(path, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return name === 'node_modules' ? [] : filesIn(path, name)
    return [name]
  })
}
