import { expect, test } from 'vitest'
import { createProject } from './project.ts'

const config = `import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [{ name: 'provides', configureVitest({ project }) { PROVIDE } }] })
`

const providing = (settings: string): string => config.replace('PROVIDE', `project.provide('shadowcat', ${settings})`)

const reads = `import { expect, test } from 'vitest'
import { readSettings } from './node_modules/shadowcat/dist/vitest/settings.js'
test('reads', ({ task }) => {
  task.meta.shadowcat = readSettings()
})
`

test('a test file without the plugin is told which two lines to add', async () => {
  using project = createProject({ inner: ['vitest/settings'], files: { 'a.test.js': reads }, config: config.replace('PROVIDE', '') })
  const { exitCode, stderr } = await project.run()
  expect(exitCode).toBe(1)
  expect(stderr).toContain("import { shadowcat } from 'shadowcat/vitest/plugin'")
  expect(stderr).toContain("plugins: [shadowcat({ upstream: { command: ['node', 'server.js'] } })],")
})

test.each(['forks', 'threads', 'vmThreads'])('what was provided arrives in %s', async (pool) => {
  using project = createProject({ inner: ['vitest/settings'], files: { 'a.test.js': reads }, config: providing("{ update: 'new', ignore: ['/a'] }") })
  const before = project.snapshotOfFiles()
  const { exitCode, json, stderr } = await project.run({ args: [`--pool=${pool}`] })
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(json!.testResults[0]!.assertionResults[0]!.meta.shadowcat).toEqual({ update: 'new', ignore: ['/a'] })
  expect(project.snapshotOfFiles()).toEqual(before)
})

test('the policy is the one that snapshots follow now; that CI was the reason is then no longer said', async () => {
  using project = createProject({ inner: ['vitest/settings'], files: { 'a.test.js': reads }, config: providing("{ update: 'none', ci: 'CI' }") })
  const { json } = await project.run({ args: ['-u'] })
  expect(json!.testResults[0]!.assertionResults[0]!.meta.shadowcat).toEqual({ update: 'all' })
})
