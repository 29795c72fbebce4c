import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const sources = globSync('src/**/*.ts', { cwd: root })

/** Folders by level; what stands in src/ itself is level 0. A file imports from its own folder and from lower levels. */
const levels = [['process', 'transport', 'world', 'component'], ['interceptor', 'tape'], ['proxy', 'replay', 'wassette', 'host', 'oci', 'bench'], ['open', 'verify'], ['vitest', 'cli']]
/** Edges between siblings that the design allows. */
const allowedSiblings = new Set(['transport → process'])
/** Packages that these folders alone may import. */
const owners: Record<string, string[]> = { 'better-sqlite3': ['tape'], execa: ['process'], vitest: ['vitest'], seedrandom: ['vitest'], '@bytecodealliance/jco-transpile': ['host'], '@sinonjs/fake-timers': ['vitest'], yaml: ['component'] }

function folderOf(path: string): string {
  const folder = dirname(relative('src', path)).split('/')[0]!
  return folder === '.' ? '' : folder
}

function levelOf(folder: string): number {
  const level = levels.findIndex((folders) => folders.includes(folder))
  if (folder !== '' && level === -1) throw new Error(`src/${folder} stands on no level: add it to the design and here`)
  return level + 1
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8')
  return [...text.matchAll(/(?:^|\n)(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g)].map((match) => (match[1] ?? match[2] ?? match[3])!)
}

const edges = sources.flatMap((from) =>
  importsOf(from).filter((name) => name.startsWith('.')).map((name) => ({ from, to: relative(root, join(root, dirname(from), name)) })),
)

test.each(sources)('%s imports only downwards', (path) => {
  const mine = folderOf(path)
  if (path === 'src/index.ts') return
  const upward = edges.filter(({ from }) => from === path).filter(({ to }) => {
    const other = folderOf(to)
    return other !== mine && levelOf(other) >= levelOf(mine) && !allowedSiblings.has(`${mine} → ${other}`)
  })
  expect(upward).toEqual([])
})

test('no import names a file that is not there', () => {
  expect(edges.filter(({ to }) => !existsSync(join(root, to)))).toEqual([])
})

test('there are no cycles', () => {
  const graph = Map.groupBy(edges, ({ from }) => from)
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (trail.includes(path) || done.has(path)) return
    for (const { to } of graph.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of sources) visit(path, [])
  expect(cycles).toEqual([])
})

test.each(Object.entries(owners))('%s is imported where it belongs alone', (name, folders) => {
  const users = sources.filter((path) => importsOf(path).some((used) => used === name || used.startsWith(`${name}/`)))
  expect(users.filter((path) => !folders.includes(folderOf(path)))).toEqual([])
})

describe('every source has a test of the same name', () => {
  /** What holds types alone, or is run whole by the end-to-end tests. */
  const exempt = new Set(['src/tap.ts', 'src/transport.ts', 'src/upstream.ts', 'src/tape/entry.ts', 'src/verify/dependence/dependences.ts', 'src/vitest/seat.ts'])
  const viaCommandLine = (path: string): boolean => path.startsWith('src/cli/')
  test.each(sources.filter((path) => !exempt.has(path) && path !== 'src/index.ts' && !viaCommandLine(path)))('%s', (path) => {
    expect(existsSync(join(root, path.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')))).toBe(true)
  })
})

test('no source has more than 300 lines', () => {
  const long = sources.filter((path) => readFileSync(join(root, path), 'utf8').split('\n').length > 301)
  expect(long).toEqual([])
})

test('the public API is this', async () => {
  const api = await import('../src/index.ts')
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "Message",
      "ShadowcatError",
      "createMemoryPair",
      "createMessage",
      "createPlayer",
      "createRecorder",
      "createRedactor",
      "createSession",
      "createStdioListener",
      "createStdioTransport",
      "defineConfig",
      "diffRecordings",
      "findDependences",
      "forward",
      "fromSdk",
      "openTape",
      "openUpstream",
      "parseMessage",
      "parseScript",
      "readTape",
      "record",
      "toSdk",
      "verify",
    ]
  `)
})

test('what test files import is this', async () => {
  const api = await import('../src/vitest/index.ts')
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "RequestError",
      "expect",
      "shadowcatFixtures",
      "test",
    ]
  `)
})

test('what vitest.config.ts imports is this', async () => {
  const api = await import('../src/vitest/plugin.ts')
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "shadowcat",
    ]
  `)
})
