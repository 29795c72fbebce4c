import { once } from 'node:events'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from './client.ts'
import { cli, collect, lines, linesOf, root, shadowcat, start, temporary, tidy } from './run.ts'
import { query, rowsOf } from './tape.ts'

afterAll(tidy)

const file = (name: string): string => join(root, 'test/fixtures/components', `${name}.wasm`)
const upstream = (...components: string[]): string[] => ['--upstream', 'embedded', ...components.flatMap((name) => ['--component', file(name)])]
const env = { SHADOWCAT_CACHE: join(root, 'node_modules/.cache/shadowcat-tests'), SHADOWCAT_GREETING: 'granted' }
const calls = [{ method: 'tools/list' }, { tool: 'now-seconds' }, { tool: 'random-u64' }, '{"tool":"same-u64","arguments":{"value":18446744073709551615}}', { tool: 'fall' }, { tool: 'greet', arguments: { name: 'Ada' } }]

let folder: string
let script: string
beforeAll(() => {
  folder = temporary()
  script = join(folder, 'calls.jsonl')
  writeFileSync(script, lines(calls))
})

const record = (tape: string, ...flags: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> => shadowcat(['record', tape, '--script', script, ...upstream('toolbox', 'greeter'), ...flags], { env })

describe('components in process', () => {
  test('recorded twice in one world make one tape, which verifies and replays', async () => {
    const tape = join(folder, 'same.tape')
    const world = ['--seed', '18446744073709551615', '--epoch', '2026-01-01T00:00:00Z']
    expect(await record(tape, ...world)).toMatchObject({ code: 0, stderr: expect.stringContaining('recorded ') as string })
    const before = readFileSync(tape)
    expect(await record(tape, ...world)).toMatchObject({ code: 0, stderr: expect.stringContaining('unchanged ') as string })
    expect(readFileSync(tape).equals(before)).toBe(true)
    expect(query<{ world: string }>(tape, 'SELECT world FROM sessions')).toEqual([{ world: '{"epoch":"2026-01-01T00:00:00.000Z","seed":18446744073709551615}' }])
    expect(rowsOf(tape).find(({ message }) => message.includes('"result":1767225600'))?.component_id).toBe('toolbox')

    const verified = await shadowcat(['verify', tape, ...upstream('toolbox', 'greeter'), '--runs', '5'], { env })
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('same: nothing differs in 5 runs') as string })
    const { client, end } = await connect([cli, 'replay', tape])
    expect(await client.callTool({ name: 'greet', arguments: { name: 'Ada' } })).toMatchObject({ content: [{ text: 'Hello, Ada' }] })
    expect((await end()).code).toBe(0)
  })

  test('without a world that is given, time and randomness are held all the same, and the tape knows them', async () => {
    const tape = join(folder, 'present.tape')
    await record(tape, '--with-components')
    expect(await shadowcat(['verify', tape, '--upstream', 'embedded'], { env })).toMatchObject({ code: 0 })
    const other = await shadowcat(['verify', tape, '--upstream', 'embedded', '--seed', '9', '--json'], { env })
    const { runs } = JSON.parse(other.stdout) as { runs: [{ differences: { tool: string }[] }] }
    expect([other.code, [...new Set(runs[0].differences.map(({ tool }) => tool))]]).toEqual([1, ['random-u64']])
  })

  test('accepted, a new recording keeps the world in which it was made', async () => {
    const tape = join(folder, 'accepted.tape')
    await record(tape, '--seed', '1', '--epoch', '2026-01-01')
    expect(await shadowcat(['verify', tape, ...upstream(), '--seed', '2', '--accept'], { env })).toMatchObject({ code: 0 })
    expect(query<{ world: string }>(tape, 'SELECT world FROM sessions')).toEqual([{ world: '{"epoch":"2026-01-01T00:00:00.000Z","seed":2}' }])
    expect(await shadowcat(['verify', tape, ...upstream()], { env })).toMatchObject({ code: 0 })
  })

  test("serve the SDK's client through forward, and answer what a tape does not hold", async () => {
    const tape = join(folder, 'forward.tape')
    const live = await connect([cli, 'forward', 'stdio', '--record', tape, ...upstream('toolbox')])
    expect(await live.client.callTool({ name: 'echo', arguments: { text: 'a' } })).toMatchObject({ content: [{ text: 'a' }] })
    expect((await live.end()).code).toBe(0)
    const { client, end } = await connect([cli, 'replay', tape, '--on-miss', 'embedded', '--component', file('toolbox')])
    expect(await client.callTool({ name: 'echo', arguments: { text: 'a' } })).toMatchObject({ content: [{ text: 'a' }] })
    expect(await client.callTool({ name: 'echo', arguments: { text: 'other' } })).toMatchObject({ content: [{ text: 'other' }] })
    expect((await end()).code).toBe(0)
  })

  test('a call past its time limit is told, and the next is answered', async () => {
    const [tape, own] = [join(folder, 'limit.tape'), join(folder, 'limit.jsonl')]
    writeFileSync(own, lines([{ tool: 'loop' }, { tool: 'fine' }]))
    expect(await shadowcat(['record', tape, '--script', own, '--component', file('runaway'), '--call-timeout', '300ms'], { env })).toMatchObject({ code: 0 })
    expect(rowsOf(tape).map(({ message }) => message).filter((message) => message.includes('"content"'))).toEqual([expect.stringContaining('Error: the call took longer than its limit of 300 ms') as string, expect.stringContaining('"result":7') as string])
  })

  test('are named by the configuration, with their world', async () => {
    const place = temporary()
    writeFileSync(join(place, 'shadowcat.config.json'), JSON.stringify({ upstream: { components: [file('toolbox')] }, world: { epoch: '2026-01-01T00:00:00Z', seed: 3 } }))
    writeFileSync(join(place, 'calls.jsonl'), lines([{ tool: 'now-seconds' }]))
    expect(await shadowcat(['record', 'a.tape', '--script', 'calls.jsonl'], { cwd: place, env })).toMatchObject({ code: 0 })
    expect(query<{ world: string }>(join(place, 'a.tape'), 'SELECT world FROM sessions')).toEqual([{ world: '{"epoch":"2026-01-01T00:00:00.000Z","seed":3}' }])
  })
})

describe('a component that never returns', () => {
  const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '0' } } }
  const spin = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'spin' } }

  test.skipIf(process.platform !== 'linux').each([['SIGINT', 130], ['SIGTERM', 143]] as const)('ends with %s, which leaves a tape of what was said', async (signal, code) => {
    const tape = join(folder, `${signal}.tape`)
    const child = start([cli, 'forward', 'stdio', '--record', tape, ...upstream('spin'), '--call-timeout', '1h'], { env })
    const ran = collect(child)
    child.stdin.write(lines([initialize]))
    await once(child.stdout, 'data')
    const before = processorTime(child.pid!)
    child.stdin.write(lines([spin]))
    // It holds a core from now on, so its process has soon taken half a second of it.
    while (processorTime(child.pid!) - before < 50) await sleep(20)
    child.kill(signal)
    expect(await ran).toMatchObject({ code, stdout: expect.not.stringContaining('"id":1') as string })
    expect(rowsOf(tape).map(({ message }) => (JSON.parse(message) as { method?: string; id: number }).method)).toEqual(['initialize', undefined, 'tools/call'])
  })

  test.skipIf(process.platform === 'win32')('while causes are looked for, which happens in the main thread, a signal ends the process at once, and nothing is left', async () => {
    const [place, own] = [temporary(), join(folder, 'signal.jsonl')]
    writeFileSync(own, lines([{ tool: 'spin' }]))
    // Progress is told on a terminal alone.
    const terminal = 'data:text/javascript,process.stderr.isTTY=true'
    const child = start(['--import', terminal, cli, 'verify', '--component', file('spin'), '--script', own, '--runs', '1', '--call-timeout', '3s'], { env: { ...env, TMPDIR: place } })
    let said = ''
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      if (said.includes('looking for causes: run 1')) child.kill('SIGINT')
    })
    expect(await collect(child)).toMatchObject({ code: null, stdout: '' })
    expect([child.signalCode, readdirSync(place)]).toEqual(['SIGINT', []])
  })

  test('is cut off at its limit in words that verify finds again, and what was asked after it is answered', async () => {
    const tape = join(folder, 'cut.tape')
    writeFileSync(join(folder, 'cut.jsonl'), lines([{ tool: 'spin' }]))
    await shadowcat(['record', tape, '--script', join(folder, 'cut.jsonl'), ...upstream('spin'), '--call-timeout', '300ms'], { env })
    expect(await shadowcat(['verify', tape, ...upstream('spin'), '--call-timeout', '300ms'], { env })).toMatchObject({ code: 0 })
    const { code, stdout } = await shadowcat(['forward', 'stdio', ...upstream('spin'), '--call-timeout', '300ms'], { env, input: lines([initialize, spin, { jsonrpc: '2.0', id: 2, method: 'ping' }]) })
    expect(linesOf(stdout).map((line) => (JSON.parse(line) as { id: number }).id).sort()).toEqual([0, 1, 2])
    expect([code, stdout]).toEqual([0, expect.stringContaining('Error: the call took longer than its limit of 300 ms') as string])
  })
})

/** Of a whole process, in hundredths of a second: proc(5), after the name, which may hold anything. */
function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

describe('is refused in one line', () => {
  test.each([
    [['--component', '/nowhere/x.wasm'], 'error: there is no component /nowhere/x.wasm; --component takes a .wasm file'],
    [['--component', file('broken')], 'error: cannot load the component broken: '],
    [['--component', file('toolbox'), '--seed', 'x'], 'error: --seed is to be an unsigned 64-bit integer, or real for another one in each call; found x'],
    [['--component', file('toolbox'), '--memory', '5'], 'error: --memory takes a size with its unit, such as 512KB, 64MB or 1GB; found "5"'],
    [['--upstream', 'embedded', '--', 'node'], 'error: --upstream embedded starts no command: nothing can follow --'],
    [['--component', 'x.wasm', '--', 'node'], 'error: --component is for --upstream embedded, which runs components in this process'],
    [['--seed', '1', '--', 'node'], 'error: --seed is for the world of --upstream embedded; no other is held'],
  ])('%j', async (flags, message) => {
    const { code, stderr } = await shadowcat(['record', join(folder, 'refused.tape'), '--script', script, ...flags], { env })
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1])
    expect(stderr).toContain(message)
  })

  test('replay, which needs no component but at a miss', async () => {
    const { code, stderr } = await shadowcat(['replay', join(root, 'tapes/wassette-0.8.0.tape'), '--component', file('toolbox')], { env })
    expect([code, stderr]).toEqual([2, 'error: --component is asked at a miss, with --on-miss embedded; a tape needs no server\n'])
  })
})
