import { describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { readdir } from 'node:fs/promises'
import { processUpstream } from '../../src/open/process.ts'
import { createMessage } from '../../src/message.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { readTape } from '../../src/tape/reader.ts'
import type { Recording } from '../../src/tape/entry.ts'
import type { Tap } from '../../src/tap.ts'
import type { ExternalState, InitialState, Upstream } from '../../src/upstream.ts'
import { type RedriveOptions, type Redriven, redrive } from '../../src/verify/redrive.ts'
import { secretsFrom } from '../../src/verify/secrets.ts'
import { call, entriesOf, recordingOf, request, result, text } from './conversation.ts'
import { fixture, record, temporaryFolder } from './servers.ts'

async function again(recording: Recording, upstream: Upstream, options: Partial<RedriveOptions> = {}): Promise<Redriven> {
  return redrive(recording, upstream, { path: join(await temporaryFolder(), 'again.tape'), redactor: createRedactor(), callTimeout: 20_000, ...options })
}

const said = ({ entries }: Recording): string[] => entries.map(({ direction, message }) => `${direction} ${message.bytes}`)

test('a deterministic server says again, byte for byte, what it said', async () => {
  const recording = await record(fixture('echo'), [
    ['>', request(1, 'tools/list')],
    ['<', result(1)],
    ['>', call(2, 'echo', { n: 18446744073709551615n, text: 'é' })],
    ['<', result(2)],
  ])
  const second = await again(recording, fixture('echo'))
  expect(said(second.recording)).toEqual(said(recording))
  expect(recording.entries).toHaveLength(7)
  expect(second).toMatchObject({ sent: 4, unsent: 0, missing: 0, redacted: 0, warnings: [] })
})

test('the new tape stands where it was asked for, and nothing else beside it', async () => {
  const folder = await temporaryFolder()
  const recording = await record(fixture('echo'), [], join(folder, 'first.tape'))
  const second = await again(recording, fixture('echo'), { path: join(folder, 'second.tape') })
  expect((await readdir(folder)).sort()).toEqual(['first.tape', 'second.tape'])
  expect(said(readTape(join(folder, 'second.tape')))).toEqual(said(second.recording))
})

test('requests of the server are answered as recorded, under its live ids', async () => {
  const recording = await record(fixture('asks'), [
    ['>', call(1, 'both')],
    ['<', request('r', 'roots/list', {})],
    ['<', request('s', 'sampling/createMessage', { messages: [], maxTokens: 1 })],
    ['>', result('s', { content: { type: 'text', text: 'sampled' } })],
    ['>', result('r', { roots: [] })],
    ['<', text(1, '')],
    ['>', call(2, 'steps', { count: 3 }, { _meta: { progressToken: 'p' } })],
    ['<', text(2, '')],
  ])
  const second = await again(recording, fixture('asks'))
  expect(second).toMatchObject({ missing: 0, unasked: 0 })
  expect(second.recording.entries.filter(({ message }) => message.kind === 'result' && message.id === '1').map(({ message }) => message.value)).toMatchObject([
    { result: { content: [{ text: JSON.stringify([{ roots: [] }, { content: { type: 'text', text: 'sampled' } }]) }] } },
  ])
})

test('values that the server issues are handed back as it issued them', async () => {
  const recording = await record(fixture('stateful'), [
    ['>', request(1, 'resources/list')],
    ['<', result(1, { nextCursor: 'a' })],
    ['>', request(2, 'resources/list', { cursor: 'a' })],
    ['<', result(2, { nextCursor: 'b' })],
    ['>', request(3, 'resources/list', { cursor: 'b' })],
    ['<', result(3)],
    ['>', call(4, 'long')],
    ['<', result(4, { task: { taskId: 't' } })],
    ['>', request(5, 'tasks/get', { taskId: 't' })],
    ['<', result(5)],
    ['>', request(6, 'tasks/result', { taskId: 't' })],
    ['<', result(6)],
    ['>', call(7, 'confirm')],
    ['<', result(7, { requestState: 's', inputRequests: { k: { method: 'elicitation/create' } } })],
    ['>', call(8, 'confirm', {}, { requestState: 's', inputResponses: { k: { action: 'accept' } } })],
    ['<', result(8)],
  ])
  const errors = ({ entries }: Recording): unknown[] => entries.filter(({ message }) => message.kind === 'error').map(({ message }) => message.value)
  expect(errors(recording)).toEqual([])
  const second = await again(recording, fixture('stateful'))
  expect(errors(second.recording)).toEqual([])
  expect(second.recording.entries.at(-1)!.message.value).toMatchObject({ result: { content: [{ text: '[{"action":"accept"}]' }] } })
})

describe('what goes wrong', () => {
  const calls = recordingOf(entriesOf([['>', call(1, 'echo')], ['<', text(1, '{}')], ['>', call(2, 'echo')], ['<', text(2, '{}')]]))

  test('a server that cannot be started rejects, and leaves no recording behind', async () => {
    const folder = await temporaryFolder()
    await expect(again(calls, processUpstream({ command: [join(folder, 'absent')] }, {}), { path: join(folder, 'x.tape') })).rejects.toMatchObject({ code: 'spawn' })
    expect(await readdir(folder)).toEqual([])
  })

  test('a server that never answers is waited for up to the limit', async () => {
    const second = await again(calls, fixture('silent'), { callTimeout: 150 })
    expect(second).toMatchObject({ sent: 2, unsent: 0, missing: 2 })
    expect(second.recording.entries.filter(({ direction }) => direction === 'to-client').map(({ origin }) => origin)).toEqual(['shadowcat', 'shadowcat'])
  })

  test('a server that did not answer when it was recorded either misses nothing', async () => {
    const recording = recordingOf(calls.entries.map((entry) => (entry.direction === 'to-client' ? { ...entry, origin: 'shadowcat' as const } : entry)))
    expect(await again(recording, fixture('silent'), { callTimeout: 150 })).toMatchObject({ sent: 2, missing: 0 })
  })

  test('a server that dies in the middle is named with its last words, and what could not be sent is counted', async () => {
    const second = await again(calls, fixture('falls'))
    expect(second).toMatchObject({ sent: 1, unsent: 1, gone: expect.stringContaining('I fall') })
  })

  test('a folder that does not exist rejects', async () => {
    await expect(again(calls, fixture('echo'), { path: '/nonexistent/x.tape' })).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('secrets', () => {
  const placeholder = '[redacted:sk#1]'
  const recording = recordingOf(entriesOf([['>', call(1, 'echo', { key: placeholder })], ['<', text(1, '')]]))
  const echoed = (second: Redriven): unknown => second.recording.entries[1]!.message.value

  test('are sent as placeholders when nobody knows them, and that is counted', async () => {
    const second = await again(recording, fixture('echo'))
    expect(second).toMatchObject({ redacted: 1, placeholders: [placeholder] })
    expect(echoed(second)).toMatchObject({ result: { structuredContent: { key: placeholder } } })
  })

  test('are sent live when they are known', async () => {
    const second = await again(recording, fixture('echo'), { secrets: secretsFrom({ SHADOWCAT_REDACTED_SK_1: 'the live value' }) })
    expect(second.redacted).toBe(0)
    expect(echoed(second)).toMatchObject({ result: { structuredContent: { key: 'the live value' } } })
  })
})

test('taps stand between the recorded client and the server, and the tape holds what crossed the server\'s wire', async () => {
  const recording = recordingOf(entriesOf([['>', call(1, 'echo', { n: 1 })], ['<', text(1, '')]]))
  const changing: Tap = { message: (message, { direction }) => (direction === 'to-server' ? createMessage({ jsonrpc: '2.0', ...call(1, 'echo', { n: 2 }) }) : message) }
  const second = await again(recording, fixture('echo'), { taps: () => [changing] })
  expect(second.recording.entries.map(({ message }) => message.value)).toMatchObject([{ params: { arguments: { n: 2 } } }, { result: { structuredContent: { n: 2 } } }])
})

test('an upstream is brought back to what was there, opened, waited for, and told of every message', async () => {
  const recording = await record(fixture('echo'), [])
  recording.loads.push({ session: 1, component: 'tiny', uri: 'file:///tiny.wasm', initial: true }, { session: 1, entry: 2, component: 'later', uri: 'file:///later.wasm', initial: false })
  const happened: string[] = []
  const inner = fixture('echo')
  const upstream: Upstream = {
    describe: () => inner.describe(),
    restore: async ({ components }) => void happened.push(`restore ${components.map(({ component }) => component)}`),
    open: () => (happened.push('open'), inner.open()),
    ready: async () => void happened.push('ready'),
    annotate: (message) => void happened.push(message.kind),
  }
  await again(recording, upstream)
  expect(happened).toEqual(['restore tiny', 'open', 'ready', 'request', 'result', 'notification'])
})

test('each session is told what its own calls used, and what the new ones use stands in the new tape', async () => {
  const first = entriesOf([['>', call(1, 'echo')], ['<', text(1, '')]], (index) => (index === 1 ? { replyTo: 1 } : {}))
  const second = first.map((entry) => ({ ...entry, id: entry.id + 2, session: 2, ...(entry.replyTo && { replyTo: 3 }) }))
  const used = (session: number, entry: number): ExternalState & { session: number; entry: number } => ({ kind: 'http', request: Buffer.from(`{"url":"http://x/${session}"}`), session, entry })
  const recording = { ...recordingOf([...first, ...second]), state: [used(1, 2), used(2, 4)] }
  const told: string[] = []
  const inner = fixture('echo')
  let state: InitialState['state']
  const upstream: Upstream = {
    describe: () => inner.describe(),
    open: () => inner.open(),
    restore: async (initial) => {
      state = initial.state
      told.push(...(state ?? []).map(({ request: asked }) => Buffer.from(asked).toString()))
    },
    annotate: (message) => (message.kind === 'result' ? { state } : undefined),
  }
  const redriven = await again(recording, upstream)
  expect(told).toEqual(['{"url":"http://x/1"}', '{"url":"http://x/2"}'])
  expect(redriven.recording.state).toEqual(recording.state)
})
