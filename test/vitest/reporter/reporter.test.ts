import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { type Project, createProject } from '../project.ts'
import { expect, test } from 'vitest'

/** A test file whose tests leave what the fixtures leave. */
function file(tests: Record<string, object | undefined>, more = ''): string {
  const bodies = Object.entries(tests).map(([name, tally]) => `test(${JSON.stringify(name)}, ({ task }) => { task.meta.shadowcat = ${JSON.stringify(tally)} })`)
  return `import { test } from 'vitest'\n${bodies.join('\n')}\n${more}\n`
}

const tally = (tape: string, counts = {}): object => ({ recorded: 0, replayed: 0, missed: 0, unused: 0, savedMs: 0, tape, ...counts })

/** The lines under vitest's own. */
function lines(stdout: string): string {
  const [, after] = stdout.split(/^ +Duration .*$/m)
  return after!.replace(/^ +Isolate.*\n.*$/m, '').replace(/^JSON report written.*$/m, '').trim()
}

test('a run without calls says nothing', async () => {
  using project = createProject({ files: { 'a.test.js': file({ one: undefined }) } })
  const { exitCode, stdout } = await project.run()
  expect([exitCode, lines(stdout)]).toEqual([0, ''])
})

test.each(['forks', 'threads'])('calls are summed over files, and other reporters are not disturbed: %s', async (pool) => {
  using project = createProject({ files: { 'a.test.js': file({ one: tally('tapes/a.test.js/one.tape', { replayed: 3, savedMs: 1200 }) }), 'b.test.js': file({ two: tally('b', { recorded: 1 }) }) } })
  const { exitCode, stdout, stderr } = await project.run({ args: [`--pool=${pool}`] })
  expect([exitCode, lines(stdout), stderr]).toEqual([0, 'Calls  1 recorded | 3 replayed | 1.2 s saved', ''])
  const junit = await project.run({ args: ['--reporter=junit', '--outputFile=junit.xml'] })
  expect([junit.exitCode, project.read('junit.xml')]).toEqual([0, expect.stringContaining('<testcase')])
})

test('that nothing was recorded in CI is one line', async () => {
  using project = createProject({ files: { 'a.test.js': file({ one: tally('tapes/a.test.js/one.tape', { withheld: true, missed: 1 }) }) } })
  const passing = await project.run({ env: { BUILDKITE: 'true' } })
  expect([passing.exitCode, lines(passing.stdout)]).toEqual([0, 'Calls  1 missed'])
  project.write('a.test.js', project.read('a.test.js').replace(' })\n', "; throw new Error('missed') })\n"))
  const { stdout } = await project.run({ env: { BUILDKITE: 'true' } })
  expect(lines(stdout)).toBe('Tapes  1 missing, and none recorded: CI was detected by the variable BUILDKITE\n      Calls  1 missed')
})

function withOrphans(): Project {
  return createProject({
    files: {
      'a.test.js': file({ kept: tally('tapes/a.test.js/kept.tape') }, "test.skip('skipped', () => {})"),
      'b.test.js': "import { test } from 'vitest'\nthrow new Error('not collected')\n",
      ...Object.fromEntries(['a.test.js/kept', 'a.test.js/skipped', 'a.test.js/renamed', 'b.test.js/one', 'gone/c.test.js/one', 'mine'].map((name) => [`tapes/${name}.tape`, ''])),
    },
  })
}

const left = ['tapes/a.test.js/kept.tape', 'tapes/a.test.js/skipped.tape', 'tapes/b.test.js/one.tape', 'tapes/mine.tape']
const tapesOf = (project: Project): string[] => Object.keys(project.snapshotOfFiles()).filter((name) => name.startsWith('tapes/'))

test('orphaned tapes are listed, fail in CI, and are removed by the command that is named, which runs no test', async () => {
  using project = withOrphans()
  const before = project.snapshotOfFiles()
  const filtered = await project.run({ args: ['a.test'] })
  expect([filtered.exitCode, lines(filtered.stdout)]).toEqual([0, expect.stringContaining('Tapes  1 orphaned, of tests that are gone\n             ↳ tapes/a.test.js/renamed.tape\n')])
  project.remove('b.test.js')
  project.write('b.test.js', file({}, "test.skip('one', () => {})"))
  const inCi = await project.run({ env: { CI: '1' } })
  expect(inCi.json!.success).toBe(true)
  expect([inCi.exitCode, lines(inCi.stdout)]).toEqual([1, 'Tapes  2 orphaned, of tests that are gone\n             ↳ tapes/a.test.js/renamed.tape\n             ↳ tapes/gone/c.test.js/one.tape\n             to remove them: npx vitest run -u -t "^$"'])
  expect(tapesOf(project)).toEqual(Object.keys(before).filter((name) => name.startsWith('tapes/')))
  const removed = await project.run({ args: ['-u', '-t', '^$'], env: { CI: '1' } })
  expect([removed.exitCode, lines(removed.stdout)]).toEqual([0, expect.stringMatching(/^Tapes {2}2 removed\n/)])
  expect(removed.json!.numPassedTests).toBe(0)
  expect(tapesOf(project)).toEqual(left)
  expect(project.exists('tapes/gone')).toBe(false)
  const again = await project.run({ env: { CI: '1' } })
  expect([again.exitCode, lines(again.stdout)]).toEqual([0, ''])
})

test('a file that could not be collected keeps its tapes, whatever is updated', async () => {
  using project = withOrphans()
  const { exitCode } = await project.run({ args: ['-u'] })
  expect(exitCode).toBe(1)
  expect(tapesOf(project)).toEqual(left)
})

test('what a dead process left is named with the command that saves it', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  using project = createProject({ files: { 'a.test.js': file({ one: undefined }), [`tapes/a.test.js/one.tape.${pid}.journal`]: '' } })
  const { exitCode, stdout } = await project.run()
  expect([exitCode, lines(stdout)]).toEqual([0, `Journals  1 recording broken off\n             to keep what was recorded: npx shadowcat tape recover tapes/a.test.js/one.tape.${pid}.journal`])
})

/** A project whose test makes one call to the server of echoes. */
function echoing(text: string, name = 'echoes'): string {
  return `import { test } from 'shadowcat/vitest'\ntest(${JSON.stringify(name)}, async ({ session }) => {\n  await session.callTool('echo', { text: ${JSON.stringify(text)} })\n})\n`
}

const upstream = { command: [process.execPath, resolve(import.meta.dirname, '../../fixtures/servers/echo.mjs')] }

test('what the fixtures leave is told: recorded, replayed, missed, and orphaned when a test is renamed', async () => {
  using project = createProject({ files: { 'a.test.js': echoing('hello') }, options: { upstream } })
  const run = async (options = {}): Promise<[number | null, string]> => {
    const { exitCode, stdout } = await project.run(options)
    return [exitCode, lines(stdout).replace(/ \| \S+ s saved/, '')]
  }
  expect(await run()).toEqual([0, 'Calls  1 recorded'])
  expect(await run({ env: { CI: '1' } })).toEqual([0, 'Calls  1 replayed'])
  project.write('a.test.js', echoing('hello', 'echoes again'))
  expect(await run()).toEqual([0, expect.stringMatching(/^Tapes {2}1 orphaned[^]*Calls {2}1 recorded$/)])
  expect(await run({ args: ['-u', '-t', '^$'] })).toEqual([0, 'Tapes  1 removed\n             ↳ tapes/a.test.js/echoes.tape'])
  expect(tapesOf(project)).toEqual(['tapes/a.test.js/echoes again.tape'])
})

test('the line of a call that missed is in JUnit and in annotations on GitHub', async () => {
  using project = createProject({ files: { 'a.test.js': echoing('hello') }, options: { upstream } })
  expect((await project.run()).exitCode).toBe(0)
  project.write('a.test.js', echoing('bye'))
  const { exitCode, stdout, stderr } = await project.run({ args: ['--reporter=github-actions', '--reporter=junit', '--outputFile.junit=junit.xml'], env: { GITHUB_ACTIONS: 'true', CI: 'true' } })
  expect([exitCode, stderr]).toEqual([1, ''])
  expect(stdout).toMatch(new RegExp(`^::error file=${join(project.path, 'a.test.js')},title=a.test.js > echoes,line=3,column=\\d+::`, 'm'))
  expect(project.read('junit.xml')).toMatch(/<failure message="[^]*a\.test\.js:3:\d+\n +<\/failure>/)
})

test('in watch mode a recording does not start the next run', async () => {
  using project = createProject({ files: { 'a.test.js': echoing('hello') }, options: { upstream } })
  const vitest = project.start({ args: ['--watch'] })
  try {
    const first = await vitest.said(/Waiting for file changes/)
    project.write('a.test.js', `${echoing('hello')}// again\n`)
    await vitest.said(/Waiting for file changes/, first)
  } finally {
    vitest.child.kill('SIGTERM')
    await vitest.done
  }
  expect(vitest.output().match(/Calls.*/g)!.map((line) => line.replace(/ \|.*/, ''))).toEqual(['Calls  1 recorded', 'Calls  1 replayed'])
  expect(vitest.output().match(/RERUN.*/g)).toHaveLength(1)
})

test('the reports of shards that are merged are judged as one run', async () => {
  const names = ['a', 'b']
  using project = createProject({
    files: {
      ...Object.fromEntries(names.map((name) => [`${name}.test.js`, file({ one: tally(`tapes/${name}.test.js/one.tape`, { replayed: 2 }) })])),
      ...Object.fromEntries([...names, 'gone'].map((name) => [`tapes/${name}.test.js/one.tape`, ''])),
    },
  })
  for (const shard of ['1/2', '2/2']) expect((await project.run({ args: ['--reporter=blob', `--shard=${shard}`], env: { CI: '1' } })).stdout).toContain('2 replayed')
  const merged = await project.run({ args: ['--merge-reports', '--reporter=default'], env: { CI: '1' } })
  expect([merged.exitCode, merged.stdout]).toEqual([1, expect.stringMatching(/Tapes +1 orphaned, of tests that are gone\n +↳ tapes\/gone\.test\.js\/one\.tape\n[^]*Calls +4 replayed/)])
})
