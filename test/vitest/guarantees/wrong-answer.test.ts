import { expect, test } from 'vitest'
import { createProject } from '../project.ts'
import { expectRun, failuresOf, serverFiles, started, upstream } from './subject.ts'

/** `ask` is the one call; what it answers is written down, whoever asks. */
const file = (tool: string, account: string): string => `
import { appendFileSync } from 'node:fs'
import { test } from 'shadowcat/vitest'
const heard = (answer) => appendFileSync('heard.log', JSON.stringify(answer) + '\\n')
const given = { account: '${account}' }

test('by session', async ({ session }) => heard((await session.callTool('${tool}', given)).content))
test('by request', async ({ session }) => heard(await session.request('tools/call', { name: '${tool}', arguments: given })))
test('by client', async ({ client }) => heard((await client.callTool({ name: '${tool}', arguments: given })).content))
test('caught', async ({ session, client }) => {
  await session.callTool('${tool}', given).then(heard, () => undefined)
  await client.callTool({ name: '${tool}', arguments: given }).then(heard, () => undefined)
})
`

test('a recorded balance never answers the deletion of an account, nor the balance of another', async () => {
  using project = createProject({ files: { ...serverFiles, 'bank.test.mjs': file('get_balance', 'A') }, options: { upstream } })
  expectRun(await project.run(), { exitCode: 0, passed: 4 })
  expect([started(project).length, project.read('heard.log').trim().split('\n').length]).toEqual([4, 5])
  const asked = async (tool: string, account: string, env: Record<string, string>): Promise<void> => {
    project.write('bank.test.mjs', file(tool, account))
    project.write('heard.log', '')
    const run = await project.run({ env })
    expectRun(run, { exitCode: 1, passed: 0, failed: 4 })
    for (const [name, message] of Object.entries(failuresOf(run))) expect.soft(message, name).toMatch(/^MissError: tools\/call "\w+" was not recorded |^ProtocolError: tools\/call "\w+" was not recorded /)
    expect([project.read('heard.log'), started(project).length]).toEqual(['', 4])
  }
  await asked('delete_account', 'B', {})
  await asked('delete_account', 'A', { CI: 'true' })
  await asked('get_balance', 'B', { CI: 'true' })
})
