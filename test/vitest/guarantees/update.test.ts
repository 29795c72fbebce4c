import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { readTape } from '../../../src/tape/reader.ts'
import { type Project, createProject } from '../project.ts'
import { besidesTapes, expectRun, fixture, serverFiles, started, tapesOf, upstream, writtenAt } from './subject.ts'

const file = `
import { test } from 'shadowcat/vitest'
import { randomUUID } from 'node:crypto'

test('what changes', async ({ session }) => {
  await session.callTool('word')
})
test('what changes, by the client', async ({ client }) => {
  await client.callTool({ name: 'word' })
})
test('what stays', async ({ session }) => {
  await session.callTool('echo', { text: 'a' })
})
test('time and chance', async ({ session }) => {
  for (let i = 0; i < 3; i++) await session.callTool('echo', { now: new Date(), random: Math.random(), uuid: randomUUID(), bytes: [...crypto.getRandomValues(new Uint8Array(8))] })
})
test.concurrent.for([1, 2, 3, 4])('at the same time %i', async (i, { session }) => {
  for (let k = 0; k < 3; k++) await session.callTool('echo', { i, random: Math.random() })
})
test('only held', ({ world }) => void world.epoch)
test('of a component', { meta: { shadowcat: { upstream: { components: ['clock.wasm'] } } } }, async ({ session }) => {
  await session.callTool('wall')
  await session.callTool('wall')
})
`

const tapeOf = (name: string): string => `tapes/update.test.mjs/${name}.tape`
const changing = [tapeOf('what changes'), tapeOf('what changes, by the client')]

/** Epoch and seed of each tape. */
function worldsOf(project: Project): Record<string, unknown> {
  return Object.fromEntries(Object.keys(tapesOf(project)).map((path) => [path, readTape(join(project.path, path)).sessions[0]?.world]))
}

test('-u writes exactly the tapes that change, with the epochs and seeds that they had; once more it changes no byte', async () => {
  using project = createProject({ files: { ...serverFiles, 'clock.wasm': fixture('components/clock.wasm'), 'update.test.mjs': file }, options: { upstream } })
  expectRun(await project.run(), { exitCode: 0, passed: 10 })
  const paths = Object.keys(tapesOf(project))
  expect(paths.length).toBe(10)
  const look = (): Record<'bytes' | 'times' | 'worlds', Record<string, unknown>> => ({ bytes: tapesOf(project), times: writtenAt(project, paths), worlds: worldsOf(project) })
  const without = (facts: object): object => Object.fromEntries(Object.entries(facts).filter(([path]) => !changing.includes(path)))
  const first = look()
  expect(new Set(Object.values(first.worlds).map((world) => inspect(world))).size).toBe(10)

  const update = async (args: string[]): Promise<ReturnType<typeof look>> => {
    const servers = started(project).length
    expectRun(await project.run({ args }), { exitCode: 0, passed: 10 })
    expect([started(project).length - servers, besidesTapes(project)]).toEqual([8, []])
    return look()
  }
  project.write('word.txt', 'second')
  const second = await update(['-u', '--pool=threads'])
  expect(second.worlds).toEqual(first.worlds)
  expect([without(second.bytes), without(second.times)]).toEqual([without(first.bytes), without(first.times)])
  for (const path of changing) expect.soft(second.bytes[path], path).not.toBe(first.bytes[path])
  expect(await update(['-u', '--pool=forks'])).toEqual(second)

  // One that calls something else is recorded anew, and no other; as a command names it.
  project.write('update.test.mjs', file.replace("{ text: 'a' }", "{ text: 'b' }"))
  expectRun(await project.run({ args: ['update.test.mjs', '-t', 'what stays', '-u'] }), { exitCode: 0, passed: 1 })
  const third = look()
  expect(third.worlds).toEqual(first.worlds)
  for (const of of ['bytes', 'times'] as const) expect(paths.filter((path) => third[of][path] !== second[of][path])).toEqual([tapeOf('what stays')])
  expectRun(await project.run({ env: { CI: 'true' } }), { exitCode: 0, passed: 10 })
})
