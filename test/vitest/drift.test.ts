import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProject } from './project.ts'

const servers = join(import.meta.dirname, '../fixtures/servers')
const verify = { SHADOWCAT_MODE: 'verify' }

test('a test also fails when the live server answers otherwise than the tape says, and nothing is recorded', async () => {
  using project = createProject({
    files: {
      'server.mjs': readFileSync(join(servers, 'echo.mjs'), 'utf8'),
      'a.test.mjs': `import { test, expect } from 'shadowcat/vitest'
test('the same', async ({ session }) => void (await session.callTool('echo', { text: 'x', at: Date.now() })))
test('another', async ({ session }) => void (await session.callTool('echo', { text: 'answered' })))
test('ignored', { meta: { shadowcat: { ignore: ['/result/content/*/text'] } } }, async ({ session }) => void (await session.callTool('echo', { text: 'answered' })))
test('failed', async ({ session }) => {
  await session.callTool('echo', { text: 'answered' })
  expect(process.env.SHADOWCAT_MODE).toBeUndefined()
})
test('the world alone', ({ world }) => expect(world.now()).toBe(Date.now()))
`,
    },
    options: { upstream: { command: ['node', 'server.mjs'] } },
  })
  await project.run()
  const before = project.snapshotOfFiles()
  const tapes = Object.keys(before).filter((name) => name.endsWith('.tape'))
  expect(tapes).toHaveLength(5)
  project.write('server.mjs', project.read('server.mjs').replace("content: [{ type: 'text', text }]", "content: [{ type: 'text', text: text.replace('answered', 'otherwise') }]"))
  const run = await project.run({ env: verify })
  const results = run.json!.testResults.flatMap((file) => file.assertionResults)
  expect(Object.fromEntries(results.map(({ title, status }) => [title, status]))).toEqual({ 'the same': 'passed', another: 'failed', ignored: 'passed', failed: 'failed', 'the world alone': 'passed' })
  const [message] = results.find(({ title }) => title === 'another')!.failureMessages
  expect(message).toContain('the server answers otherwise than tapes/a.test.mjs/another.tape says')
  expect(message).toContain('/result/content/0/text')
  expect(message).toContain('Is it meant so? Record it again: npx vitest run a.test.mjs -t another -u')
  expect(message).not.toContain('--accept')
  // A test that failed by itself says that alone.
  expect(results.find(({ title }) => title === 'failed')!.failureMessages).toHaveLength(1)
  for (const tape of tapes) expect(project.snapshotOfFiles()[tape]).toBe(before[tape])
})
