import { expect, test } from 'vitest'
import { createProject } from '../project.ts'
import { besidesTapes, expectNoProcess, expectRun, fixture, marked, serverFiles, started, tapesOf, upstream } from './subject.ts'

const command = `
import { test, expect } from 'shadowcat/vitest'
import { randomUUID } from 'node:crypto'

test('what is new each time stays as it was recorded', async ({ session, client, world }) => {
  const first = await session.callTool('uuid')
  const second = await client.callTool({ name: 'uuid', arguments: {} })
  expect(first.content).not.toEqual(second.content)
  expect(await session.callTool('echo', { now: Date.now(), random: Math.random(), uuid: randomUUID(), own: crypto.randomUUID() })).toMatchSnapshot()
  expect([first.content, second.content, world.epoch]).toMatchSnapshot()
})
test('the server asks nothing of one that says nothing', ({ session }) => expect(session.calls).toEqual([]))
test.for(['a', 'b', 'c'])('row %s', async (text, { session }) => {
  expect((await session.callTool('echo', { text })).content).toEqual([{ type: 'text', text: JSON.stringify({ text }) }])
})
`

const component = `
import { test, expect } from 'shadowcat/vitest'
test.override({ shadowcat: { upstream: { components: ['clock.wasm'] } } })
test('a component tells the time of the test', async ({ session, world }) => {
  const names = (await session.listTools()).map(({ name }) => name)
  expect(names).toContain('wall')
  expect([(await session.callTool('wall')).content, world.epoch.toISOString()]).toMatchSnapshot()
})
`

test('a first run records, a second one replays with the servers removed, a third one in CI, and no byte changes', async () => {
  using project = createProject({
    files: { ...serverFiles, 'clock.wasm': fixture('components/clock.wasm'), 'command.test.mjs': command, 'component.test.mjs': component },
    options: { upstream },
  })
  const { env, temporary } = marked(project)
  expectRun(await project.run({ env }), { exitCode: 0, passed: 6 })
  const servers = started(project).length
  expect(servers).toBe(4)
  expect([Object.keys(tapesOf(project)).length, besidesTapes(project)]).toEqual([5, []])
  for (const path of ['server.mjs', 'serve.mjs', 'clock.wasm']) project.remove(path)
  const before = project.snapshotOfFiles()
  for (const run of [{ args: ['--pool=threads'], env }, { args: ['--pool=forks', '--no-isolate'], env: { ...env, CI: 'true' } }]) {
    expectRun(await project.run(run), { exitCode: 0, passed: 6 })
    expect(project.snapshotOfFiles()).toEqual(before)
  }
  await expectNoProcess(project)
  expect([started(project).length, temporary()]).toEqual([servers, []])
})
