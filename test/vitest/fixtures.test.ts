import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Project, type Run, createProject } from './project.ts'

const servers = join(import.meta.dirname, '../fixtures/servers')
const ci = { CI: 'true' }

/** The echo server, which leaves a mark when it is started. */
const echo = {
  'server.mjs': "import { appendFileSync } from 'node:fs'\nappendFileSync('started.log', 'x')\nawait import('./echo.mjs')\n",
  'echo.mjs': readFileSync(join(servers, 'echo.mjs'), 'utf8'),
}

function projectWith(body: string, options: object = { upstream: { command: ['node', 'server.mjs'] } }): Project {
  return createProject({ files: { ...echo, 'a.test.mjs': `import { expect, test } from 'shadowcat/vitest'\n${body}` }, options })
}

/** What vitest says of each test: how it ended, and why. */
function outcomes({ json, stdout, stderr }: Run): Record<string, string> {
  if (!json) throw new Error(`no report:\n${stdout}${stderr}`)
  return Object.fromEntries(json.testResults.flatMap((file) => file.assertionResults).map((one) => [one.title, [one.status, ...one.failureMessages.map((text) => text.split('\n')[0])].join(': ')]))
}

const tapesOf = (project: Project): string[] => Object.keys(project.snapshotOfFiles()).filter((name) => name.startsWith('tapes/'))

test('a first run records, a second replays without the server, a third in CI, and no byte of a tape changes', async () => {
  using project = projectWith(`
    test('a session', async ({ session, tape, world }) => {
      const result = await session.callTool('echo', { text: 'hello', at: Date.now(), id: crypto.randomUUID(), large: 18446744073709551615n })
      expect(result.structuredContent.large).toBe(18446744073709551615n)
      expect(result.structuredContent.at).toBe(world.epoch.getTime())
      expect(Date.now()).toBe(world.epoch.getTime() + 1)
      expect([tape.recording, tape.entries().length]).toEqual([process.env.RECORDS === 'yes', 5])
    })
    test('a client', async ({ client }) => {
      expect((await client.callTool({ name: 'echo', arguments: { chance: Math.random() } })).isError).toBe(false)
    })
    test('no session, but the world', ({ world }) => expect(world.now()).toBe(Date.now()))
    test('nothing', ({ session }) => expect(session.calls).toEqual([]))
  `)
  const first = await project.run({ env: { RECORDS: 'yes' } })
  expect(outcomes(first)).toEqual({ 'a session': 'passed', 'a client': 'passed', 'no session, but the world': 'passed', nothing: 'passed' })
  expect(tapesOf(project)).toEqual(['a client', 'a session', 'no session, but the world'].map((name) => `tapes/a.test.mjs/${name}.tape`))
  project.remove('server.mjs')
  const before = project.snapshotOfFiles()
  for (const env of [{}, ci]) {
    expect(new Set(Object.values(outcomes(await project.run({ env }))))).toEqual(new Set(['passed']))
    expect(project.snapshotOfFiles()).toEqual(before)
  }
})

test('in CI a test without a tape fails and says what to do; nothing is recorded and no server started', async () => {
  using project = projectWith(`
    test('alone', async ({ session }) => void (await session.callTool('echo')))
    test('caught', async ({ session }) => void (await session.callTool('echo').catch(() => undefined)))
    test.fails('expected to fail', async ({ session }) => void (await session.callTool('echo')))
    test('by client', async ({ client }) => void (await client.callTool({ name: 'echo' })))
  `)
  const files = project.snapshotOfFiles()
  const run = await project.run({ env: ci })
  expect(run.exitCode).toBe(1)
  const failure = (title: string): string => `failed: ShadowcatError: there is no tape tapes/a.test.mjs/${title}.tape, and nothing is recorded because this is CI, as the variable CI says. Record it where it is not, and commit it: npx vitest run a.test.mjs -t `
  const found = outcomes(run)
  expect(found['alone']).toBe(`${failure('alone')}alone`)
  expect(found['caught']).toBe(`${failure('caught')}caught`)
  expect(found['expected to fail']).toBe(`${failure('expected to fail')}"expected to fail"`)
  expect(found['by client']).toBe(`${failure('by client')}"by client"`)
  // The line of the call, also where it was caught.
  expect(run.stderr).toMatch(/a\.test\.mjs:4:\d+/)
  const after = Object.entries(project.snapshotOfFiles()).filter(([name]) => !name.startsWith('.vitest/'))
  expect(Object.fromEntries(after)).toEqual(files)
})

test('a miss fails its test once, whoever caught it, and so does a recorded call that is not made', async () => {
  using project = projectWith(`
    const word = process.env.WORD ?? 'one'
    const say = (session, text) => session.callTool('echo', { text })
    test('thrown', ({ session }) => say(session, word))
    test('caught', async ({ session }) => void (await say(session, word).catch(() => undefined)))
    test('caught and thrown', async ({ session }) => {
      await say(session, word).catch(() => undefined)
      await say(session, word)
    })
    test('in other words', ({ session }) => say(session, word).catch((error) => { throw new Error('the agent gave up: ' + error.message) }))
    test.fails('expected to fail', async ({ session }) => {
      await say(session, word).catch(() => undefined)
      throw new Error('as expected')
    })
    test('dropped', async ({ session }) => {
      await say(session, 'always')
      if (word === 'one') await say(session, 'sometimes')
    })
    test('failed', async ({ session }) => {
      await say(session, 'always')
      expect(word).toBe('one')
      await say(session, 'never')
    })
    test('ignored', { meta: { shadowcat: { ignore: ['/params/arguments/text'] } } }, ({ session }) => say(session, word))
  `)
  expect(new Set(Object.values(outcomes(await project.run())))).toEqual(new Set(['passed']))
  const run = await project.run({ env: { ...ci, WORD: 'two' } })
  const miss = (title: string): string => `: MissError: tools/call "echo" was not recorded so in tapes/a.test.mjs/${title}.tape`
  expect(outcomes(run)).toEqual({
    thrown: `failed${miss('thrown')}`,
    caught: `failed${miss('caught')}`,
    'caught and thrown': `failed${miss('caught and thrown')}${miss('caught and thrown')}`,
    'in other words': `failed: Error: the agent gave up${miss('in other words').replace(' MissError:', '')}`,
    'expected to fail': expect.stringContaining(miss('expected to fail')),
    dropped: 'failed: UnusedError: 1 recorded call was not made: tapes/a.test.mjs/dropped.tape',
    failed: expect.stringMatching(/^failed: AssertionError: expected 'two' to be 'one'[^:]*$/),
    ignored: 'passed',
  })
  expect(run.json?.testResults[0]?.assertionResults.find(({ title }) => title === 'dropped')?.meta.shadowcat).toMatchObject({ replayed: 1, missed: 0, unused: 1 })
  expect(run.stderr).toContain('What was said: .vitest/attachments/')
  // Where tapes may change, what was not asked is told, and the tests pass.
  const local = outcomes(await project.run({ env: { WORD: 'two' }, args: ['-t', 'dropped'] }))
  expect(local['dropped']).toBe('passed')
})

test('a test that fails leaves no tape and no folder, its older tape stays, and a later attempt counts', async () => {
  using project = projectWith(`
    let attempts = 0
    const call = (session) => session.callTool('echo', { text: process.env.WORD ?? 'one' })
    test('failing', async ({ session }) => {
      await call(session)
      expect(process.env.WORD).toBe('fine')
    })
    test('cut off', { timeout: 200 }, async ({ session }) => {
      await call(session)
      await new Promise(() => undefined)
    })
    test('failing when it ends', async ({ session, onTestFinished }) => {
      onTestFinished(() => expect(process.env.WORD).toBe('fine'))
      await call(session)
    })
  `)
  const failed = await project.run()
  expect(Object.values(outcomes(failed)).map((text) => text.split(':')[0])).toEqual(['failed', 'failed', 'failed'])
  expect(tapesOf(project)).toEqual([])
  expect(project.exists('tapes/a.test.mjs')).toBe(false)
  await project.run({ env: { WORD: 'fine' } })
  expect(tapesOf(project)).toEqual(['tapes/a.test.mjs/failing when it ends.tape', 'tapes/a.test.mjs/failing.tape'])
  const before = tapesOf(project).map((name) => project.read(name))
  await project.run({ args: ['-u'], env: { WORD: 'other' } })
  expect(tapesOf(project).map((name) => project.read(name))).toEqual(before)
})

test('retries and repetitions begin their tape anew; a test that skips itself, or is expected to fail, is recorded', async () => {
  using project = projectWith(`
    let attempts = 0
    test('retried', { retry: 2 }, async ({ session }) => {
      await session.callTool('echo', { text: 'first' })
      if (attempts++ === 0) throw new Error('the first time')
      await session.callTool('echo', { text: 'second' })
    })
    test('repeated', { repeats: 2 }, async ({ session }) => void (await session.callTool('echo', { text: 'again' })))
    test('skipped', async ({ session, skip }) => {
      await session.callTool('echo', { text: 'is it there?' })
      skip('it is not')
    })
    test.fails('expected to fail', async ({ session }) => {
      await session.callTool('echo', { text: 'x' })
      throw new Error('as expected')
    })
  `)
  const expected = { retried: expect.stringMatching(/^passed/), repeated: 'passed', skipped: 'skipped', 'expected to fail': 'passed' }
  expect(outcomes(await project.run())).toEqual(expected)
  const before = project.snapshotOfFiles()
  expect(Object.keys(before).filter((name) => name.endsWith('.tape'))).toHaveLength(4)
  const run = await project.run({ env: ci })
  expect([outcomes(run), run.exitCode]).toEqual([expected, 0])
})

test('a tape that cannot be read is never recorded anew unasked, and what keeps a test from recording is told', async () => {
  using project = projectWith("test('one', async ({ session }) => void (await session.callTool('echo')))\ntest.fails('two', async ({ session }) => void (await session.callTool('echo')))\n", {})
  const none = outcomes(await project.run())
  expect(none['one']).toMatch(/^failed: ShadowcatError: tapes\/a\.test\.mjs\/one\.tape is to be recorded, and no server is named to record it from\. Name it in vitest\.config\.ts: shadowcat\(\{ upstream/)
  project.write('tapes/a.test.mjs/one.tape', 'SQLite format 3\0')
  project.write('tapes/a.test.mjs/two.tape', 'no tape')
  const damaged = outcomes(await project.run())
  expect(damaged['one']).toMatch(/^failed: ShadowcatError: .*one\.tape/)
  expect(damaged['two']).toMatch(/^failed: ShadowcatError: .*two\.tape is not a tape: it is text/)
  expect([project.read('tapes/a.test.mjs/one.tape'), project.read('tapes/a.test.mjs/two.tape')]).toEqual(['SQLite format 3\0', 'no tape'])
})

test("a test of one's own has the fixtures too, the world holds after beforeEach, and a describe may have another server", async () => {
  const dice = readFileSync(join(servers, 'dice.mjs'), 'utf8')
  using project = createProject({
    files: {
      ...echo,
      'dice.mjs': dice,
      'serve.mjs': readFileSync(join(servers, 'serve.mjs'), 'utf8'),
      'own.test.mjs': `
        import { test as vitestTest, expect, describe } from 'vitest'
        import { shadowcatFixtures } from 'shadowcat/vitest'
        const test = vitestTest.extend({ title: async ({ task }, use) => use(task.name) }).extend(shadowcatFixtures).extend({
          echo: async ({ session }, use) => use((text) => session.callTool('echo', { text })),
        })
        test.beforeEach(async ({ session }) => void (await session.callTool('echo', { text: 'before' })))
        test('mine', async ({ echo, title, session, world }) => {
          await echo(title)
          expect(session.calls.length).toBe(2)
          expect(Date.now() - world.epoch.getTime()).toBe(2)
        })
        describe('of dice', () => {
          test.override({ shadowcat: { upstream: { command: ['node', 'dice.mjs'] } } })
          test('drawn', async ({ session }) => expect((await session.callTool('uuid')).content[0].text).toMatch(/^[0-9a-f-]{36}$/))
        })
      `,
    },
    options: { upstream: { command: ['node', 'server.mjs'] } },
  })
  for (const env of [{}, ci]) expect(outcomes(await project.run({ env }))).toEqual({ mine: 'passed', drawn: 'passed' })
})

test('a component that runs here has the epoch of its test, also when it is recorded anew, and verifies', async () => {
  using project = createProject({
    files: {
      'clock.wasm': readFileSync(join(import.meta.dirname, '../fixtures/components/clock.wasm')),
      'a.test.mjs': `import { expect, test } from 'shadowcat/vitest'
        test('agrees', async ({ session, world }) => {
          const { content } = await session.callTool((await session.listTools()).map(({ name }) => name).find((name) => name.endsWith('wall')))
          const said = JSON.parse(content[0].text, (key, value, { source }) => (typeof value === 'number' ? BigInt(source) : value))
          expect((said.result ?? said) / 1_000_000n).toBe(BigInt(world.epoch.getTime()))
          expect(Math.abs(Date.now() - world.epoch.getTime())).toBeLessThan(5)
        })`,
    },
    options: { upstream: { components: ['clock.wasm'] } },
  })
  await project.run()
  const [first] = tapesOf(project).map((name) => project.snapshotOfFiles()[name])
  for (const run of [{ args: ['-u'] }, { env: ci }, { env: { SHADOWCAT_MODE: 'verify' } }]) {
    expect(outcomes(await project.run(run))).toEqual({ agrees: 'passed' })
    expect(tapesOf(project).map((name) => project.snapshotOfFiles()[name])).toEqual([first])
  }
})
