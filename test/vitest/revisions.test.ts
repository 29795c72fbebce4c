import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProject } from './project.ts'

const toolbox = readFileSync(join(import.meta.dirname, '../fixtures/components/toolbox.wasm'))

const file = `
import { expect, test } from 'shadowcat/vitest'
test('exact', async ({ session, tape }) => {
  expect(await session.callTool('same-u64', { value: 18446744073709551615n })).toMatchObject({ structuredContent: { result: 18446744073709551615n } })
  expect(session.protocolVersion).toBe('2026-07-28')
  expect(tape.entries().map(({ message }) => message.method)).not.toContain('initialize')
})
test('by the SDK', async ({ client }) => {
  expect((await client.callTool({ name: 'echo', arguments: { text: 'hello' } })).content).toEqual([{ type: 'text', text: 'hello' }])
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo')
})
`
const options = { upstream: { components: ['toolbox.wasm'] } }

test('a session of the stateless era is recorded and replayed, exactly and through the SDK; its tape alone tells the era', async () => {
  using project = createProject({ files: { 'a.test.mjs': file, 'toolbox.wasm': toolbox }, options: { ...options, protocolVersion: '2026-07-28' } })
  const first = await project.run()
  expect([first.exitCode, first.stdout]).toEqual([0, expect.stringMatching(/Calls +2 recorded/)])
  const files = project.snapshotOfFiles()
  const second = await project.run({ env: { CI: 'true' } })
  expect([second.exitCode, second.stdout]).toEqual([0, expect.stringMatching(/Calls +2 replayed/)])
  expect(project.snapshotOfFiles()).toEqual(files)
  project.write('vitest.config.mjs', project.read('vitest.config.mjs').replace(/,"protocolVersion":"[^"]*"/, ''))
  expect(project.read('vitest.config.mjs')).not.toContain('protocolVersion')
  expect(await project.run({ env: { CI: 'true' } })).toMatchObject({ exitCode: 0 })
})

test('another revision than was recorded is a miss that says so', async () => {
  using project = createProject({ files: { 'a.test.mjs': file.replaceAll('2026-07-28', '2025-11-25').replace('.not.toContain', '.toContain'), 'toolbox.wasm': toolbox }, options })
  expect(await project.run()).toMatchObject({ exitCode: 0 })
  project.write('a.test.mjs', project.read('a.test.mjs').replace(/^import.*$/m, "$&\ntest.override({ shadowcat: { protocolVersion: '2026-07-28' } })"))
  const { exitCode, json } = await project.run({ env: { CI: 'true' } })
  expect(exitCode).toBe(1)
  expect(json!.testResults[0]!.assertionResults[0]!.failureMessages.join()).toContain('it differs at /params/_meta')
})
