import { Client } from '@modelcontextprotocol/client'
import { expect, test } from 'vitest'
import { createMessage } from '../../../src/message.ts'
import { toSdk } from '../../../src/transport/sdk.ts'
import { fixture } from '../../verify/servers.ts'
import { connectPlayed, connectRecorded, connectToTest, firstFrame, rejection } from './connected.ts'

const clientInfo = { name: 'test', version: '1' }

test('progress reaches the client under its own token, live and from the tape', async () => {
  const { connection, recorded } = await connectRecorded(fixture('asks'))
  const steps = async (client: Client): Promise<number[][]> =>
    Promise.all([1, 2, 3].map(async (count) => {
      const heard: number[] = []
      await client.callTool({ name: 'steps', arguments: { count } }, { onprogress: ({ progress }) => void heard.push(progress) })
      return heard
    }))
  expect(await steps(await connection.client())).toEqual([[1], [1, 2], [1, 2, 3]])
  expect(await steps(await connectPlayed(await recorded()).connection.client())).toEqual([[1], [1, 2], [1, 2, 3]])
})

test("the server's requests go to the client where it declared the capability, else to the session", async () => {
  const { connection, recorded } = await connectRecorded(fixture('asks'))
  const converse = async ({ session, client }: typeof connection): Promise<unknown> => {
    session.onRequest('roots/list', () => ({ roots: [] }))
    session.onRequest('sampling/createMessage', () => ({ model: 'session', role: 'assistant', content: { type: 'text', text: 'of the session' } }))
    const sdk = await client({ capabilities: { sampling: {} } })
    sdk.setRequestHandler('sampling/createMessage', () => ({ model: 'client', role: 'assistant', content: { type: 'text', text: 'of the client' } }))
    return [(await session.callTool('sample', { prompt: 'x' })).content, (await sdk.callTool({ name: 'roots' })).content]
  }
  const said = [[{ type: 'text', text: 'of the client' }], [{ type: 'text', text: '0 roots' }]]
  expect(await converse(connection)).toEqual(said)
  const { connection: replayed, player } = connectPlayed(await recorded())
  expect([await converse(replayed), player.misses]).toEqual([said, []])
})

test('a client of the code under test has the session to itself, as it seems to it', async () => {
  const { connection, heard } = connectToTest(({ id, method, value }) => (method === 'tools/call' ? [{ id: Number(id), result: { content: [{ type: 'text', text: (value as { params: { name: string } }).params.name }] } }] : []))
  const clients = [new Client(clientInfo), new Client(clientInfo)]
  await Promise.all(clients.map((client) => client.connect(toSdk(connection.transport()))))
  const called = await Promise.all(clients.map((client, index) => client.callTool({ name: `tool-${index}`, arguments: {} })))
  expect(called.map(({ content }) => content)).toEqual([[{ type: 'text', text: 'tool-0' }], [{ type: 'text', text: 'tool-1' }]])
  expect(heard.filter(({ method }) => method === 'initialize')).toHaveLength(1)
  expect(connection.session.calls.map(({ name }) => name)).toEqual(['tool-0', 'tool-1'])
  await clients[0]!.close()
  expect((await clients[1]!.callTool({ name: 'still', arguments: {} })).content).toEqual([{ type: 'text', text: 'still' }])
})

test('a cancellation names the request as the server knows it', async () => {
  const { connection, heard, until } = connectToTest()
  const client = await connection.client()
  const abort = new AbortController()
  const called = client.callTool({ name: 'slow', arguments: {} }, { signal: abort.signal })
  await until(3)
  abort.abort('enough')
  await rejection(called)
  await until(4)
  expect([heard[2]!.id, heard[3]!.value]).toEqual(['1', expect.objectContaining({ method: 'notifications/cancelled', params: expect.objectContaining({ requestId: 1 }) })])
})

test("messages of a subscription bear the client's own id", async () => {
  const { connection, say, until } = connectToTest(undefined, { protocolVersion: '2026-07-28' })
  const transport = connection.transport()
  const got: string[] = []
  transport.onmessage = ({ bytes }) => void got.push(bytes.toString())
  await transport.start()
  void connection.session.request('x').catch(() => undefined)
  void transport.send(createMessage({ jsonrpc: '2.0', id: 'mine', method: 'subscriptions/listen', params: {} }))
  await until(2)
  say({ method: 'notifications/tools/list_changed', params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 2 } } })
  await expect.poll(() => got).toEqual(['{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"mine"}}}'])
})

test('what came before the end is delivered before it', async () => {
  const { connection, say, close, until } = connectToTest()
  const client = await connection.client()
  const heard: unknown[] = []
  const called = client.callTool({ name: 'last', arguments: {} }, { onprogress: ({ progress }) => void heard.push(progress) })
  await until(3)
  say({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } })
  say({ id: 1, result: { content: [] } })
  await close()
  expect([await called, heard]).toEqual([{ content: [] }, [1]])
  await expect(client.callTool({ name: 'more', arguments: {} })).rejects.toThrow('Not connected')
})

test('a call that was not recorded stands on the line of the client, though the SDK has awaited something before', async () => {
  const { connection: live, recorded } = await connectRecorded(fixture('echo'))
  await live.session.callTool('echo', { text: 'a' })
  const { connection } = connectPlayed(await recorded())
  const client = new Client(clientInfo)
  await client.connect(toSdk(connection.transport()))
  const ask = async (): Promise<unknown> => await client.callTool({ name: 'echo', arguments: { text: 'b' } })
  await rejection(ask())
  expect(connection.misses[0]!.stack).toMatch(/at (async )?ask .*channel\.test\.ts/)
  expect(firstFrame(connection.misses[0])).not.toContain('/src/')
})
