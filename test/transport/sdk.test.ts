import { Client } from '@modelcontextprotocol/client'
import type { Transport as SdkTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Server } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { createMessage } from '../../src/message.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { fromSdk, toSdk } from '../../src/transport/sdk.ts'
import { createStdioTransport } from '../../src/transport/stdio.ts'
import { type Skips, conform } from './conformance.ts'
import { reflect } from './mirror.ts'
import { createNotes } from './notes.ts'

const skips: Skips = {
  'carries batches, errors without an id, and JSON that is no JSON-RPC message': 'the SDK has no batches and no null ids, and checks its messages',
  'a paused receiver holds back a peer that floods': "the SDK's Transport cannot pause",
  'delivers nothing between pause and resume, not even what came in the same chunk': "the SDK's Transport cannot pause",
  'closes while paused and full': "the SDK's Transport cannot pause",
  'the other side leaves while this one is paused: nothing is lost, and the end is told last': "the SDK's Transport cannot pause",
  'after end, what was asked is still answered': "the SDK's Transport has no end of input",
  'lines that are not JSON are reported with an excerpt, never forwarded, never fatal': 'there are no lines, messages are values',
}

conform('the sdk adapter, to the SDK and back again', {
  open() {
    const { client, server } = createMemoryPair()
    const { take, noted } = createNotes()
    const goOn = reflect(server, { note: take, exit: () => {} })
    void server.start()
    return { transport: fromSdk(toSdk(client)), buffered: () => client.buffered + server.buffered, noted, goOn }
  },
  exact: false,
  loss: 'closed',
  skips,
})

conform("the SDK's own stdio client, adapted", {
  open() {
    const program = new URL('../fixtures/servers/mirror.mjs', import.meta.url).pathname
    const { take, noted } = createNotes()
    const sdk = new StdioClientTransport({ command: process.execPath, args: [program], stderr: 'pipe' })
    sdk.stderr!.on('data', (chunk: Buffer) => take(chunk.toString()))
    return { transport: fromSdk(sdk as SdkTransport), buffered: () => 0, noted, goOn: () => void process.kill(sdk.pid!, 'SIGUSR2') }
  },
  exact: false,
  loss: 'closed',
  skips,
})

const echo = new URL('../fixtures/servers/echo.mjs', import.meta.url).pathname
const clientInfo = { name: 'test', version: '1.0.0' }

test("the SDK's Client talks to a real process through our stdio transport", async () => {
  const client = new Client(clientInfo)
  await client.connect(toSdk(createStdioTransport({ command: [process.execPath, echo] })))
  expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(['echo'])
  const result = await client.callTool({ name: 'echo', arguments: { text: 'hello' } })
  expect(result.content).toEqual([{ type: 'text', text: 'hello' }])
  await client.close()
})

test("the SDK's Client and Server talk through a memory pair", async () => {
  const { client: near, server: far } = createMemoryPair()
  const server = new Server(clientInfo, { capabilities: { tools: {} } })
  server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'a', inputSchema: { type: 'object' } }] }))
  const client = new Client(clientInfo)
  const closed = new Promise<void>((resolve) => (server.onclose = resolve))
  await server.connect(toSdk(far))
  await client.connect(toSdk(near))
  expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(['a'])
  await client.close()
  await closed
})

test('an integer past 2^53 loses digits in SDK messages, and only there', async () => {
  const { client, server } = createMemoryPair()
  const sdk = toSdk(client)
  const arrived = new Promise<unknown>((resolve) => (sdk.onmessage = resolve))
  await Promise.all([sdk.start(), server.start()])
  void server.send(createMessage({ jsonrpc: '2.0', id: 1, result: { n: 18446744073709551615n } }))
  expect(await arrived).toEqual({ jsonrpc: '2.0', id: 1, result: { n: 2 ** 64 } })
})

test('a batch reaches the SDK one by one, and what is no JSON-RPC message as an error', async () => {
  const { client, server } = createMemoryPair()
  const sdk = toSdk(client)
  const seen: unknown[] = []
  sdk.onmessage = (message) => void seen.push((message as { method: string }).method)
  sdk.onerror = (error) => void seen.push((error as ShadowcatError).code)
  await Promise.all([sdk.start(), server.start()])
  void server.send(createMessage([{ jsonrpc: '2.0', method: 'a' }, { jsonrpc: '2.0', method: 'b' }]))
  void server.send(createMessage({}))
  await new Promise(setImmediate)
  expect(seen).toEqual(['a', 'b', 'malformed'])
})

test('the SDK is told why the other side has gone, before that it has, and can no longer send', async () => {
  const { client, server } = createMemoryPair()
  const sdk = toSdk(client)
  const seen: string[] = []
  const closed = new Promise<void>((resolve) => {
    sdk.onerror = (error) => void seen.push(error.message)
    sdk.onclose = resolve
  })
  await sdk.start()
  await server.close()
  await closed
  expect(seen).toEqual(['the server closed the connection'])
  await expect(sdk.send({ jsonrpc: '2.0', method: 'x' })).rejects.toMatchObject({ code: 'closed' })
})

test('an SDK transport that cannot send is closed with the reason', async () => {
  const sdk: SdkTransport = {
    start: async () => {},
    send: async () => {
      throw new Error('no route')
    },
    close: async () => sdk.onclose?.(),
  }
  const transport = fromSdk(sdk)
  const closed = new Promise<ShadowcatError | undefined>((resolve) => (transport.onclose = resolve))
  await transport.start()
  await transport.send(createMessage({ jsonrpc: '2.0', id: 1, method: 'ping' }))
  expect(await closed).toMatchObject({ code: 'closed', message: 'no route' })
})

test('an SDK transport that cannot start rejects with a ShadowcatError', async () => {
  const sdk = new StdioClientTransport({ command: '/no/such/program' })
  await expect(fromSdk(sdk as SdkTransport).start()).rejects.toMatchObject({ name: 'ShadowcatError' })
})
