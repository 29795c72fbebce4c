import { describe, expect, test } from 'vitest'
import { type Project, createProject } from '../project.ts'
import { besidesTapes, expectNoProcess, fixture, marked, tapesOf } from './subject.ts'

/** How often all is done in each pool, in full: once, with fewer tests, unless given. */
const given = process.env['SHADOWCAT_CROWD_ROUNDS']
const rounds = Number(given ?? 1)
/** So many tests at the same time, in four files. */
const count = given === undefined ? 200 : 500
const perFile = count / 4

/** Answers of a process, and of a component that shares the test's time and numbers. */
const file = (index: number): string => `
import { createHash, randomUUID } from 'node:crypto'
import { test, expect } from 'shadowcat/vitest'
const rows = Array.from({ length: ${perFile} }, (_, i) => ${index * perFile} + i)
test.concurrent.for(rows)('test %i', { meta: ${index === 0} ? { shadowcat: { upstream: { components: ['clock.wasm'] } } } : {} }, async (i, { session, world, tape, expect }) => {
  const seen = []
  for (let k = 0; k < 3; k++) {
    const before = Date.now()
    const given = { i, k, random: Math.random(), uuid: randomUUID(), own: crypto.randomUUID() }
    const { content, structuredContent } = ${index === 0} ? await session.callTool('wall') : await session.callTool('echo', given)
    if (${index !== 0}) expect(structuredContent).toEqual(given)
    expect([before, Date.now()]).toEqual([world.epoch.getTime() + k, world.epoch.getTime() + k + 1])
    seen.push(given, content)
  }
  expect(session.calls.length).toBe(3)
  console.log('seen ' + i + ' ' + tape.recording + ' ' + createHash('sha256').update(JSON.stringify([seen, world.epoch])).digest('hex'))
})
`

const files = Object.fromEntries([0, 1, 2, 3].map((index) => [`crowd-${index}.test.mjs`, file(index)]))

/** What each test has seen: of every test another thing. */
function seenIn(stdout: string, recording: boolean): string[] {
  const lines = [...stdout.matchAll(/seen (\d+) (true|false) (\w+)/g)]
  expect(new Set(lines.map(([, name]) => name)).size).toBe(count)
  expect(new Set(lines.map(([, , , hash]) => hash)).size).toBe(count)
  expect(new Set(lines.map(([, , recorded]) => recorded))).toEqual(new Set([String(recording)]))
  return lines.map(([, name, , hash]) => `${name} ${hash}`).sort()
}

/** Runs all tests once: nothing is left of it but tapes. */
async function run(project: Project, env: Record<string, string>, args: string[]): Promise<string> {
  const result = await project.run({ env, args: [...args, '--maxConcurrency=500', '--testTimeout=60000', '--reporter=default', '--disableConsoleIntercept'] })
  expect(result.exitCode, result.stdout + result.stderr).toBe(0)
  await expectNoProcess(project)
  return result.stdout
}

describe.each([
  { pool: 'forks', other: 'threads' },
  { pool: 'threads', other: 'forks' },
])(`${count} tests at the same time, recorded in $pool`, ({ pool, other }) => {
  test.each(Array.from({ length: rounds }, (_, round) => round))('each has its own answers, time and numbers, and nothing is left: round %i', { timeout: 300_000 }, async () => {
    using project = createProject({
      files: { 'echo.sh': fixture('servers/echo.sh'), 'clock.wasm': fixture('components/clock.wasm'), ...files },
      options: { upstream: { command: ['/bin/sh', 'echo.sh'] } },
    })
    const { env, temporary } = marked(project)
    const recorded = seenIn(await run(project, env, [`--pool=${pool}`]), true)
    const tapes = tapesOf(project)
    expect([Object.keys(tapes).length, besidesTapes(project), temporary()]).toEqual([count, [], []])
    expect(seenIn(await run(project, { ...env, CI: 'true' }, [`--pool=${other}`]), false)).toEqual(recorded)
    expect([tapesOf(project), besidesTapes(project), temporary()]).toEqual([tapes, [], []])
  })
})
