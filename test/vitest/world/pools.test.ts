import { describe, expect, test } from 'vitest'
import { createProject } from '../project.ts'

const inner = ['vitest/world/als', 'vitest/world/world']

/** The fixture as the plugin makes it, and natives to compare with. */
const world = `
import { test as plain, vi } from 'vitest'
import { enterWorldStore } from './node_modules/shadowcat/dist/vitest/world/als.js'
import { createTestWorld } from './node_modules/shadowcat/dist/vitest/world/world.js'

export const epoch = new Date('2026-01-31T12:00:00.000Z')
export const hour = 3_600_000
export const native = { Date, random: Math.random, setTimeout, uuid: Object.getOwnPropertyDescriptor(crypto, 'randomUUID') }
export const test = plain.extend({
  settings: {},
  world: async ({ task, settings }, use) => {
    const store = enterWorldStore()
    const number = Number(/\\d+/.exec(task.name)?.[0] ?? 42)
    const world = await createTestWorld({ store, epoch: new Date(epoch.getTime() + number * hour), seed: BigInt(number), settings: { date: 'held', random: 'held', timers: 'real', ...settings } })
    try {
      await use(world)
    } finally {
      world.leave()
    }
  },
})
export { vi }
`

const crowd = `
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { epoch, hour, native, test } from './world.mjs'

const rows = Array.from({ length: 250 }, (_, i) => i)
describe.concurrent('timers are real', () => {
  test.for(rows)('test %i', async (i, { world, expect }) => {
    const seen = []
    for (let k = 0; k < 3; k++) {
      seen.push([Date.now() - world.epoch.getTime(), Math.random(), randomUUID(), crypto.getRandomValues(new Uint8Array(4)).join()])
      await (k === 1 ? new Promise((resolve) => setImmediate(resolve)) : sleep(i % 3))
      world.answered()
    }
    expect(seen.map(([time]) => time)).toEqual([0, 1, 2])
    console.log('seen ' + i + ' ' + createHash('sha256').update(JSON.stringify(seen)).digest('hex'))
  })
})
describe.concurrent('timers are held', () => {
  test.override({ settings: { timers: 'auto' } })
  test.for(rows)('test %i', async (i, { world, expect }) => {
    const begun = Date.now()
    for (let attempt = 1; attempt <= 3; attempt++) await sleep(attempt * hour + i)
    await new Promise((resolve) => setTimeout(resolve, i))
    expect(Date.now() - begun).toBe(6 * hour + 4 * i)
  })
})
`

const ends = `
import { describe, expect } from 'vitest'
import { epoch, native, test, vi } from './world.mjs'

const untouched = () => {
  expect(Date).toBe(native.Date)
  expect(Date.now()).toBeGreaterThan(epoch.getTime() + 1e9)
  expect(Math.random).toBe(native.random)
  expect(setTimeout).toBe(native.setTimeout)
  expect(Object.getOwnPropertyDescriptor(crypto, 'randomUUID')).toBe(native.uuid)
}
describe.each(['real', 'auto', 'manual'])('timers %s', (timers) => {
  test.override({ settings: { timers } })
  test('fails 1', ({ world }) => {
    expect(Date.now()).toBe(0)
  })
  test('untouched after a failing one', untouched)
  test('takes too long 2', { timeout: 50 }, ({ world }) => new Promise(() => undefined))
  test('untouched after one that was cut off', untouched)
  let attempts = 0
  test('is retried 3', { retry: 1 }, ({ world }) => {
    expect(Date.now()).toBe(world.epoch.getTime())
    expect(attempts++).toBe(1)
  })
  test('untouched after a retried one', untouched)
  test('is skipped 4', ({ world, skip }) => skip())
  test('untouched after a skipped one', untouched)
})
describe('fake timers of the user', () => {
  test('over it 5', ({ world }) => {
    vi.useFakeTimers()
    expect(Date.now()).toBe(world.epoch.getTime())
    vi.advanceTimersByTime(5)
    expect(Date.now()).toBe(world.epoch.getTime() + 5)
  })
  test('left in place 6', ({ world }) => {
    expect(Date.now()).toBe(epoch.getTime() + 5 * 3_600_000 + 5)
    vi.useRealTimers()
    expect(Date.now()).toBe(world.epoch.getTime())
  })
  test('untouched when they are gone', untouched)
  describe('before it', () => {
    test.beforeEach(() => void vi.useFakeTimers({ now: 1000 }))
    test.afterEach(() => void vi.useRealTimers())
    test('rule 7', ({ world }) => {
      expect(Date.now()).toBe(1000)
    })
  })
  test('untouched when they were before it', untouched)
})
`

describe.each(['forks', 'threads'])('in the pool %s', (pool) => {
  test('500 tests at the same time, each with its own time, numbers and timers, twice the same', { timeout: 120_000 }, async () => {
    using project = createProject({ inner, files: { 'world.mjs': world, 'crowd.test.mjs': crowd }, config: `export default { test: { pool: '${pool}', maxConcurrency: 500 } }` })
    const [first, second] = [await project.run(), await project.run({ args: ['--maxConcurrency=7'] })]
    expect([first.exitCode, first.json?.numPassedTests], first.stdout + first.stderr).toEqual([0, 500])
    const seen = (stdout: string): string[] => [...new Set(stdout.match(/seen .*/g))].sort()
    expect(seen(first.stdout)).toHaveLength(250)
    expect(new Set(seen(first.stdout).map((line) => line.split(' ')[2])).size).toBe(250)
    expect(seen(second.stdout)).toEqual(seen(first.stdout))
  })

  test.each([{ args: [] }, { args: ['--no-isolate'] }])('all is undone however a test ends $args', { timeout: 120_000 }, async ({ args }) => {
    using project = createProject({ inner, files: { 'world.mjs': world, 'ends.test.mjs': ends, 'again.test.mjs': ends }, config: `export default { test: { pool: '${pool}' } }` })
    const run = await project.run({ args })
    const failed = run.json?.testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName))
    const meant = ['real', 'auto', 'manual'].flatMap((timers) => [`timers ${timers} fails 1`, `timers ${timers} takes too long 2`])
    expect(failed?.sort(), run.stdout + run.stderr).toEqual([...meant, ...meant].sort())
  })
})

const held = `
import { expect } from 'vitest'
import { epoch, test, vi } from './world.mjs'
test('held 1', ({ world }) => {
  expect(Date.now()).toBe(EXPECTED)
})
`

test.each([
  { when: 'before it was loaded', setup: 'vi.useFakeTimers()', error: 'fake timers stood in the place of setTimeout or Date when shadowcat/vitest was loaded' },
  { when: 'Date alone, before it was loaded', setup: 'vi.setSystemTime(5)', error: 'fake timers stood in the place of setTimeout or Date when shadowcat/vitest was loaded' },
  { when: 'after it was loaded', setup: "await import('./world.mjs'); vi.useFakeTimers({ now: 77 })", error: undefined },
])('a setup file that fakes timers $when', { timeout: 60_000 }, async ({ setup, error }) => {
  using project = createProject({ inner,
    files: { 'world.mjs': world, 'held.test.mjs': held.replace('EXPECTED', '77'), 'setup.mjs': `import { vi } from 'vitest'\n${setup}\n` },
    config: "export default { test: { setupFiles: ['./setup.mjs'] } }",
  })
  const run = await project.run()
  const messages = run.json?.testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ failureMessages }) => failureMessages)) ?? []
  expect([run.exitCode, messages.length], run.stdout + run.stderr).toEqual(error === undefined ? [0, 0] : [1, 1])
  if (error !== undefined) expect(messages[0]).toContain(error)
})
