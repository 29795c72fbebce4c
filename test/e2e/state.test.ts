/** The regression test of whoever writes a component: a session is recorded once, and each new build is told again what the old one was told. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ran, lines, root, shadowcat, tapeOf, temporary, tidy } from './run.ts'
import { query } from './tape.ts'

const cache = { SHADOWCAT_CACHE: join(root, 'node_modules/.cache/shadowcat-tests') }
const key = 'a-key-of-42-letters'
let folder: string
let tape: string
let server: Server
let requests = 0
let recorded: Ran

/** A build of the component in a folder of its own: the same bytes, with some words in the place of others. */
function build(name: string, was = '', is = ''): string {
  const place = join(folder, name)
  mkdirSync(place)
  const bytes = readFileSync(join(root, 'test/fixtures/components/teller.wasm'))
  writeFileSync(join(place, 'teller.wasm'), was === '' ? bytes : Buffer.from(bytes.toString('latin1').replace(was, is), 'latin1'))
  writeFileSync(join(place, 'teller.policy.yaml'), `version: "1.0"\npermissions:\n  network: {allow: [{host: 127.0.0.1}]}\n  environment: {allow: [{key: TELLER_KEY}]}\n  storage: {allow: [{uri: "fs://${folder}/data", access: [read]}]}\n`)
  return join(place, 'teller.wasm')
}

const verify = (component: string, ...flags: string[]): Promise<Ran> => shadowcat(['verify', tape, '--upstream', 'embedded', '--component', component, '--env', `TELLER_KEY=${key}`, ...flags], { env: cache })

beforeAll(async () => {
  folder = temporary()
  tape = join(folder, 'teller.tape')
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data/notes.txt'), 'buy milk')
  server = createServer((request, response) => {
    requests++
    response.end(`${request.url?.includes(key) && request.headers['x-api-key'] === key ? 'three' : 'none'}, by request ${requests}`)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const script = join(folder, 'calls.jsonl')
  writeFileSync(script, lines([{ tool: 'ask', arguments: { authority } }, { tool: 'notes' }, { tool: 'mark' }, { tool: 'ask', arguments: { authority } }]))
  recorded = await shadowcat(['record', tape, '--script', script, '--component', build('first'), '--env', `TELLER_KEY=${key}`], { env: cache })
  // From here on there is neither server nor file.
  await new Promise((closed) => server.close(closed))
  rmSync(join(folder, 'data'), { recursive: true })
})
afterAll(tidy)

test('what components saw is in the tape, and no secret is', () => {
  expect(recorded.code).toBe(0)
  expect(query<{ message: Uint8Array }>(tape, 'SELECT message FROM recordings').map(({ message }) => Buffer.from(message).toString()).join('\n')).toMatch(/items: three, by request 1[^]*buy milk[^]*items: three, by request 2/)
  const kinds = query<{ kind: string; count: number }>(tape, 'SELECT kind, count(*) AS count FROM external_state GROUP BY kind ORDER BY kind')
  expect(Object.fromEntries(kinds.map(({ kind, count }) => [kind, count]))).toEqual({ clock: 1, environment: 2, file: expect.any(Number) as number, http: 2, random: 1 })
  expect(readFileSync(tape).includes(key)).toBe(false)
  expect(Buffer.from(query<{ request: Uint8Array }>(tape, "SELECT request FROM external_state WHERE kind = 'http'")[0]!.request).toString()).toMatch(/api_key=\[redacted:[a-z-]+#1\]"[^]*\["x-api-key","\[redacted:[a-z-]+#1\]"\]/)
})

describe('without server and files', () => {
  test('a build that does the same is the same, in every run; live it cannot be', async () => {
    const before = requests
    const component = build('same')
    const again = await verify(component, '--state', 'recorded', '--runs', '3')
    expect([again.stderr, again.code, again.stdout]).toEqual(['', 0, expect.stringContaining('same: nothing differs in 3 runs') as string])
    const live = await verify(component, '--state', 'live')
    expect([live.code, live.stdout.includes('differs')]).toEqual([1, true])
    expect(requests).toBe(before)
  })

  test('another key is the same too, as keys are in no tape; none is told', async () => {
    const component = build('keys')
    const other = await shadowcat(['verify', tape, '--upstream', 'embedded', '--component', component, '--env', 'TELLER_KEY=a-key-of-another', '--state', 'recorded'], { env: cache })
    expect([other.code, other.stderr]).toEqual([0, ''])
    const none = await shadowcat(['verify', tape, '--upstream', 'embedded', '--component', component, '--state', 'recorded', '--runs', '2'], { env: cache })
    expect(none).toMatchObject({ code: 1, stderr: 'shadowcat: the variable TELLER_KEY was set when this was recorded, and is not set now: its value is in no recording, so give it with --env TELLER_KEY=VALUE\n' })
  })

  test('a build that asks for something else is told, with what was recorded next to it', async () => {
    const { code, stdout } = await verify(build('v2', '/v1/items', '/v2/items'), '--state', 'recorded', '--json')
    const { runs } = JSON.parse(stdout) as { runs: [{ differences: { tool: string; actual?: unknown }[] }] }
    expect([code, new Set(runs[0].differences.map(({ tool }) => tool))]).toEqual([1, new Set(['ask'])])
    expect(stdout).toMatch(/the component asks for GET http:\/\/127\.0\.0\.1:\d+\/v2\/items\?api_key=\[redacted\], which was not recorded so: nearest is GET http:\/\/127\.0\.0\.1:\d+\/v1\/items\?api_key=\[redacted\]; record again, or use --state live/)
    expect(stdout).not.toContain(key)
  })

  test('a build that reads another file is told', async () => {
    const { code, stdout } = await verify(build('other', 'notes.txt', 'other.txt'), '--state', 'recorded', '--json')
    expect([code, stdout]).toEqual([1, expect.stringContaining(`the component asks for what stands at ${folder}/data/other.txt, which was not recorded so: nearest is what stands at ${folder}/data/notes.txt; record again, or use --state live`) as string])
  })

  test('a build that says something else is told', async () => {
    const { code, stdout } = await verify(build('words', 'items: ', 'Items: '), '--state', 'recorded')
    expect([code, stdout]).toEqual([1, expect.stringContaining('Items: three') as string])
  })

  test('what a new build said may be kept, with what it was told', async () => {
    const [copy, component] = [join(folder, 'accepted.tape'), build('accepted', 'items: ', 'Items: ')]
    cpSync(tape, copy)
    const flags = ['--upstream', 'embedded', '--component', component, '--env', `TELLER_KEY=${key}`, '--state', 'recorded']
    expect(await shadowcat(['verify', copy, ...flags, '--accept'], { env: cache })).toMatchObject({ code: 0 })
    const texts = (path: string): unknown[] => query<{ request: Uint8Array; response: Uint8Array | null }>(path, 'SELECT request, response FROM external_state ORDER BY id').map(({ request, response }) => [request, response].map((bytes) => bytes && Buffer.from(bytes).toString()))
    expect(texts(copy)).toEqual(texts(tape))
    expect(await shadowcat(['verify', copy, ...flags], { env: cache })).toMatchObject({ code: 0 })
  })
})

test('real time and real randomness are played too', async () => {
  const [real, script] = [join(folder, 'real.tape'), join(folder, 'marks.jsonl')]
  writeFileSync(script, lines([{ tool: 'mark' }, { tool: 'mark' }]))
  const upstream = ['--upstream', 'embedded', '--component', build('real')]
  expect(await shadowcat(['record', real, '--script', script, ...upstream, '--clock', 'real', '--seed', 'real'], { env: cache })).toMatchObject({ code: 0 })
  expect(await shadowcat(['verify', real, ...upstream], { env: cache })).toMatchObject({ code: 1 })
  expect(await shadowcat(['verify', real, ...upstream, '--state', 'recorded', '--runs', '2'], { env: cache })).toMatchObject({ code: 0, stdout: expect.stringContaining('same: nothing differs in 2 runs') as string })
})

test.each([
  [['--state', 'tape'], '--state takes live or recorded; found "tape"'],
  [['--state', 'recordd'], 'did you mean recorded?'],
  [['--state', 'recorded', '--seed', '1'], "--state recorded brings the tape's own time and randomness: leave out --seed"],
])('%j is refused in one line', async (flags, message) => {
  const { code, stderr } = await verify(build(`refused ${flags.join(' ')}`), ...flags)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message) as string])
})

test('with another server, and for a tape of another server, it is refused', async () => {
  const other = await shadowcat(['verify', tape, '--state', 'live', '--', 'node', 'server.js'])
  expect([other.code, other.stderr]).toEqual([2, 'error: --state is for --upstream embedded, which runs components in this process; what another server sees is not known\n'])
  const wassette = await shadowcat(['verify', tapeOf('wassette-0.8.0'), '--upstream', 'embedded', '--state', 'recorded'])
  expect([wassette.code, wassette.stderr]).toEqual([2, expect.stringMatching(/^error: --state recorded needs what components saw, which .* does not hold, as it was recorded of another server \(wassette\): record it with --upstream embedded, or leave out --state\n$/) as string])
})
