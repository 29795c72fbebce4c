import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readTape } from '../../../src/tape/reader.ts'
import { type Project, createProject } from '../project.ts'
import { besidesTapes, expectNoProcess, expectRun, marked, serverFiles, started, tapesOf, upstream } from './subject.ts'

/** The first has a tape, which is made anew; the second has none. WAIT keeps both in the middle of their recordings. */
const file = `
import { test } from 'shadowcat/vitest'

for (const name of ['older', 'newer']) {
  test.concurrent(name, async ({ session }) => {
    await session.callTool('echo', { name, more: process.env.WAIT ?? '' })
    if (!process.env.WAIT) return
    console.log('waiting ' + name)
    await session.callTool('never')
  })
}
`

const signals: Record<string, (pid: number) => void> = {
  'SIGINT to the group': (pid) => process.kill(-pid, 'SIGINT'),
  'SIGINT to the main process alone': (pid) => process.kill(pid, 'SIGINT'),
  'SIGKILL to the main process alone': (pid) => process.kill(pid, 'SIGKILL'),
}

/** Ends vitest in the middle of two recordings, and waits until nothing of it is left. */
async function interrupt(project: Project, env: Record<string, string>, args: string[], signal: (pid: number) => void): Promise<void> {
  const { child, said, done } = project.start({ args: ['run', ...args, '-u', '--disableConsoleIntercept', '--reporter=default'], env: { ...env, WAIT: 'yes' } })
  await Promise.all([said(/waiting older/), said(/waiting newer/)])
  signal(child.pid!)
  await done
  await expectNoProcess(project)
}

describe.each(['forks', 'threads'])('a recording in the pool %s that is broken off', (pool) => {
  test('leaves no half tape and no process; its journals are named by the next run, with what recovers them', async () => {
    using project = createProject({ files: { ...serverFiles, 'calls.test.mjs': file, 'quick.test.mjs': "import { test } from 'vitest'\ntest('quick', () => undefined)\n" }, options: { upstream } })
    const { env, temporary } = marked(project)
    expectRun(await project.run({ args: ['calls', '-t', 'older'], env }), { exitCode: 0, passed: 1 })
    const tapes = tapesOf(project)
    expect(Object.keys(tapes)).toEqual(['tapes/calls.test.mjs/older.tape'])

    for (const [name, signal] of Object.entries(signals)) {
      await interrupt(project, env, ['calls', `--pool=${pool}`], signal)
      expect.soft([tapesOf(project), temporary()], name).toEqual([tapes, []])
    }
    expect(started(project).length).toBe(1 + 2 * Object.keys(signals).length)
    const journals = besidesTapes(project)
    expect(journals.length).toBe(2 * Object.keys(signals).length)

    const next = await project.run({ args: ['quick'], env: { ...env, CI: 'true' } })
    expectRun(next, { exitCode: 0, passed: 1 })
    expect(next.stdout).toMatch(/^ +Journals +6 recordings broken off$/m)
    const [, command] = /to keep what was recorded: npx shadowcat tape recover (.*)/.exec(next.stdout)!
    const words = command!.split(/(?<=\.journal'?) /).map((word) => word.replace(/^'(.*)'$/, '$1'))
    expect(words.sort()).toEqual(journals.sort())

    const recovered = spawnSync(process.execPath, [resolve(import.meta.dirname, '../../../src/cli/main.ts'), 'tape', 'recover', journals[0]!], { cwd: project.path, encoding: 'utf8' })
    expect(recovered.status, recovered.stderr).toBe(0)
    const { entries } = readTape(join(project.path, recovered.stdout.trim()))
    // The answers to initialize and to the call that was over.
    expect(entries.filter(({ message }) => message.kind === 'result')).toHaveLength(2)
    expect(tapesOf(project)).toMatchObject(tapes)
  })
})
