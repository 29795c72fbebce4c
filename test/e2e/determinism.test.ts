import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, copyOfTape, fixtureServer, lines, linesOf, shadowcat, temporary, tidy } from './run.ts'
import { messagesOf } from './tape.ts'

afterAll(tidy)

type Difference = { tool: string; kind: string; pointer: string; guess?: string }
type Verified = { same: boolean; runs: { differences: Difference[] }[] }

/** Records a script against a fixture server. */
async function record(server: string, calls: readonly unknown[], tape = join(temporary(), `${server}.tape`)): Promise<{ tape: string; stderr: string }> {
  const script = join(temporary(), 'calls.jsonl')
  writeFileSync(script, lines(calls))
  const { code, stderr } = await shadowcat(['record', tape, '--script', script, '--', ...fixtureServer(server)])
  expect(code).toBe(0)
  return { tape, stderr }
}

async function verify(tape: string, server: string, ...flags: string[]): Promise<Verified & { code: number | null }> {
  const { code, stdout } = await shadowcat(['verify', tape, '--json', ...flags, '--', ...fixtureServer(server)])
  return { ...(JSON.parse(stdout) as Verified), code }
}

const echo = (text: string): object => ({ tool: 'echo', arguments: { text } })

describe('verify', () => {
  test('of deterministic servers differs in nothing, run after run', async () => {
    const echoed = await record('echo', [{ method: 'tools/list' }, echo('one'), echo('one'), echo('two'), { tool: 'no-such-tool' }, '{"tool":"echo","arguments":{"big":18446744073709551615,"real":1.0}}'])
    expect(await verify(echoed.tape, 'echo', '--runs', '3')).toMatchObject({ code: 0, same: true, runs: [{ differences: [] }, { differences: [] }, { differences: [] }] })
    const asked = await record('asks', [{ tool: 'roots' }, { tool: 'sample', arguments: { prompt: 'p' } }, { answer: 'roots/list', result: { roots: [{ uri: 'file:///a' }] } }, { answer: 'sampling/createMessage', result: { role: 'assistant', model: 'm', content: { type: 'text', text: 't' } } }])
    expect(messagesOf(asked.tape, 'to-client').at(-1)).toContain('"text":"t"')
    expect(await verify(asked.tape, 'asks')).toMatchObject({ code: 0, same: true, runs: [{ differences: [] }] })
  })

  test('of a server that tells the time differs in exactly that', async () => {
    const { tape } = await record('clock', [echo('first'), { tool: 'now' }, { tool: 'seconds' }, echo('last')])
    const { code, runs } = await verify(tape, 'clock')
    expect(code).toBe(1)
    expect(runs[0]!.differences.map(({ tool, pointer, kind, guess }) => [tool, pointer, kind, guess])).toEqual([
      ['now', '/result/content/0/text', 'time', 'time'],
      ['seconds', '/result/structuredContent/seconds', 'time', 'time'],
    ])
    const ignored = ['/result/content/0/text', '/result/structuredContent/seconds'].flatMap((pointer) => ['--ignore', pointer])
    expect(await verify(tape, 'clock', ...ignored)).toMatchObject({ code: 0, same: true })
  })

  test('of a server that draws at random differs in exactly that', async () => {
    const { tape } = await record('dice', [echo('first'), { tool: 'uuid' }, { tool: 'u64' }])
    const { code, runs } = await verify(tape, 'dice')
    expect(code).toBe(1)
    expect(new Set(runs[0]!.differences.map(({ tool, kind }) => `${tool} ${kind}`))).toEqual(new Set(['uuid random', 'u64 random']))
  })

  test('of the player of a tape differs in nothing, as diff of a tape with itself', async () => {
    for (const name of ['wassette-0.8.0', 'everything', 'stateless']) {
      const tape = copyOfTape(name)
      expect(await shadowcat(['tape', 'diff', tape, tape])).toMatchObject({ code: 0 })
    }
    const tape = copyOfTape('wassette-0.4.0')
    expect(await shadowcat(['verify', tape, '--', process.execPath, cli, 'replay', tape])).toMatchObject({ code: 0 })
  })
})

describe('a tape', () => {
  let input: string

  beforeAll(() => {
    input = lines(messagesOf(copyOfTape('wassette-0.8.0'), 'to-server').slice(0, 30))
  })

  test('does not change through ten replays, hits and misses alike', async () => {
    const tape = copyOfTape('wassette-0.8.0')
    const before = { bytes: readFileSync(tape), ...times(tape) }
    const outputs = new Set<string>()
    for (let round = 0; round < 10; round++) {
      const miss = lines([{ jsonrpc: '2.0', id: 'miss', method: 'tools/call', params: { name: 'echo', arguments: { round: 'none' } } }])
      const { code, stdout } = await shadowcat(['replay', tape], { input: round < 5 ? input : input + miss })
      expect(code).toBe(round < 5 ? 0 : 1)
      outputs.add(linesOf(stdout).filter((line) => !line.includes('"miss"')).toSorted().join('\n'))
    }
    expect(outputs.size).toBe(1)
    expect({ bytes: readFileSync(tape), ...times(tape) }).toEqual(before)
  })

  test('stays the same file when the same conversation is recorded over it, and says so', async () => {
    const calls = [{ method: 'tools/list' }, echo('one'), echo('two')]
    const { tape, stderr } = await record('echo', calls)
    expect(stderr).toMatch(/^recorded /m)
    const before = { bytes: readFileSync(tape), ...times(tape) }
    expect((await record('echo', calls, tape)).stderr).toMatch(/^unchanged /m)
    expect({ bytes: readFileSync(tape), ...times(tape) }).toEqual(before)
    expect((await record('echo', [...calls, echo('three')], tape)).stderr).toMatch(/^recorded /m)
    expect(readFileSync(tape).equals(before.bytes)).toBe(false)
  })

  test('of the same conversation has the same messages wherever it is recorded', async () => {
    const calls = [{ method: 'tools/list' }, echo('one'), { tool: 'divide', arguments: { a: 1 } }]
    const [one, two] = await Promise.all([record('echo', calls), record('echo', calls)])
    expect(await shadowcat(['tape', 'diff', one.tape, two.tape])).toMatchObject({ code: 0 })
    const dumps = await Promise.all([one, two].map(({ tape }) => shadowcat(['tape', 'dump', '--no-timing', tape])))
    expect(dumps[0]!.stdout).toBe(dumps[1]!.stdout)
  })
})

/** When the file was made and changed, and which file it is. */
function times(path: string): object {
  const { ino, mtimeMs, ctimeMs } = statSync(path)
  return { ino, mtimeMs, ctimeMs }
}
