/**
 * Runs the examples as their users would: this package is packed, each example is copied out of the repository, gets the packed package with npm,
 * and passes in CI without its server and without a network, is recorded anew where its server can be had, and is replayed.
 */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

type Example = {
  name: string
  /** What only recording needs, from the project's folder: away while it runs in CI. */
  server?: string
  /** What recording takes besides; undefined where it cannot be had. */
  environment(): Record<string, string> | undefined
  /** Tapes of which the answers are real each time. */
  live?: RegExp
}

const everything = 'node_modules/@modelcontextprotocol/server-everything'
const examples: Example[] = [
  { name: 'wassette-component', environment: () => ({}) },
  { name: 'agent-loop', server: everything, environment: () => ({}) },
  { name: 'real-wassette', environment: () => (process.env['WASSETTE_BIN'] ? { WASSETTE_BIN: process.env['WASSETTE_BIN'] } : undefined), live: /the time that Wassette gives/ },
]

const root = join(import.meta.dirname, '..')
const work = realpathSync(mkdtempSync(join(tmpdir(), 'shadowcat-examples-')))
/** Told to every process that is started, so that those which are left are found. */
const mark = `shadowcat-examples-${process.pid}-${Date.now()}`
/** A network of its own, with nothing in it. */
const unconnected = spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn'] : []
const problems: string[] = []

try {
  const tarball = pack()
  checkPackage(tarball)
  attempt('README', () => checkReadme(tarball))
  for (const example of examples) attempt(example.name, () => check(example, tarball))
  console.log(unconnected.length > 0 ? '\nThe runs with CI=true had no network.' : '\nThe runs with CI=true could not be cut off from the network here.')
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 })
}
for (const problem of problems) console.error(`\n${problem}`)
if (problems.length > 0) process.exitCode = 1

/** What `npm pack` makes of a fresh clone; dist/ itself may be in use, and may hold more. */
function pack(): string {
  const clone = join(work, 'clone')
  mkdirSync(clone)
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, file), join(clone, file))
  must('node', [join(root, 'build.ts'), join(clone, 'dist')])
  must('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', work], { cwd: clone })
  return join(work, readdirSync(work).find((name) => name.endsWith('.tgz'))!)
}

/** As registries' readers and TypeScript see the package. */
function checkPackage(tarball: string): void {
  const tools = { publint: [tarball, '--strict'], attw: [tarball, '--profile', 'esm-only', '--no-color', '--format', 'ascii'] }
  for (const [tool, args] of Object.entries(tools)) {
    attempt(`${tool} of the package`, () => {
      must(join(root, 'node_modules/.bin', tool), args)
      return 'no findings'
    })
  }
}

function check({ name, server, environment, live }: Example, tarball: string): string {
  const project = install(name, tarball)
  const said = [`${runWithoutServer(project, server)} in CI`]
  const recording = environment()
  if (!recording) return `${said[0]}; not recorded, for its server is not here`

  const tapes = globSync('tapes/**/*.tape', { cwd: project })
  renameSync(join(project, 'tapes'), join(project, 'committed'))
  const recorded = run(project, { recorded: true, environment: recording })
  same(tapes, globSync('tapes/**/*.tape', { cwd: project }), 'other tapes were recorded than are committed')
  for (const tape of tapes.filter((path) => !live?.test(path))) must('node', ['node_modules/shadowcat/dist/cli/main.js', 'tape', 'diff', tape.replace(/^tapes/, 'committed'), tape], { cwd: project })
  const files = filesOf(project)
  const replayed = run(project, { recorded: false, environment: recording })
  same(files, filesOf(project), 'a second run changed files')
  return [...said, `${recorded} recorded`, `${replayed} replayed`].join(', ')
}

/** What the README has people type under "In vitest". */
function checkReadme(tarball: string): string {
  const section = readFileSync(join(root, 'README.md'), 'utf8').split(/^## /m).find((part) => part.startsWith('In vitest\n'))!
  const blocks = [...section.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language, text]) => ({ language, text: text! }))
  const packages = blocks[0]!.text.trim().split(' ').filter((word) => !/^(npm|install|--save-dev)$/.test(word))
  const [config, first, second] = blocks.filter(({ language }) => language === 'ts').map(({ text }) => text)
  const project = join(work, 'README')
  mkdirSync(project)
  const files = {
    'package.json': JSON.stringify({ private: true, type: 'module', devDependencies: Object.fromEntries(packages.map((name) => [name, '*'])) }),
    'vitest.config.ts': config!,
    'sum.test.ts': first!,
    'options.test.ts': `import { test } from 'shadowcat/vitest'\n${second!}`,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)
  installPackages(project, tarball)
  return [`${run(project, { recorded: true, environment: {} })} recorded`, `${runWithoutServer(project, everything)} in CI`].join(', ')
}

/** A copy outside of the repository. */
function install(name: string, tarball: string): string {
  const project = join(work, name)
  cpSync(join(import.meta.dirname, name), project, { recursive: true, filter: (path) => !path.includes('node_modules') })
  installPackages(project, tarball)
  return project
}

/** In the versions that the repository has. */
function installPackages(project: string, tarball: string): void {
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as Record<string, unknown>
  for (const kind of ['dependencies', 'devDependencies']) manifest[kind] = pinned((manifest[kind] ?? {}) as Record<string, string>, tarball)
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, undefined, 2))
  must('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--silent'], { cwd: project })
}

function pinned(dependencies: Record<string, string>, tarball: string): Record<string, string> {
  const versionOf = (name: string): string => (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version
  return Object.fromEntries(Object.keys(dependencies).map((name) => [name, name === 'shadowcat' ? `file:${tarball}` : versionOf(name)]))
}

function runWithoutServer(project: string, server: string | undefined): string {
  const away = join(work, 'away')
  if (server) renameSync(join(project, server), away)
  const files = filesOf(project)
  const passed = run(project, { recorded: false, environment: { CI: 'true' }, under: unconnected })
  same(files, filesOf(project), 'a run in CI changed files')
  if (server) renameSync(away, join(project, server))
  return passed
}

type RunOptions = { recorded: boolean; environment: Record<string, string>; under?: string[] }

/** Runs vitest, and says how many tests passed. Throws when one did not, when calls were made otherwise than they should, or when something is left behind. */
function run(project: string, { recorded, environment, under = [] }: RunOptions): string {
  const report = join(work, 'report.json')
  const temporary = mkdtempSync(join(work, 'tmp-'))
  // Nothing but what is said here: this may itself be run in CI. The compile cache would be npm's.
  const env = { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`, HOME: process.env['HOME'], TMPDIR: temporary, SHADOWCAT_CACHE: join(work, 'cache'), NO_COLOR: '1', NODE_DISABLE_COMPILE_CACHE: '1', SHADOWCAT_EXAMPLES: mark, ...environment }
  const [command, ...args] = [...under, process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const output = must(command!, args, { cwd: project, env })
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const tallies = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ meta }) => meta.shadowcat))
  const wrong = tallies.filter((tally) => !tally || (recorded ? tally.recorded === 0 || tally.replayed > 0 : tally.replayed === 0 || tally.recorded > 0))
  if (tallies.length === 0 || wrong.length > 0) throw new Error(`${wrong.length} of ${tallies.length} tests were not ${recorded ? 'recorded' : 'replayed'}:\n${output}`)
  same([], readdirSync(temporary), 'files were left in the temporary folder')
  same([], processesLeft(), 'processes were left')
  return `${numPassedTests} passed`
}

type Report = { numPassedTests: number; testResults: { assertionResults: { meta: { shadowcat?: { recorded: number; replayed: number } } }[] }[] }

/** Where there is /proc. What ends by itself has a moment to do so. */
function processesLeft(tries = 20): string[] {
  const left = globSync('/proc/[0-9]*/environ').filter((path) => {
    try {
      return readFileSync(path, 'latin1').includes(`SHADOWCAT_EXAMPLES=${mark}`)
    } catch (error) {
      // It has ended meanwhile, or belongs to somebody else.
      if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
  })
  if (left.length === 0 || tries === 0) return left
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
  return processesLeft(tries - 1)
}

/** SHA-256 by path of what a project consists of. */
function filesOf(project: string): Record<string, string> {
  const paths = globSync('**', { cwd: project, exclude: ['node_modules'] }).filter((path) => statSync(join(project, path)).isFile())
  return Object.fromEntries(paths.sort().map((path) => [path, createHash('sha256').update(readFileSync(join(project, path))).digest('hex')]))
}

function same(expected: object, actual: object, otherwise: string): void {
  if (JSON.stringify(expected) !== JSON.stringify(actual)) throw new Error(`${otherwise}:\n  ${JSON.stringify(expected)}\n  ${JSON.stringify(actual)}`)
}

/** Runs a program, and returns what it said; throws that when it does not end well. */
function must(command: string, args: readonly string[], options: SpawnSyncOptions = {}): string {
  const { status, error, stdout, stderr } = spawnSync(command === 'node' ? process.execPath : command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status ?? error?.message}:\n${stdout}${stderr}`)
  return `${stdout}${stderr}`
}

/** One line of the table. */
function attempt(name: string, act: () => string): void {
  const start = performance.now()
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`.padStart(7)
  try {
    const said = act()
    console.log(`✓ ${name.padEnd(24)} ${seconds()}  ${said}`)
  } catch (error) {
    problems.push(`${name}: ${(error as Error).message}`)
    console.log(`✗ ${name.padEnd(24)} ${seconds()}`)
  }
}
