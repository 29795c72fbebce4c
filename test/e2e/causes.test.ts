import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { fixture, wassettes } from '../wassette/real.ts'
import { type Ran, lines, root, shadowcat, temporary, tidy } from './run.ts'
import { wassetteEnvironment, wassetteUpstream } from './wassette.ts'

afterAll(tidy)

type Found = {
  same: boolean
  runs: { differences: { tool: string; pointer: string; guess?: string; cause?: { source: string; component: string; function: string; n: number }; unexplained?: string }[] }[]
  tools: { tool: string; component: string; verdict: string; sources: { source: string; uses: number; effects: { pointer: string; calls: number[] }[] }[]; indefinite?: { reason: string } }[]
}

const file = (name: string): string => join(root, 'test/fixtures/components', `${name}.wasm`)
const env = { SHADOWCAT_CACHE: join(root, 'node_modules/.cache/shadowcat-tests'), PLACE: 'here' }
const component = (...files: string[]): string[] => files.flatMap((path) => ['--component', path])

let folder: string
beforeAll(() => {
  folder = temporary()
})

function scriptOf(name: string, calls: object[]): string {
  const path = join(folder, `${name}.jsonl`)
  writeFileSync(path, lines(calls))
  return path
}

const run = (...args: string[]): Promise<Ran> => shadowcat(['verify', ...args], { env })
const found = ({ stdout }: Ran): Found => JSON.parse(stdout) as Found

/** A component that may use a folder, a host and a variable, as its policy beside it says. */
function granted(name: string, data: string, as = name): string {
  const home = join(folder, `${as}-home`)
  mkdirSync(home)
  copyFileSync(file(name), join(home, `${name}.wasm`))
  const rules = [`storage: {allow: [{uri: "fs://${data}", access: [read, write]}]}`, 'network: {allow: [{host: 127.0.0.1}]}', 'environment: {allow: [{key: PLACE}]}']
  writeFileSync(join(home, `${name}.policy.yaml`), `version: "1.0"\npermissions: {${rules.join(', ')}}\n`)
  return join(home, `${name}.wasm`)
}

describe('a script without a tape', () => {
  test('tells what each tool depends on; the network is asked once, and nothing is written', async () => {
    let asked = 0
    const server = createServer((_, response) => response.end(`answer ${++asked}`))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const data = temporary()
    writeFileSync(join(data, 'a'), 'content')
    const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const script = scriptOf('everything', [
      { tool: 'pure', arguments: { a: 1, b: 2 } }, { tool: 'everything', arguments: { authority, path: '/', file: 'a', key: 'PLACE' } }, { tool: 'append', arguments: { folder: 0, path: 'log', text: 'line' } },
    ])
    const scratch = temporary()
    const ran = await shadowcat(['verify', ...component(granted('sources', data), granted('files', data)), '--script', script, '--runs', '3'], { env: { ...env, TMPDIR: scratch } })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout.replace(/\d+ messages sent/, 'N messages sent').replace(/found in \d+ runs/, 'found in N runs')).toMatchInlineSnapshot(`
      "runs 1 to 3 of 3: N messages sent, 0 differences

      what 3 tools depend on
        pure (sources)        pure
        everything (sources)  reads the clock, draws random numbers, goes to the
                              network, reads files, reads variables
          clock        /result/structuredContent/result/when
                         ← wall-clock now, use 1
          random       /result/structuredContent/result/first
                         ← random get-random-u64, use 1
                       /result/structuredContent/result/second
                         ← random get-random-u64, use 2
          http         /result/structuredContent/result/fetched
                         ← outgoing-handler handle, use 1
          files        /result/structuredContent/result/read
                         ← descriptor.read, use 1
          environment  /result/structuredContent/result/setting  ← store get, use 1
        append (files)        depends on nothing that it uses
          files        used once, without effect on the result
      found in N runs of 3 calls in the embedded host

      same: nothing differs in 3 runs
      "
    `)
    expect(asked).toBe(1)
    expect([readdirSync(data), readdirSync(scratch)]).toEqual([['a'], []])
  })

  test('as JSON: each tool with its verdict, its sources and their effects', async () => {
    const script = scriptOf('json', [{ tool: 'now-seconds' }, { tool: 'echo', arguments: { text: 'a' } }])
    const ran = await run(...component(file('toolbox')), '--script', script, '--runs', '2', '--json')
    expect(ran.code).toBe(0)
    const { same, runs, tools } = found(ran)
    expect([same, runs.length]).toEqual([true, 2])
    const use = { component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 }
    expect(tools).toEqual([
      { tool: 'now-seconds', component: 'toolbox', calls: [2], verdict: 'dependent', sources: [{ source: 'clock', uses: 1, effects: [{ pointer: '/result/content/0/text', calls: [2], use, repeats: '/result/structuredContent' }, { pointer: '/result/structuredContent/result', calls: [2], use }] }] },
      { tool: 'echo', component: 'toolbox', calls: [3], verdict: 'pure', sources: [] },
    ])
  })

  test('a tool that cannot be made deterministic is told with the reason, and exit code 1', async () => {
    const script = scriptOf('loop', [{ tool: 'ask' }, { tool: 'fine' }])
    const ran = await run(...component(file('runaway')), '--script', script, '--runs', '1', '--call-timeout', '300ms')
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/ask \(runaway\) +cannot be made deterministic\n.*call 2: the call took longer than its limit of 300 ms/)
    expect(ran.stdout).toMatch(/but 1 tool cannot be made deterministic\n$/)
  })

  test('a component that cannot be loaded is named with what it imports', async () => {
    expect(await run(...component(file('broken')), '--script', scriptOf('broken', [{ tool: 'x' }]))).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/cannot load the component broken: .*\S+:\S+\/\S+/) as string })
  })

  test.each([
    ['a tape besides', ['some.tape', '--script', 'x.jsonl'], 'leave out "some.tape" or --script'],
    ['no component', ['--script', 'x.jsonl', '--', 'node', 'server.js'], '--component FILE.wasm --script CALLS.jsonl'],
    ['neither tape nor script', [], 'something is missing: shadowcat verify TAPE'],
    ['--accept', ['--component', file('toolbox'), '--script', 'x.jsonl', '--accept'], '--accept puts a new recording in the place of a tape'],
    ['a script that is not there', ['--component', file('toolbox'), '--script', 'nowhere.jsonl'], 'cannot read the script "nowhere.jsonl"'],
  ])('%s is refused in clear words', async (_, args, words) => {
    expect(await run(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) as string })
  })
})

describe('a tape with --causes', () => {
  test('of the embedded host: a difference in what a file holds is found, not guessed', async () => {
    const data = temporary()
    writeFileSync(join(data, 'a'), 'then')
    const wasm = granted('files', data, 'changed')
    const tape = join(folder, 'files.tape')
    const script = scriptOf('files', [{ tool: 'read', arguments: { folder: 0, path: 'a' } }])
    expect(await shadowcat(['record', tape, '--script', script, '--upstream', 'embedded', ...component(wasm)], { env })).toMatchObject({ code: 0 })
    writeFileSync(join(data, 'a'), 'now')
    const ran = await run(tape, '--upstream', 'embedded', ...component(wasm), '--causes', '--json')
    expect(ran.code).toBe(1)
    const cause = { source: 'files', component: 'files', interface: 'wasi:filesystem/types', function: '[method]descriptor.read', n: 1 }
    expect(found(ran).runs[0]!.differences.map((difference) => difference.cause)).toEqual([cause, cause])
  })

  test('what is held is no cause: another build that answers otherwise is not explained', async () => {
    const tape = join(folder, 'build.tape')
    const script = scriptOf('build', [{ tool: 'greet', arguments: { name: 'a' } }])
    const builds = ['greeter', 'toolbox'].map((name) => {
      mkdirSync(join(folder, `as-${name}`))
      copyFileSync(file(name), join(folder, `as-${name}`, 'tool.wasm'))
      return join(folder, `as-${name}`, 'tool.wasm')
    })
    expect(await shadowcat(['record', tape, '--script', script, '--upstream', 'embedded', ...component(builds[0]!)], { env })).toMatchObject({ code: 0 })
    const ran = await run(tape, '--upstream', 'embedded', ...component(builds[1]!), '--causes')
    expect(ran).toMatchObject({ code: 1, stderr: '' })
    expect(ran.stdout).toMatch(/which is {2}another value; not explained: greet was not run in the embedded\s+host\n/)
  })

  describe.each(wassettes)('of a real $title', ({ path, skipped }) => {
    test.skipIf(skipped)('time and randomness are found by running the recorded component', async () => {
      const components = temporary()
      copyFileSync(fixture('toolbox'), join(components, 'toolbox.wasm'))
      const tape = join(temporary(), 'wassette.tape')
      const script = scriptOf('wassette', [{ tool: 'now-seconds' }, { tool: 'random-u64' }, { tool: 'echo', arguments: { text: 'a' } }])
      const flags = wassetteUpstream(path, '--component-dir', components)
      const wassetteEnv = { ...env, ...wassetteEnvironment() }
      const [upstream, rest] = [flags.slice(0, flags.indexOf('--')), flags.slice(flags.indexOf('--'))]
      expect(await shadowcat(['record', tape, '--script', script, '--with-components', ...upstream, ...rest], { env: wassetteEnv })).toMatchObject({ code: 0 })
      const ran = await shadowcat(['verify', tape, '--causes', '--json', ...upstream, ...rest], { env: wassetteEnv })
      expect(ran.code).toBe(1)
      const { runs, tools } = found(ran)
      expect(runs[0]!.differences.filter(({ tool }) => tool === 'random-u64').map(({ cause, guess }) => [cause?.source, cause?.component, cause?.function, cause?.n, guess])).toEqual(Array.from({ length: 2 }, () => ['random', 'toolbox', 'get-random-u64', 1, undefined]))
      expect(tools.map(({ tool, verdict }) => [tool, verdict])).toEqual([['now-seconds', 'dependent'], ['random-u64', 'dependent'], ['echo', 'pure']])
    })
  })
})
