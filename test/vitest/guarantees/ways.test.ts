import { expect, test } from 'vitest'
import { createProject } from '../project.ts'
import { besidesTapes, expectNoProcess, expectRun, failuresOf, marked, serverFiles, started, tapesOf, upstream } from './subject.ts'

/** Every way in which vitest runs a test: again, for rows, in blocks, together. */
const file = `
import { afterEach, beforeEach, describe, onTestFinished, test as plain } from 'vitest'
import { test, expect } from 'shadowcat/vitest'

const ask = async (session, more) => (await session.callTool('echo', { now: Date.now(), random: Math.random(), ...more })).content[0].text

let attempts = 0
test('retried', { retry: 3 }, async ({ session }) => {
  attempts++
  await ask(session, { fixed: 1 })
  expect(session.calls.length).toBe(1)
  expect(attempts).toBeGreaterThan(2)
})
const seen = []
test('repeated', { repeats: 2 }, async ({ session }) => {
  seen.push(await ask(session))
  expect(new Set(seen).size).toBe(1)
})
describe.each([{ name: 'one' }, { name: 'two' }])('block $name', ({ name }) => {
  test.for([1, 2])('row %i', async (row, { session }) => void (await ask(session, { name, row })))
  test('same name', async ({ session }) => void (await ask(session, { name })))
  test('same name', async ({ session }) => void (await ask(session, { name, second: true })))
})
describe.concurrent('together', () => {
  test.for([1, 2, 3])('row %i', async (row, { session, client }) => {
    await ask(session, { row })
    await client.callTool({ name: 'echo', arguments: { row, again: true } })
  })
})
describe('around the test', () => {
  test.beforeEach(async ({ session }) => void (await ask(session, { before: true })))
  test.afterEach(async ({ session }) => void (await ask(session, { after: true })))
  test('is on its tape', async ({ session }) => void (await ask(session)))
})
describe('code that asks at the same time', () => {
  test('has its answers', async ({ session }) => {
    const texts = await Promise.all(['a', 'b', 'c'].map((text) => session.callTool('echo', { text })))
    expect(texts.map(({ content }) => JSON.parse(content[0].text).text)).toEqual(['a', 'b', 'c'])
  })
})
test.skip('skipped', async ({ session }) => void (await ask(session)))
test.todo('to do')
test('skips itself', async ({ session, skip }) => {
  await ask(session)
  skip()
})
test('fails as expected', { fails: true }, async ({ session }) => {
  await ask(session)
  expect(1).toBe(2)
})
`
const passed = 16

test('tapes are the same however tests are run: in shards, in one worker, in projects, by name', async () => {
  using project = createProject({ files: { ...serverFiles, 'ways.test.mjs': file, 'other.test.mjs': file }, options: { upstream } })
  const { env, temporary } = marked(project)
  const run = async (args: string[], more: Record<string, string> = {}): Promise<ReturnType<typeof project.run>> => {
    const result = await project.run({ args, env: { ...env, ...more } })
    expect(failuresOf(result)).toEqual({})
    return result
  }
  // Each shard records what is its own.
  expectRun(await run(['--shard=1/2', '--pool=forks']), { exitCode: 0, passed })
  expectRun(await run(['--shard=2/2', '--pool=threads']), { exitCode: 0, passed })
  const tapes = tapesOf(project)
  expect([Object.keys(tapes).length, besidesTapes(project)]).toEqual([2 * (passed + 1), []])
  const servers = started(project).length
  expectRun(await run(['--pool=threads', '--no-isolate', '--sequence.shuffle.files'], { CI: '1' }), { exitCode: 0, passed: 2 * passed })
  expectRun(await run(['--shard=2/2'], { CI: '1' }), { exitCode: 0, passed })
  expectRun(await run(['ways', '-t', 'same name', '--pool=forks', '--no-isolate'], { CI: '1' }), { exitCode: 0, passed: 4 })
  expect([tapesOf(project), started(project).length, temporary()]).toEqual([tapes, servers, []])
  await expectNoProcess(project)
})
