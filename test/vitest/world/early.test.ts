import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createProject } from '../project.ts'

const server = readFileSync(join(import.meta.dirname, '../../fixtures/servers/echo.mjs'))

/** Takes its functions when it loads, in every way that packages do. */
const ids = `
import { createRequire } from 'node:module'
import nodeCrypto, { getRandomValues, randomFillSync, randomUUID, webcrypto } from 'node:crypto'
const required = createRequire(import.meta.url)('crypto')

const native = { randomUUID: typeof crypto !== 'undefined' && crypto.randomUUID && crypto.randomUUID.bind(crypto) }
const fill = crypto.getRandomValues.bind(crypto)
const named = randomUUID
const { randomUUID: ofModule, randomInt } = nodeCrypto
const { randomBytes } = required
const [webFill, nodeFill, syncFill] = [webcrypto.getRandomValues.bind(webcrypto), getRandomValues, randomFillSync]

export const draw = () => ({
  native: native.randomUUID(),
  fill: fill(new Uint8Array(16)).join(),
  named: named(),
  ofModule: ofModule({ disableEntropyCache: true }),
  randomInt: randomInt(2 ** 40),
  randomBytes: randomBytes(8).toString('hex'),
  fills: [webFill, nodeFill, syncFill].map((each) => each(new Uint16Array(4)).join()),
})
`

const draws = (first: string, second: string): string => `
${first}
${second}
test('alike in CI', async ({ session }) => {
  for (let i = 0; i < 2; i++) await session.callTool('echo', draw())
})
test('alike through the SDK', async ({ client }) => {
  await client.callTool({ name: 'echo', arguments: draw() })
})
plain('the machine rules outside of a world', () => {
  const [one, other] = [draw(), draw()]
  for (const name of Object.keys(one)) plainly(one[name], name).not.toEqual(other[name])
})
`
const own = "import { test } from 'shadowcat/vitest'\nimport { expect as plainly, test as plain } from 'vitest'"

const files = {
  'echo.mjs': server,
  'ids.mjs': ids,
  'node_modules/ids/package.json': '{ "name": "ids", "type": "module", "exports": "./ids.js" }',
  'node_modules/ids/ids.js': ids,
  'package-first.test.mjs': draws("import { draw } from 'ids'", own),
  'package-last.test.mjs': draws(own, "import { draw } from 'ids'"),
  'source-first.test.mjs': draws("import { draw } from './ids.mjs'", own),
  'source-last.test.mjs': draws(own, "import { draw } from './ids.mjs'"),
}
const upstream = "{ command: ['node', 'echo.mjs'] }"
const config = (others = ''): string => `import { shadowcat } from 'shadowcat/vitest/plugin'
export default { plugins: [shadowcat({ upstream: ${upstream} })], test: { ${others} } }
`

test('functions that a package takes when it loads send the same in CI, whatever is imported first, in every pool', { timeout: 120_000 }, async () => {
  using project = createProject({ files, config: config() })
  const first = await project.run()
  expect([first.exitCode, first.json?.numPassedTests], first.stdout + first.stderr).toEqual([0, 12])
  const recorded = project.snapshotOfFiles()
  for (const pool of ['forks', 'threads', 'vmForks', 'vmThreads']) {
    for (const isolation of ['--isolate', '--no-isolate']) {
      const { exitCode, json, stdout, stderr } = await project.run({ args: [`--pool=${pool}`, isolation, '--maxWorkers=1'], env: { CI: '1' } })
      expect([pool, isolation, exitCode, json?.numPassedTests], stdout + stderr).toEqual([pool, isolation, 0, 12])
    }
  }
  expect(project.snapshotOfFiles()).toEqual(recorded)
})

test("a setup file of the user's may load such a package as well", { timeout: 60_000 }, async () => {
  using project = createProject({ files: { ...files, 'setup.mjs': "import 'ids'\nimport './ids.mjs'\n" }, config: config("setupFiles: ['./setup.mjs']") })
  for (const env of [{}, { CI: '1' }]) {
    const { exitCode, json, stdout, stderr } = await project.run({ env })
    expect([exitCode, json?.numPassedTests], stdout + stderr).toEqual([0, 12])
  }
})

const spies = `
import nodeCrypto, { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { test as held } from 'shadowcat/vitest'

const fixed = '00000000-0000-4000-8000-000000000000'
describe.each([1, 2])('round %i', () => {
  test('a spy', () => {
    const spy = vi.spyOn(crypto, 'randomUUID').mockReturnValue(fixed)
    expect(crypto.randomUUID()).toBe(fixed)
    spy.mockRestore()
    expect(crypto.randomUUID()).not.toBe(fixed)
    expect(Object.keys(crypto)).toEqual([])
  })
  held('a spy in a world', ({ world }) => {
    const own = crypto.randomUUID()
    const spy = vi.spyOn(crypto, 'randomUUID').mockReturnValueOnce(fixed)
    expect(crypto.randomUUID()).toBe(fixed)
    world.seed(world.seedValue)
    expect(crypto.randomUUID()).toBe(own)
    expect(spy).toHaveBeenCalledTimes(2)
    vi.restoreAllMocks()
    world.seed(world.seedValue)
    expect(crypto.randomUUID()).toBe(own)
  })
  test('a spy on node:crypto', () => {
    vi.spyOn(nodeCrypto, 'randomUUID').mockReturnValue(fixed)
    expect(nodeCrypto.randomUUID()).toBe(fixed)
    vi.restoreAllMocks()
    expect(nodeCrypto.randomUUID()).not.toBe(fixed)
  })
  held('a stub of the whole', ({ world }) => {
    vi.stubGlobal('crypto', { randomUUID: () => fixed })
    expect(crypto.randomUUID()).toBe(fixed)
    vi.unstubAllGlobals()
    const own = crypto.randomUUID()
    world.seed(world.seedValue)
    expect(crypto.randomUUID()).toBe(own)
  })
  held('by name', ({ world }) => {
    const own = randomUUID()
    world.seed(world.seedValue)
    expect(randomUUID()).toBe(own)
  })
})
`

describe.each(['forks', 'threads', 'vmThreads'])('in the pool %s', (pool) => {
  test.each(['--isolate', '--no-isolate'])('spies and stubs of vitest stand over it, and leave it behind: %s', { timeout: 60_000 }, async (isolation) => {
    using project = createProject({ files: { 'echo.mjs': server, 'a.test.mjs': spies, 'b.test.mjs': spies }, config: config() })
    const { exitCode, json, stdout, stderr } = await project.run({ args: [`--pool=${pool}`, isolation, '--maxWorkers=1'] })
    expect([exitCode, json?.numPassedTests], stdout + stderr).toEqual([0, 20])
  })
})

const mocks = `
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { expect } from 'vitest'
import { test } from 'shadowcat/vitest'
const server = setupServer(http.post('https://example.test/ids', async ({ request }) => HttpResponse.json(await request.json())))
test.beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
test.afterAll(() => server.close())
test('what msw does draws none of the test\\'s numbers', async ({ session, world }) => {
  const alone = [crypto.randomUUID(), crypto.randomUUID()]
  world.seed(world.seedValue)
  const ids = [crypto.randomUUID()]
  const response = await fetch('https://example.test/ids', { method: 'POST', body: JSON.stringify(ids) })
  expect(await response.json()).toEqual(ids)
  ids.push(crypto.randomUUID())
  expect(ids).toEqual(alone)
  await session.callTool('echo', { ids })
})
`

test('msw goes on as it does', { timeout: 60_000 }, async () => {
  using project = createProject({ files: { 'echo.mjs': server, 'msw.test.mjs': mocks }, config: config() })
  for (const env of [{}, { CI: '1' }]) {
    const { exitCode, json, stdout, stderr } = await project.run({ env })
    expect([exitCode, json?.numPassedTests], stdout + stderr).toEqual([0, 1])
  }
})
