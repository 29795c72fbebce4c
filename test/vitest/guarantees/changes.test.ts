import { expect, test } from 'vitest'
import { createProject } from '../project.ts'
import { expectRun, failuresOf, serverFiles, started, upstream } from './subject.ts'

/** What the code under test calls as it was recorded, and after each change; `say` is `[tool, arguments]`. */
const code = (changed: boolean): string => `
const recorded = [['echo', { text: 'a' }], ['get_balance', { account: 'A' }], ['echo', { text: 'b' }]]
const changes = {
  nothing: recorded,
  tool: [recorded[0], ['delete_account', { account: 'A' }], recorded[2]],
  arguments: [recorded[0], ['get_balance', { account: 'B' }], recorded[2]],
  order: [recorded[2], recorded[1], recorded[0]],
  'the last two swapped': [recorded[0], recorded[2], recorded[1]],
  'a call dropped': [recorded[0], recorded[2]],
  'the last dropped': [recorded[0], recorded[1]],
  'a call added': [...recorded, ['echo', { text: 'c' }]],
  'a call repeated': [recorded[0], ...recorded],
}
export const names = Object.keys(changes)
export const callsOf = (name) => (${changed} ? changes[name] : recorded)
`

const file = `
import { callsOf, names } from './code.mjs'
import { test } from 'shadowcat/vitest'
import { describe } from 'vitest'

const ways = {
  session: ({ session }) => (name, args) => session.callTool(name, args),
  client: ({ client }) => (name, args) => client.callTool({ name, arguments: args }),
}
for (const caught of [false, true]) {
  const run = async (call, name) => {
    for (const [tool, args] of callsOf(name)) {
      try {
        await call(tool, args)
      } catch (error) {
        if (!caught) throw error
      }
    }
  }
  describe(caught ? 'errors are caught' : 'errors are thrown', () => {
    test.for(names)('by session: %s', (name, { session }) => run(ways.session({ session }), name))
    test.for(names)('by client: %s', (name, { client }) => run(ways.client({ client }), name))
  })
}
`

const call = (tool: string): RegExp => new RegExp(`tools/call "${tool}"`)
/** What each change is told as. */
const told: Record<string, readonly RegExp[]> = {
  tool: [/tools\/call "delete_account" was not recorded in /, /Nearest is entry \d+, tools\/call "get_balance"; it differs at \/params\/name/],
  arguments: [/tools\/call "get_balance" was not recorded so in /, /it differs at \/params\/arguments\/account/],
  order: [/calls were made in another order than they were recorded in: /, /"echo" \{"text":"b"\}\nwas made before\n {4}tools\/call "echo" \{"text":"a"\}/],
  'the last two swapped': [/calls were made in another order/, /"echo" \{"text":"b"\}\nwas made before\n {4}tools\/call "get_balance" \{"account":"A"\}/],
  'a call dropped': [/1 recorded call was not made/, call('get_balance')],
  'the last dropped': [/1 recorded call was not made/, call('echo')],
  'a call added': [/tools\/call "echo" was not recorded so in /, /it differs at \/params\/arguments\/text/],
  'a call repeated': [/tools\/call "echo" was called once more than it was recorded in /],
}

test('another tool, other arguments, another order, a call less and a call more fail the test, also when errors are caught', async () => {
  using project = createProject({ files: { ...serverFiles, 'code.mjs': code(false), 'calls.test.mjs': file }, options: { upstream } })
  expectRun(await project.run({ args: ['--pool=forks'] }), { exitCode: 0, passed: 36 })
  const servers = started(project).length
  project.write('code.mjs', code(true))
  const run = await project.run({ args: ['--pool=threads'], env: { CI: 'true' } })
  const failures = failuresOf(run)
  const all = ['errors are thrown', 'errors are caught'].flatMap((errors) => ['session', 'client'].flatMap((by) => Object.keys(told).map((change) => ({ name: `${errors} by ${by}: ${change}`, change }))))
  expect(Object.keys(failures).sort(), run.stdout + run.stderr).toEqual(all.map(({ name }) => name).sort())
  for (const { name, change } of all) for (const words of told[change]!) expect.soft(failures[name], name).toMatch(words)
  expectRun(run, { exitCode: 1, passed: 4, failed: 32 })
  expect(started(project).length).toBe(servers)
})
