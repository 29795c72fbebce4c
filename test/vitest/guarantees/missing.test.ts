import { expect, test } from 'vitest'
import { createProject } from '../project.ts'
import { expectNoProcess, expectRun, failuresOf, fixture, marked, serverFiles, started, upstream } from './subject.ts'

const file = `
import { test, expect } from 'shadowcat/vitest'
import { describe } from 'vitest'

test('by session', async ({ session }) => {
  await session.callTool('echo', {})
})
test('by client', async ({ client }) => {
  await client.callTool({ name: 'echo', arguments: {} })
})
test('the error is caught', async ({ session }) => {
  await session.callTool('echo', {}).catch(() => undefined)
})
test('it is expected to fail', { fails: true }, async ({ session }) => {
  await session.callTool('echo', {})
})
test('a list of tools', async ({ client }) => {
  await client.listTools()
})
describe('of a file', () => {
  test.override({ shadowcat: { upstream: { components: ['clock.wasm'] } } })
  test('by a component', async ({ session }) => {
    await session.callTool('wall')
  })
})
test('nothing is called', ({ session, world, tape }) => {
  expect([session.calls, tape.recording, Date.now() - world.epoch]).toEqual([[], false, 0])
})
`

const names = ['by session', 'by client', 'the error is caught', 'it is expected to fail', 'a list of tools', 'of a file by a component']

test('in CI a missing tape fails the test, nothing is recorded, and no server is started', async () => {
  using project = createProject({ files: { ...serverFiles, 'clock.wasm': fixture('components/clock.wasm'), 'missing.test.mjs': file }, options: { upstream } })
  const { env, temporary } = marked(project)
  const before = project.snapshotOfFiles()
  const run = await project.run({ env: { ...env, CI: 'true' } })
  expectRun(run, { exitCode: 1, passed: 1, failed: names.length })
  for (const [name, message] of Object.entries(failuresOf(run))) {
    expect.soft(names, name).toContain(name)
    expect.soft(message, name).toContain(`there is no tape tapes/missing.test.mjs/${name.replace('file by', 'file -- by')}.tape, and nothing is recorded because this is CI, as the variable CI says. Record it where it is not, and commit it: npx vitest run missing.test.mjs -t `)
  }
  expect(run.stdout).toMatch(/^ +Tapes +6 missing, and none recorded: CI was detected by the variable CI$/m)
  const after = project.snapshotOfFiles()
  expect(Object.fromEntries(Object.entries(after).filter(([path]) => !path.startsWith('.vitest/')))).toEqual(before)
  expect([started(project), project.exists('tapes'), temporary()]).toEqual([[], false, []])
  await expectNoProcess(project)

  // The same by another variable, under a policy that is asked for, and where one may be recorded.
  const elsewhere = await project.run({ env: { GITLAB_CI: 'yes' } })
  expect(elsewhere.stdout).toMatch(/6 missing, and none recorded: CI was detected by the variable GITLAB_CI$/m)
  const asked = await project.run({ env: { CI: 'true', SHADOWCAT_MODE: 'replay' }, args: ['-t', 'by session'] })
  expect(asked.stdout).not.toContain('none recorded')
  expect(failuresOf(asked)['by session']).toContain('nothing is recorded under SHADOWCAT_MODE=replay')
  expect([started(project), project.exists('tapes')]).toEqual([[], false])
  expectRun(await project.run({ args: ['-t', 'by session', '--update=new'], env: { CI: 'true' } }), { exitCode: 0, passed: 1 })
  expect([started(project).length, project.exists('tapes/missing.test.mjs/by session.tape')]).toEqual([1, true])
})
