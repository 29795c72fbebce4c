import { expect, test } from 'vitest'
import { createProject } from '../project.ts'
import { expectRun, failuresOf, serverFiles, started, tapesOf, upstream } from './subject.ts'

const file = `
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test as plain, vi } from 'vitest'
import { test, expect } from 'shadowcat/vitest'

const hour = 3_600_000
const native = Date
/** What the code under test does: its time goes into what it sends. */
const ask = async (session) => JSON.parse((await session.callTool('echo', { now: Date.now(), iso: new Date().toISOString(), random: Math.random() })).content[0].text).now

describe('over the held world', () => {
  test.afterEach(() => void vi.useRealTimers())
  test('fake timers begin at its time and stand while calls are made', async ({ session, client, world }) => {
    vi.useFakeTimers()
    const begun = Date.now()
    expect(begun).toBe(world.epoch.getTime())
    expect(await ask(session)).toBe(begun)
    await client.callTool({ name: 'echo', arguments: { now: Date.now() } })
    vi.advanceTimersByTime(hour)
    expect(await ask(session)).toBe(begun + hour)
    vi.useRealTimers()
    expect(Date.now() - begun).toBeLessThan(100)
    await ask(session)
  })
  test('a time that is set goes into what is sent', async ({ session }) => {
    vi.setSystemTime(new Date('2030-01-01'))
    expect(await ask(session)).toBe(new Date('2030-01-01').getTime())
  })
  test('a timer of the code under test', async ({ session }) => {
    vi.useFakeTimers()
    const later = new Promise((resolve) => setTimeout(() => resolve(ask(session)), hour))
    await vi.advanceTimersByTimeAsync(hour)
    await later
  })
  test('Date alone', async ({ session }) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 5000 })
    expect(await ask(session)).toBe(5000)
  })
  plain('is undone', () => {
    expect([Date, vi.isFakeTimers()]).toEqual([native, false])
  })
})

describe('before the held world', () => {
  test.beforeEach(() => void vi.useFakeTimers({ now: 1000 }))
  test.afterEach(() => void vi.useRealTimers())
  test('the fake clock rules', async ({ session }) => {
    expect(await ask(session)).toBe(1000)
    vi.advanceTimersByTime(500)
    expect(await ask(session)).toBe(1500)
  })
  test('and can be ended', async ({ session, world }) => {
    await ask(session)
    vi.useRealTimers()
    const { now } = await session.callTool('echo', { real: true }).then(() => ({ now: Date.now() }))
    expect(now).toBeGreaterThan(0)
  })
})
describe('after the held world', () => {
  plain('nothing is left', () => {
    expect([Date, vi.isFakeTimers()]).toEqual([native, false])
  })
})

describe('held timers', () => {
  test.override({ shadowcat: { world: { timers: 'auto' } } })
  test('an hour of waiting is none, and is sent', async ({ session }) => {
    const begun = await ask(session)
    await sleep(hour)
    await new Promise((resolve) => setTimeout(resolve, hour))
    expect((await ask(session)) - begun).toBeGreaterThanOrEqual(2 * hour)
  })
  test('fake timers over them', async ({ session }) => {
    vi.useFakeTimers()
    const begun = await ask(session)
    vi.advanceTimersByTime(hour)
    expect(await ask(session)).toBe(begun + hour)
    vi.useRealTimers()
    await ask(session)
  })
})
`

test('fake timers of the user work over the held world and before it, recorded and replayed', async () => {
  using project = createProject({ files: { ...serverFiles, 'fake.test.mjs': file }, options: { upstream } })
  const passed = 10
  const first = await project.run()
  expectRun(first, { exitCode: 0, passed })
  const tapes = tapesOf(project)
  project.remove('server.mjs')
  for (const args of [['--pool=threads'], ['--pool=forks', '--no-isolate']]) {
    const run = await project.run({ args, env: { CI: 'true' } })
    expect(failuresOf(run)).toEqual({})
    expectRun(run, { exitCode: 0, passed })
    expect(tapesOf(project)).toEqual(tapes)
  }
  expect(started(project).length).toBe(8)
})

const conflict = `
import { beforeEach, vi } from 'vitest'
import { test } from 'shadowcat/vitest'
beforeEach(() => void vi.useFakeTimers())
test('held timers under fake ones', { meta: { shadowcat: { world: { timers: 'auto' } } } }, async ({ session }) => {
  await session.callTool('echo')
})
`

test('where both would hold the timers, what conflicts is said', async () => {
  using project = createProject({ files: { ...serverFiles, 'conflict.test.mjs': conflict }, options: { upstream } })
  const run = await project.run()
  expectRun(run, { exitCode: 1, passed: 0, failed: 1 })
  expect(failuresOf(run)['held timers under fake ones']).toContain("world.timers is 'auto', but setTimeout is faked already, as by vi.useFakeTimers(): call vi.useRealTimers() before the test begins")
  expect([started(project), tapesOf(project)]).toEqual([[], {}])
})
