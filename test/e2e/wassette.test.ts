import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fixture, wassettes } from '../wassette/real.ts'
import { connect } from './client.ts'
import { cli, collect, copyOfTape, root, shadowcat, start, tapeOf, temporary, tidy } from './run.ts'
import { messagesOf, query, rowsOf } from './tape.ts'
import { wassetteEnvironment, wassetteUpstream } from './wassette.ts'

afterAll(tidy)

type Difference = { kind: string; tool: string | null; pointer: string | null; expected: unknown; actual: unknown; guess?: string }
type Verified = { same: boolean; runs: { differences: Difference[]; ignored: { rule: string; count: number }[] }[] }

const script = join(root, 'tapes/wassette.jsonl')
const committed = ['wassette-0.8.0', 'wassette-0.4.0', 'wassette-0.8.0-stateless', 'components-0.8.0', 'components-0.4.0']

function textOf(answer: string): string {
  return (JSON.parse(answer) as { result: { content: [{ text: string }] } }).result.content[0].text
}

/** The texts of the answers to calls of a tool. */
function answersOf(tape: string, tool: string): string[] {
  const rows = query<{ answer: Buffer }>(tape, `SELECT answer.message AS answer FROM recordings AS call JOIN recordings AS answer ON answer.reply_to = call.id WHERE call.message ->> '$.params.name' = '${tool}' ORDER BY call.id`)
  return rows.map(({ answer }) => textOf(answer.toString()))
}

describe.each(committed)('the committed tape %s', (name) => {
  test('answers its own conversation without Wassette, byte for byte and in order', async () => {
    const child = start([cli, 'replay', tapeOf(name), '--unused', 'error'])
    const ran = collect(child)
    const received: string[] = []
    let more = Promise.withResolvers<void>()
    child.stdout.on('data', (text: string) => {
      received.push(...text.split('\n').slice(0, -1))
      more.resolve()
    })
    let expected = 0
    for (const { direction, message } of rowsOf(tapeOf(name))) {
      if (direction === 'to-client') expected++
      else {
        while (received.length < expected) {
          await more.promise
          more = Promise.withResolvers()
        }
        child.stdin.write(`${message}\n`)
      }
    }
    child.stdin.end()
    expect(await ran).toMatchObject({ code: 0, stderr: '', stdout: messagesOf(tapeOf(name), 'to-client').map((line) => `${line}\n`).join('') })
  })

  test('keeps 64-bit integers past 2^53 as they were sent', () => {
    const lines = rowsOf(tapeOf(name)).map(({ message }) => message)
    if (name.startsWith('wassette')) expect(lines.filter((line) => /"(?:value|result)":18446744073709551615\b/.test(line)).length).toBeGreaterThan(0)
    expect(lines.join('')).not.toContain('18446744073709552000')
  })
})

describe("the SDK's client", () => {
  test.each(['wassette-0.8.0', 'wassette-0.4.0'])('works with the tape %s as with Wassette', async (name) => {
    const { client, end } = await connect([cli, 'replay', tapeOf(name)])
    const { tools } = await client.listTools()
    expect(tools.length).toBeGreaterThan(10)
    expect(await client.callTool({ name: 'greet', arguments: { name: 'Ada' } })).toMatchObject({ content: [{ text: 'Hello, Ada' }] })
    expect(await client.callTool({ name: 'fall', arguments: {} })).toMatchObject({ isError: true })
    await expect(client.callTool({ name: 'greet', arguments: { name: 'Eve' } })).rejects.toMatchObject({ code: -32081 })
    expect(await end()).toMatchObject({ code: 1, stderr: expect.stringContaining('miss: ') as string })
  })
})

describe('the rows of a tape', () => {
  test.each(['wassette-0.8.0', 'wassette-0.4.0'])('tell which component served each call, under which policy: %s', (name) => {
    const calls = query<{ tool: string; component_id: string | null; policy: Buffer | null }>(tapeOf(name), `SELECT message ->> '$.params.name' AS tool, component_id, policy FROM recordings WHERE message ->> '$.method' = 'tools/call' ORDER BY id`)
    const of = (tool: string): (string | null)[] => calls.filter((call) => call.tool === tool).map(({ component_id: component }) => component)
    expect([of('now-seconds'), of('local_toolbox_shapes_mirror'), of('variable')]).toEqual([['toolbox'], ['toolbox'], ['environment', 'environment', 'environment']])
    // the last call comes after its component was unloaded
    expect(of('greet')).toEqual(['greeter', 'greeter', null])
    expect([of('load-component'), of('no-such-tool')].flat()).toEqual([null, null, null, null, null, null])
    const policies = calls.filter(({ tool }) => tool === 'variable').map(({ policy }) => policy?.toString() ?? 'none')
    expect(policies[0]).toBe('none')
    expect(policies[1]).toContain('SHADOWCAT_GREETING')
    expect(policies[2]).not.toContain('SHADOWCAT_GREETING')
  })

  test.each(['wassette-0.8.0', 'wassette-0.4.0', 'components-0.8.0', 'components-0.4.0'])('tell of each load its uri, digest and policy: %s', (name) => {
    const loads = query<{ component_id: string; uri: string; digest: string; policy: Buffer | null; initial: number }>(tapeOf(name), 'SELECT * FROM component_loads')
    const digest = (component: string): string => `sha256:${createHash('sha256').update(readFileSync(fixture(component))).digest('hex')}`
    expect(loads.map((load) => load.digest)).toEqual(loads.map((load) => digest(load.component_id)))
    const early = name.startsWith('components')
    expect(loads.map((load) => load.component_id)).toEqual(early ? ['environment', 'greeter'] : ['toolbox', 'greeter', 'environment', 'greeter'])
    expect(loads.every(({ initial, uri }) => (initial === 1) === early && uri.startsWith(early ? 'file:///tmp/shadowcat/components/' : 'file:///proc/self/cwd/'))).toBe(true)
    expect(loads[0]!.policy?.toString()).toEqual(early ? readFileSync(join(root, 'tapes/environment.policy.yaml'), 'utf8') : undefined)
  })
})

describe.each(wassettes.map((wassette, index) => ({ ...wassette, version: index === 0 ? '0.8.0' : '0.4.0' })))('with a real $title', ({ path, skipped, version }) => {
  const upstream = (...flags: string[]): string[] => wassetteUpstream(path, ...flags)

  async function verify(tape: string, ...flags: string[]): Promise<Verified & { code: number | null }> {
    const { code, stdout, stderr } = await shadowcat(['verify', tape, '--json', ...flags, ...upstream()], { env: wassetteEnvironment() })
    expect(stderr).not.toContain('error:')
    return { ...(JSON.parse(stdout) as Verified), code }
  }

  /** What the clock and the random tool answered, and nothing else, differs; the guess is right. */
  function expectClockAndRandom({ same, runs }: Verified): void {
    expect(same).toBe(false)
    const named = new Set(runs[0]!.differences.map(({ tool, kind, guess }) => `${tool} ${kind} ${guess}`))
    // a clock of whole seconds may well tell the same twice
    expect([...named].filter((name) => name !== 'now-seconds time time')).toEqual(['random-u64 random random'])
    const places = new Set<string | null>(['/result/content/0/text', '/result/structuredContent/result'])
    expect(runs[0]!.differences.filter(({ pointer }) => !places.has(pointer))).toEqual([])
  }

  const names = [`wassette-${version}`, ...(version === '0.8.0' ? ['wassette-0.8.0-stateless'] : [])]
  test.skipIf(skipped).each(names)('the tape %s verifies: clock and random tool alone differ, and are named as such', async (name) => {
    const before = readFileSync(tapeOf(name))
    const verified = await verify(tapeOf(name))
    expect(verified.code).toBe(1)
    expectClockAndRandom(verified)
    expect(verified.runs[0]!.differences.map(({ tool }) => tool)).toContain('now-seconds')
    expect(verified.runs[0]!.ignored).toEqual([{ rule: 'policy-file', count: 1 }])
    expect(readFileSync(tapeOf(name)).equals(before)).toBe(true)
  })

  test.skipIf(skipped)('what is recorded anew differs from the committed tape in clock, random tool and the folder of the policy alone', async () => {
    const tape = join(temporary(), 'new.tape')
    const recorded = await shadowcat(['record', tape, '--script', script, ...upstream('--component-dir', join(temporary(), 'components'))], { env: wassetteEnvironment() })
    expect(recorded).toMatchObject({ code: 0, stderr: expect.stringMatching(/recorded .*new\.tape: 7\d messages/) as string })
    const { code, stdout } = await shadowcat(['tape', 'diff', '--json', tapeOf(`wassette-${version}`), tape])
    expect(code).toBe(1)
    // two tapes are compared as they are; where get-policy found its file is known noise to verify alone
    expect([...new Set((JSON.parse(stdout) as { differences: Difference[] }).differences.map(({ tool }) => tool))].toSorted()).toEqual(['get-policy', 'now-seconds', 'random-u64'])
    expect(answersOf(tape, 'load-component').map((text) => /reloaded|loaded|Error/.exec(text)![0])).toEqual(['loaded', 'loaded', 'loaded', 'reloaded', 'Error'])
    expect(answersOf(tape, 'variable').at(-1)).toBe('null')
  })

  test.skipIf(skipped)('--accept shows the difference and puts the new recording in the place of the tape', async () => {
    const tape = copyOfTape(`wassette-${version}`)
    const old = answersOf(tape, 'random-u64')
    const { code, stdout } = await shadowcat(['verify', tape, '--accept', ...upstream()], { env: wassetteEnvironment() })
    expect(code).toBe(0)
    expect(stdout).toContain('random-u64')
    expect(answersOf(tape, 'random-u64')).not.toEqual(old)
    expect(await shadowcat(['tape', 'validate', tape])).toMatchObject({ code: 0 })
    const again = await verify(tape)
    expectClockAndRandom(again)
  })

  test.skipIf(skipped)('components and policy that were there come back from the tape alone, and nothing differs', async () => {
    const folder = temporary()
    // the folder in which they stood when this tape was recorded is gone
    const { code, stdout } = await shadowcat(['verify', tapeOf(`components-${version}`), '--runs', '2', ...upstream()], { env: { ...wassetteEnvironment(), TMPDIR: folder } })
    expect(code).toBe(0)
    expect(stdout).toContain('nothing differs')
    expect(readdirSync(folder)).toEqual([])
  })

  test.skipIf(skipped)('a tape without the bytes of a component that is gone says how to keep them', async () => {
    const folder = temporary()
    const directory = join(folder, 'components')
    const tape = join(folder, 'without.tape')
    const calls = join(folder, 'calls.jsonl')
    writeFileSync(calls, '{"tool":"greet","arguments":{"name":"Ada"}}\n')
    writeFileSync(join(folder, 'greeter.wasm'), readFileSync(fixture('greeter')))
    collectComponents(directory)
    const record = (...flags: string[]): ReturnType<typeof shadowcat> => shadowcat(['record', tape, '--script', calls, ...flags, ...upstream('--component-dir', directory)], { env: wassetteEnvironment() })
    expect(await record()).toMatchObject({ code: 0 })
    rmSync(directory, { recursive: true })
    const failed = await shadowcat(['verify', tape, ...upstream('--component-dir', directory)], { env: wassetteEnvironment() })
    expect(failed.code).toBe(2)
    for (const words of ['greeter', 'sha256:8182cbdc', '--with-components']) expect(failed.stderr).toContain(words)
    collectComponents(directory)
    expect(await record('--with-components')).toMatchObject({ code: 0 })
    rmSync(directory, { recursive: true })
    expect(await verify(tape)).toMatchObject({ code: 0, same: true })
  })

  const eras = [{ era: 'legacy', options: {} }, ...(version === '0.8.0' ? [{ era: 'modern', options: { versionNegotiation: { mode: { pin: '2026-07-28' } } } }] : [])]
  test.skipIf(skipped).each(eras)("the SDK's client of the $era era records through forward, and the same calls come back from the tape", async ({ era, options }) => {
    const folder = temporary()
    const tape = join(folder, 'sdk.tape')
    const greet = async (args: string[]): Promise<{ answers: unknown[]; code: number | null; stderr: string }> => {
      const changed = Promise.withResolvers<void>()
      const { client, end } = await connect([cli, ...args], options, (unconnected) => unconnected.setNotificationHandler('notifications/tools/list_changed', () => changed.resolve()))
      const subscription = era === 'modern' ? await client.listen({ toolsListChanged: true }) : undefined
      const answers: unknown[] = [client.getProtocolEra(), await client.callTool({ name: 'load-component', arguments: { path: `file://${fixture('greeter')}` } })]
      await changed.promise
      answers.push(await client.callTool({ name: 'greet', arguments: { name: 'Ada' } }), (await client.listTools()).tools.map(({ name }) => name))
      await subscription?.close()
      return { answers, ...(await end()) }
    }
    const env = [`XDG_DATA_HOME=${folder}`, 'RUST_LOG=off'].flatMap((assignment) => ['--env', assignment])
    const live = await greet(['forward', 'stdio', '--record', tape, ...env, ...upstream('--component-dir', join(folder, 'components'))])
    expect(live).toMatchObject({ code: 0, answers: [era, {}, { content: [{ text: 'Hello, Ada' }] }, expect.arrayContaining(['greet', 'load-component'])] })
    expect(await greet(['replay', tape, '--unused', 'error'])).toMatchObject({ code: 0, stderr: '', answers: live.answers })
  })
})

function collectComponents(directory: string): void {
  mkdirSync(directory)
  copyFileSync(fixture('greeter'), join(directory, 'greeter.wasm'))
}
