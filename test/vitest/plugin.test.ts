import { expect, expectTypeOf, test } from 'vitest'
import type { Vite } from 'vitest/node'
import { type ShadowcatOptions, shadowcat } from '../../src/vitest/plugin.ts'
import { type JsonReport, type ProjectOptions, createProject } from './project.ts'

/** Leaves in `task.meta` what the plugin told its file. */
const reads = `import { expect, inject, test } from 'vitest'
test('reads', ({ task }) => {
  task.meta.shadowcat = inject('shadowcat')
})
`

function settingsIn(json: JsonReport | undefined): Record<string, unknown>[] {
  return json!.testResults.map(({ assertionResults }) => assertionResults[0]!.meta.shadowcat!)
}

test.each([
  ["{ upsteam: { command: ['node'] } }", 'shadowcat(…): unknown key "upsteam": did you mean "upstream"?'],
  ["{ upstream: { url: 'http://127.0.0.1/mcp' } }", 'shadowcat(…): upstream: { url } names a server that is reached over HTTP'],
])('%s is refused when vitest starts, without a stack', async (options, message) => {
  using project = createProject({ files: { 'a.test.js': reads }, options })
  const { exitCode, stderr } = await project.run()
  expect(exitCode).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/^ +at /m)
})

test('a wrong SHADOWCAT_MODE is refused in the same way', async () => {
  using project = createProject({ files: { 'a.test.js': reads } })
  const { exitCode, stderr } = await project.run({ env: { SHADOWCAT_MODE: 'reply' } })
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('SHADOWCAT_MODE is record, replay or verify; found "reply": did you mean replay?')])
})

test.each(['forks', 'threads', 'vmThreads'])('settings and policy reach the workers: %s', async (pool) => {
  using project = createProject({ files: { 'a.test.js': reads, 'b.test.js': reads, 'shadowcat.config.json': '{ "ignore": ["/a"] }' }, options: { upstream: { command: ['node', 'server.js'] } } })
  const before = project.snapshotOfFiles()
  const run = async (args: string[] = [], env = {}): Promise<unknown> => {
    const { exitCode, json, stderr } = await project.run({ args: [`--pool=${pool}`, '--no-isolate', ...args], env })
    expect([exitCode, stderr]).toEqual([0, ''])
    const [one, other] = settingsIn(json)
    expect(one).toEqual(other)
    return one
  }
  expect(await run()).toMatchObject({ root: project.path, upstream: { command: ['node', 'server.js'], cwd: project.path }, ignore: ['/a'], update: 'new' })
  expect(await run([], { GITLAB_CI: 'true' })).toMatchObject({ update: 'none', ci: 'GITLAB_CI' })
  expect(await run(['-u'], { CI: '1', SHADOWCAT_MODE: 'verify' })).toMatchObject({ update: 'all', mode: 'verify' })
  expect(project.snapshotOfFiles()).toEqual(before)
})

/** With more in it than the plugin. */
function configured(tests: string, plugins = ''): Pick<ProjectOptions, 'config'> {
  return { config: `import { defineConfig } from 'vitest/config'
import { shadowcat } from 'shadowcat/vitest/plugin'
export default defineConfig({ plugins: [${plugins} shadowcat({ tapes: 'recorded' })], test: ${tests} })
` }
}

test('each project has its tapes in its own root', async () => {
  const projects = "{ projects: [{ extends: true, test: { name: 'one', root: 'packages/one' } }, { test: { name: 'two', root: 'packages/two' } }] }"
  using project = createProject({ files: { 'packages/one/a.test.js': reads, 'packages/two/b.test.js': reads }, ...configured(projects) })
  const { exitCode, json } = await project.run()
  expect(exitCode).toBe(0)
  expect(settingsIn(json).map(({ tapes }) => tapes).sort()).toEqual(['one', 'two'].map((name) => `${project.path}/packages/${name}/recorded`))
})

test('in watch mode, what the policy is by now reaches the next run', async () => {
  const presses = "{ name: 'presses-u', configureVitest({ vitest }) { vitest.onTestsRerun(() => { vitest.snapshot.options.updateSnapshot = 'all' }) } },"
  const says = reads.replace('task.meta.shadowcat =', "task.meta.said = 1; console.log('policy', inject('shadowcat').update) //")
  using project = createProject({ files: { 'a.test.js': says }, ...configured('{}', presses) })
  const vitest = project.start({ args: ['--watch'] })
  try {
    const first = await vitest.said(/policy new[^]*Waiting for file changes/)
    project.write('a.test.js', `${says}// again\n`)
    await vitest.said(/policy all[^]*Waiting for file changes/, first)
  } finally {
    vitest.child.kill('SIGTERM')
    await vitest.done
  }
  expect(vitest.output()).not.toContain('policy none')
})

test('in watch mode, a changed configuration takes effect, and the lines at the end are still there, once', async () => {
  const leaves = reads.replace("inject('shadowcat')", "{ recorded: 0, replayed: 7, missed: 0, unused: 0, savedMs: 0, tape: inject('shadowcat').tapes }; console.log('tapes', task.meta.shadowcat.tape)")
  using project = createProject({ files: { 'a.test.js': leaves }, ...configured('{}') })
  const vitest = project.start({ args: ['--watch'] })
  try {
    const first = await vitest.said(/tapes \S+recorded[^]*Waiting for file changes/)
    project.write('vitest.config.mjs', project.read('vitest.config.mjs').replace("'recorded'", "'elsewhere'"))
    await vitest.said(/tapes \S+elsewhere[^]*Waiting for file changes/, first)
    expect(vitest.output().slice(first).match(/Calls  7 replayed/g)).toHaveLength(1)
  } finally {
    vitest.child.kill('SIGTERM')
    await vitest.done
  }
})

test('the plugin is one for vitest, by its type', () => {
  expectTypeOf(shadowcat).returns.toExtend<Vite.Plugin>()
  expectTypeOf(shadowcat).parameter(0).toEqualTypeOf<ShadowcatOptions | undefined>()
})

test.each([['--pool=forks'], ['--pool=threads', '--no-isolate'], ['--pool=vmThreads']])("with vitest's globals, every file has the matchers without an import: %s", async (...args) => {
  const uses = "test('uses', () => { expect(1).toBeThere() })"
  using project = createProject({ files: { 'a.test.js': uses, 'b.test.js': uses }, ...configured('{ globals: true, maxWorkers: 1 }') })
  const index = 'node_modules/shadowcat/dist/vitest/index.js'
  project.write(index, `${project.read(index)}\nimport { expect as own } from 'vitest'\nown.extend({ toBeThere: () => ({ pass: true, message: () => '' }) })\n`)
  const { exitCode, json, stderr } = await project.run({ args })
  expect([exitCode, json!.numPassedTests, stderr]).toEqual([0, 2, ''])
})

test("the module for vitest's globals is its own alone", () => {
  const { resolveId, load } = shadowcat()
  const id = resolveId('/project/virtual:shadowcat/globals')!
  expect(id.startsWith('\0')).toBe(true)
  expect(load(id)).toMatch(/^import ".*vitest\/index\.js"\n$/)
  expect([resolveId('shadowcat'), load('virtual:shadowcat/globals')]).toEqual([undefined, undefined])
})
