import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Project, type Run, createProject } from './project.ts'

const ci = { CI: 'true' }
const tape = 'tapes/a.test.mjs/file.tape'

/** A file whose tests share one session with a server that leaves a mark when it starts. */
function project(body: string): Project {
  return createProject({
    files: {
      'server.mjs': "import { appendFileSync } from 'node:fs'\nappendFileSync('started.log', 'x')\nawait import('./echo.mjs')\n",
      'echo.mjs': readFileSync(join(import.meta.dirname, '../fixtures/servers/echo.mjs'), 'utf8'),
      'a.test.mjs': `import { expect, test } from 'shadowcat/vitest'\ntest.override({ shadowcat: { scope: 'file' } })\nconst word = process.env.WORD ?? 'one'\n${body}`,
    },
    options: { upstream: { command: ['node', 'server.mjs'] } },
  })
}

const three = `
  test('first', async ({ session, world }) => {
    await session.callTool('echo', { text: word, at: Date.now() - world.epoch.getTime() })
    expect(session.calls.length).toBe(1)
  })
  test('second', async ({ client, session, world }) => {
    expect(session.calls.length).toBe(0)
    await client.callTool({ name: 'echo', arguments: { text: 'second', at: Date.now() - world.epoch.getTime() } })
    expect(Date.now() - world.epoch.getTime()).toBe(1)
  })
  if (word !== 'dropped') test('third', async ({ session }) => void (await session.callTool('echo', { text: 'third' })))
`

const statuses = ({ json }: Run): Record<string, string> => Object.fromEntries((json?.testResults ?? []).flatMap((file) => file.assertionResults).map(({ title, status }) => [title, status]))
const passed = { first: 'passed', second: 'passed', third: 'passed' }

test('the tests of a file share one server and one tape, each with a world of its own', async () => {
  using subject = project(three)
  expect(statuses(await subject.run())).toEqual(passed)
  expect(subject.read('started.log')).toBe('x')
  const before = subject.snapshotOfFiles()
  expect(Object.keys(before).filter((name) => name.endsWith('.tape'))).toEqual([tape])
  const run = await subject.run({ env: ci })
  expect([statuses(run), run.exitCode]).toEqual([passed, 0])
  expect(run.json?.testResults[0]?.assertionResults.map(({ meta }) => meta.shadowcat?.['replayed'])).toEqual([1, 1, 1])
  expect(subject.snapshotOfFiles()).toEqual(before)
})

test('a miss fails the test that made it alone, and calls that nobody makes fail the file when all of it ran', async () => {
  using subject = project(three)
  await subject.run()
  const missed = await subject.run({ env: { ...ci, WORD: 'two' } })
  expect(statuses(missed)).toEqual({ first: 'failed', second: 'passed', third: 'passed' })
  expect(missed.stderr).not.toContain('was not made')
  const dropped = await subject.run({ env: { ...ci, WORD: 'one' }, args: ['-t', 'first'] })
  expect(dropped.exitCode).toBe(0)
  subject.write('a.test.mjs', subject.read('a.test.mjs').replace("test('third'", "if (false) test('third'"))
  const unused = await subject.run({ env: ci })
  expect(unused.exitCode).toBe(1)
  expect(unused.stderr).toContain(`1 recorded call was not made: ${tape}`)
})

test('what only some of the tests say takes the place of no tape, and neither does what a failing test says', async () => {
  using subject = project(three)
  const some = await subject.run({ args: ['-t', 'first'] })
  expect([some.exitCode, subject.exists(tape)]).toEqual([0, false])
  expect(some.stderr).toContain(`${tape} was not recorded: the tests of this file share one session, and only some of them ran`)
  await subject.run()
  const before = subject.snapshotOfFiles()[tape]
  const anew = await subject.run({ args: ['-t', 'first', '-u'], env: { WORD: 'other' } })
  expect([anew.exitCode, subject.snapshotOfFiles()[tape]]).toEqual([1, before])
  expect(anew.stderr).toContain('Run the whole file to record it')
  subject.write('a.test.mjs', subject.read('a.test.mjs').replace('toBe(0)', 'toBe(7)'))
  await subject.run({ args: ['-u'], env: { WORD: 'other' } })
  expect(subject.snapshotOfFiles()[tape]).toBe(before)
})
