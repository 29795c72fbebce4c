import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from './client.ts'
import { cli, everything, fixtureServer, lines, linesOf, shadowcat, tapeOf, temporary, tidy } from './run.ts'
import { messagesOf, rowsOf } from './tape.ts'
import { type Notes, type Tour, createEverythingTour, createStatelessTour } from './tours.ts'

afterAll(tidy)

type Wire = { id?: unknown; method?: string; params?: { progressToken?: unknown }; error?: { code: number; message: string; data: Miss } }
type Miss = { request: unknown; nearest: { entry: number; differences: { pointer: string }[] }[] }

const wire = (line: string): Wire => JSON.parse(line) as Wire

/** A message without what belongs to one session alone. */
function timeless(line: string): string {
  const { id, params, ...rest } = wire(line)
  const { progressToken, ...others } = params ?? {}
  return JSON.stringify({ ...rest, ...(params && { params: others }), live: [id === undefined, progressToken === undefined] }).replaceAll(/"listen:\d+"/g, '"listen"')
}

async function take(tour: Tour, args: readonly string[], before: (client: Client) => Promise<unknown> = async () => undefined): Promise<Connection> {
  const connection = await connect([cli, ...args], tour.options, tour.prepare)
  await before(connection.client)
  await tour.run(connection.client)
  return connection
}

const tours = [
  { name: 'everything', title: 'server-everything, 2025-11-25', server: everything, createTour: createEverythingTour },
  { name: 'stateless', title: 'a server without state, 2026-07-28', server: fixtureServer('stateless'), createTour: createStatelessTour },
]

describe.each(tours)("the SDK's client on $title", ({ name, server, createTour }) => {
  let tape: string
  let live: Notes
  let received: string[]

  beforeAll(async () => {
    tape = join(temporary(), `${name}.tape`)
    const tour = createTour()
    const connection = await take(tour, ['forward', 'stdio', '--record', tape, '--', ...server])
    const { code, stderr } = await connection.end()
    expect(code).toBe(0)
    expect(stderr).toContain(`${name}.tape: `)
    live = tour.notes
    received = connection.received
  })

  test('was told by the server itself what it asked for', () => {
    expect(live.results.length).toBeGreaterThan(8)
    expect(live.asked.length).toBeGreaterThan(0)
    expect(Object.keys(live.told).length).toBeGreaterThan(0)
    expect(live.results.find(([step]) => step === 'progress')).toEqual(['progress', true])
    expect(JSON.stringify(live)).not.toMatch(/shadowcat|-3208\d/)
  })

  test('what crossed the wire is what the tape holds, byte for byte', () => {
    const recorded = messagesOf(tape, 'to-client')
    // what the server still said while it was ended has no reader, and is recorded all the same
    expect(recorded.slice(0, received.length)).toEqual(received)
  })

  test('sees the same when the tape answers, and nothing is missed or left unused', async () => {
    const tour = createTour()
    const { end } = await take(tour, ['replay', tape, '--unused', 'error'])
    expect(await end()).toMatchObject({ code: 0, stderr: '' })
    expect(tour.notes).toEqual(live)
  })

  test('sees the same under ids and progress tokens of its own', async () => {
    const tour = createTour()
    // a call that is answered by no recording moves all later ids
    const connection = await take(tour, ['replay', tape], (client) => client.callTool({ name: 'not-on-the-tape' }).catch(() => undefined))
    const { code } = await connection.end()
    expect(code).toBe(1)
    expect(tour.notes).toEqual(live)
    const asked = new Set(connection.sent.map((line) => wire(line).id))
    const foreign = connection.received.map(wire).filter(({ method, id }) => method === undefined && !asked.has(id))
    expect(foreign).toEqual([])
    const tokens = connection.received.map(wire).filter(({ method }) => method === 'notifications/progress').map(({ params }) => params!.progressToken)
    expect(tokens.length).toBeGreaterThan(0)
    expect(tokens.filter((token) => !asked.has(token))).toEqual([])
    expect(tokens).not.toContain(received.map(wire).find(({ method }) => method === 'notifications/progress')!.params!.progressToken)
  })

  test('is served by the committed tape, with the recorded bytes but for ids and tokens', async () => {
    const { received: replayed, end } = await take(createTour(), ['replay', tapeOf(name), '--unused', 'error'])
    expect(await end()).toMatchObject({ code: 0, stderr: '' })
    expect(replayed.map(timeless).toSorted()).toEqual(messagesOf(tapeOf(name), 'to-client').map(timeless).toSorted())
  })
})

describe('what is not on the tape', () => {
  test.each([
    ['other arguments', { name: 'echo', arguments: { message: 'something else' } }, '/params/arguments/message'],
    ['another tool', { name: 'delete-everything', arguments: { message: 'hello — 你好 🐈' } }, '/params/name'],
  ])('is a miss that names the nearest recording and what differs: %s', async (_title, call, pointer) => {
    const { client, received, end } = await connect([cli, 'replay', tapeOf('everything')], createEverythingTour().options, createEverythingTour().prepare)
    await expect(client.callTool(call)).rejects.toMatchObject({ code: -32081 })
    const { error } = received.map(wire).find((message) => message.error)!
    expect(error!.data.request).toMatchObject({ params: call })
    expect(error!.data.nearest.length).toBeLessThanOrEqual(3)
    expect(error!.data.nearest[0]!.differences.map((difference) => difference.pointer)).toEqual([pointer])
    const entry = rowsOf(tapeOf('everything')).find(({ id }) => id === error!.data.nearest[0]!.entry)!
    expect(entry.message).toContain('"echo"')
    const { code, stderr } = await end()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^miss: /m)
    expect(stderr).toContain(call.name)
    expect(stderr).toMatch(/^never asked for: \d+ recorded calls$/m)
  })

  test('is a miss when a call is asked for a second time, unless the last recording may answer again', async () => {
    const call = { name: 'get-sum', arguments: { a: 2, b: 40 } }
    const once = await connect([cli, 'replay', tapeOf('everything')], createEverythingTour().options, createEverythingTour().prepare)
    const first = await once.client.callTool(call)
    await expect(once.client.callTool(call)).rejects.toMatchObject({ code: -32081 })
    expect((await once.end()).code).toBe(1)
    const again = await connect([cli, 'replay', tapeOf('everything'), '--repeat', 'last'], createEverythingTour().options, createEverythingTour().prepare)
    expect([await again.client.callTool(call), await again.client.callTool(call)]).toEqual([first, first])
    expect((await again.end()).code).toBe(0)
  })

  test('is answered by a live server with --on-miss, which is said', async () => {
    const args = [cli, 'replay', tapeOf('stateless'), '--on-miss', 'upstream', '--', ...fixtureServer('stateless')]
    const { client, end } = await connect(args, createStatelessTour().options, createStatelessTour().prepare)
    expect(await client.callTool({ name: 'echo', arguments: { text: 'live' } })).toMatchObject({ content: [{ text: '{"text":"live"}' }] })
    expect(await end()).toMatchObject({ code: 0, stderr: expect.stringContaining('answered by the live server') as string })
  })
})

describe('a client that drops, adds, repeats and reorders', () => {
  /** The tape's calls in which the server asks nothing. */
  const calls = messagesOf(tapeOf('everything'), 'to-server').filter((line) => wire(line).id !== undefined && wire(line).method !== undefined && !/"initialize"|trigger-(sampling|elicitation)/.test(line))
  const opening = messagesOf(tapeOf('everything'), 'to-server').slice(0, 2)

  test.each([
    ['backwards', calls.toReversed(), 0],
    ['every other one', calls.filter((_, index) => index % 2 === 0), 0],
    ['each twice', calls.flatMap((line) => [line, line.replace(/"id":(\d+)/, '"id":"again-$1"')]), 1],
    ['with calls of its own in between', calls.flatMap((line, index) => [line, { jsonrpc: '2.0', id: `own-${index}`, method: 'tools/call', params: { name: 'echo', arguments: { message: index } } }]), 1],
  ])('gets one answer or miss for each of its requests: %s', async (_title, sent, expected) => {
    const roots = { jsonrpc: '2.0', id: 0, result: { roots: [{ uri: 'file:///project', name: 'project' }] } }
    const { code, stdout } = await shadowcat(['replay', tapeOf('everything')], { input: lines([...opening, roots, ...sent]) })
    const ids = sent.map((message) => (typeof message === 'string' ? wire(message).id : message.id))
    const answered = linesOf(stdout).map(wire).filter(({ method }) => method === undefined)
    expect(answered.map(({ id }) => String(id)).toSorted()).toEqual(['0', ...ids.map(String)].toSorted())
    expect(code).toBe(expected)
  })
})

describe('verify', () => {
  test('of server-everything differs in the time of day, in its random choice of a log message, and in what it says of a cancelled call', async () => {
    const { code, stdout } = await shadowcat(['verify', tapeOf('everything'), '--json', '--', ...everything])
    expect(code).toBe(1)
    const { runs } = JSON.parse(stdout) as { runs: { differences: { tool: string | null; kind: string; pointer: string | null }[] }[] }
    const { differences } = runs[0]!
    expect(differences.filter(({ kind }) => kind === 'time').map(({ pointer }) => pointer)).toEqual(['/result/contents/0/text'])
    const explained = new Set(['toggle-simulated-logging', 'trigger-long-running-operation'])
    expect(differences.filter(({ kind, tool }) => kind !== 'time' && !explained.has(tool ?? ''))).toEqual([])
  })

  test('of a deterministic server in the stateless era differs in nothing', async () => {
    expect(await shadowcat(['verify', tapeOf('stateless'), '--', ...fixtureServer('stateless')])).toMatchObject({ code: 0, stdout: expect.stringContaining('same') as string })
  })
})

describe("the SDK's own stdio transport", () => {
  /** It asks one process for its era, and then speaks to another. */
  async function echoes(args: readonly string[]): Promise<unknown[]> {
    const client = new Client({ name: 'auto', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [cli, ...args], stderr: 'ignore' }))
    try {
      return [client.getProtocolEra(), await client.callTool({ name: 'echo', arguments: { message: 'hello' } })]
    } finally {
      await client.close()
    }
  }

  test.each(tours)('finds the era of $title, live, recorded and replayed, and leaves one whole tape', async ({ name, server }) => {
    const folder = temporary()
    const tape = join(folder, 'auto.tape')
    const live = await echoes(['forward', 'stdio', '--record', tape, '--', ...server])
    expect(live[0]).toBe(name === 'stateless' ? 'modern' : 'legacy')
    expect(await echoes(['replay', tape])).toEqual(live)
    expect(readdirSync(folder)).toEqual(['auto.tape'])
    expect(await shadowcat(['tape', 'validate', tape])).toMatchObject({ code: 0 })
  })
})
