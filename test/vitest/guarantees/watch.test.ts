import { expect, test } from 'vitest'
import { type Project, createProject } from '../project.ts'
import { expectNoProcess, expectRun, failuresOf, marked, serverFiles, started, tapesOf } from './subject.ts'

const code = (text: string): string => `export const text = '${text}'\n`
const file = `
import { test } from 'shadowcat/vitest'
import { text } from './code.mjs'
test('watched', async ({ session }) => {
  await session.callTool('echo', { text })
})
`
const config = (projects: string): string => `
import { shadowcat } from 'shadowcat/vitest/plugin'
const plugins = () => [shadowcat({ upstream: { command: [process.execPath, 'server.mjs'] } })]
export default ${projects}
`

/** Saves a file, and again while nothing comes of it: what watches the disk can miss one save on a busy machine. */
async function save(project: Project, path: string, text: string, heard: Promise<number>): Promise<number> {
  const write = (): void => project.write(path, text)
  const again = setInterval(write, 5000)
  write()
  try {
    return await heard
  } finally {
    clearInterval(again)
  }
}

test('in watch mode each run begins anew: a change that calls something else is a miss, and taken back it is none', async () => {
  using project = createProject({ files: { ...serverFiles, 'code.mjs': code('a'), 'watch.test.mjs': file }, config: config('{ plugins: plugins() }') })
  const { env } = marked(project)
  const { child, said, done } = project.start({ args: ['--watch', '--reporter=default'], env })
  try {
    let read = await said(/Waiting for file changes/)
    const tapes = tapesOf(project)
    expect([Object.keys(tapes).length, started(project).length]).toEqual([1, 1])
    read = await save(project, 'code.mjs', code('b'), said(/tools\/call "echo" was not recorded so in tapes\/watch\.test\.mjs\/watched\.tape[^]*Watching for file changes/, read))
    read = await save(project, 'code.mjs', code('a'), said(/1 passed[^]*1 replayed[^]*Waiting for file changes/, read))
    // What is added is recorded, without a start.
    await save(project, 'watch.test.mjs', file.replaceAll("'watched'", "'watched, and renamed'"), said(/1 orphaned[^]*1 recorded[^]*Waiting for file changes/, read))
    expect([tapesOf(project), started(project).length]).toMatchObject([tapes, 2])
  } finally {
    process.kill(-child.pid!, 'SIGINT')
    await done
  }
  await expectNoProcess(project)
})

test('two projects of one workspace have tapes of their own, and neither takes the other for orphaned', async () => {
  const both = "{ test: { projects: ['one', 'two'].map((name) => ({ plugins: plugins(), root: './' + name, test: { name } })) } }"
  const files = Object.fromEntries(['one', 'two'].flatMap((name) => Object.entries({ ...serverFiles, 'code.mjs': code(name), 'watch.test.mjs': file }).map(([path, content]) => [`${name}/${path}`, content])))
  using project = createProject({ files, config: config(both) })
  expectRun(await project.run(), { exitCode: 0, passed: 2 })
  const tapes = tapesOf(project)
  expect(Object.keys(tapes)).toEqual(['one/tapes/watch.test.mjs/watched.tape', 'two/tapes/watch.test.mjs/watched.tape'])
  project.remove('two/server.mjs')
  expectRun(await project.run({ env: { CI: 'true' }, args: ['--pool=threads', '--no-isolate'] }), { exitCode: 0, passed: 2 })
  project.write('two/code.mjs', code('three'))
  const run = await project.run({ env: { CI: 'true' }, args: ['--project=two'] })
  expectRun(run, { exitCode: 1, passed: 0, failed: 1 })
  expect(failuresOf(run)['watched']).toContain('was not recorded so in tapes/watch.test.mjs/watched.tape')
  expect(tapesOf(project)).toEqual(tapes)
})
