import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProject } from '../project.ts'
import { besidesTapes, expectNoProcess, expectRun, failuresOf, marked, serverFiles, started, tapesOf, upstream } from './subject.ts'

/** `never` is not answered; `late` goes on when its time is over. */
const cutOff = `
import { test } from 'shadowcat/vitest'
test('waits for ever', { timeout: 500 }, async ({ session }) => {
  await session.callTool('echo', { text: 'a' })
  await session.callTool('never')
})
test('waits for ever by the client', { timeout: 500 }, async ({ client }) => {
  await client.callTool({ name: 'never' })
})
test('goes on when its time is over', { timeout: 500 }, async ({ session }) => {
  await session.callTool('echo', { text: 'b' })
  await new Promise((resolve) => setTimeout(resolve, 1000))
  await session.callTool('echo', { text: 'late' }).catch(() => undefined)
})
test('fails', async ({ session }) => {
  await session.callTool('echo', { text: 'c' })
  throw new Error('on purpose')
})
test('fails at once, while its server starts', async ({ session }) => {
  void session.callTool('echo', { text: 'd' }).catch(() => undefined)
  throw new Error('on purpose')
})
test('the next one is not disturbed', async ({ session }) => {
  await session.callTool('echo', { text: 'e' })
  await new Promise((resolve) => setTimeout(resolve, 600))
})
`

test.each(['forks', 'threads'])('a test that is cut off, or fails, leaves no process, no tape, no journal and no temporary file: %s', async (pool) => {
  using project = createProject({ files: { ...serverFiles, 'ends.test.mjs': cutOff }, options: { upstream } })
  const { env, temporary } = marked(project)
  const run = await project.run({ args: [`--pool=${pool}`], env })
  expectRun(run, { exitCode: 1, passed: 1, failed: 5 })
  for (const [name, message] of Object.entries(failuresOf(run))) expect.soft(message, name).toMatch(name.startsWith('fails') ? /^Error: on purpose/ : /^TestTimeoutError: Test timed out in 500ms\./)
  await expectNoProcess(project)
  expect([Object.keys(tapesOf(project)), besidesTapes(project), temporary()]).toEqual([['tapes/ends.test.mjs/the next one is not disturbed.tape'], [], []])
})

const simple = `
import { test } from 'shadowcat/vitest'
test.for(['whole', 'damaged', 'no tape at all', 'empty'])('%s', async (text, { session }) => {
  await session.callTool('echo', { text }).catch(() => undefined)
})
`

test('a damaged tape fails its test and is not replaced; with -u it is recorded anew, unless it never was a tape', async () => {
  using project = createProject({ files: { ...serverFiles, 'damaged.test.mjs': simple }, options: { upstream } })
  expectRun(await project.run(), { exitCode: 0, passed: 4 })
  const path = (name: string): string => `tapes/damaged.test.mjs/${name}.tape`
  const whole = tapesOf(project)
  const bytes = readFileSync(join(project.path, path('damaged')))
  bytes.fill(0xff, 4096, 4200)
  project.write(path('damaged'), bytes)
  project.write(path('no tape at all'), 'a text\n')
  project.write(path('empty'), '')
  const damaged = tapesOf(project)
  const servers = started(project).length
  for (const env of [{}, { CI: 'true' }] as Record<string, string>[]) {
    const run = await project.run({ env })
    const failures = failuresOf(run)
    expect(Object.keys(failures).sort(), run.stdout).toEqual(['damaged', 'empty', 'no tape at all'])
    for (const [name, message] of Object.entries(failures)) expect.soft(message, name).toContain(path(name))
    expect([tapesOf(project), started(project).length]).toEqual([damaged, servers])
  }
  // What is no tape is somebody's own: not even then is it replaced.
  expectRun(await project.run({ args: ['-u'] }), { exitCode: 1, passed: 2, failed: 2 })
  const after = tapesOf(project)
  expect([after[path('whole')], after[path('no tape at all')], after[path('empty')]]).toEqual([whole[path('whole')], damaged[path('no tape at all')], damaged[path('empty')]])
  for (const name of ['no tape at all', 'empty']) project.remove(path(name))
  expectRun(await project.run(), { exitCode: 0, passed: 4 })
  expectRun(await project.run({ env: { CI: 'true' } }), { exitCode: 0, passed: 4 })
})
