import { expect, test } from 'vitest'
import type { Recording } from '../../../src/tape/entry.ts'
import type { Connection } from '../../../src/vitest/session/connection.ts'
import { embedded } from '../../host/client.ts'
import { fixture } from '../../verify/servers.ts'
import { connectPlayed, connectRecorded, connectTo, connectToTest } from './connected.ts'

/** What is said over a connection is the same live and from the tape of it. */
async function both(record: () => ReturnType<typeof connectRecorded>, converse: (connection: Connection) => Promise<unknown>): Promise<Recording> {
  const { connection, recorded } = await record()
  const said = await converse(connection)
  const recording = await recorded()
  const { connection: replayed, player } = connectPlayed(recording, { protocolVersion: recording.sessions[0]!.protocolVersion })
  expect(await converse(replayed)).toEqual(said)
  expect([player.misses, player.unused(), replayed.misses]).toEqual([[], [], []])
  return recording
}

test('a session and the client talk to a real server, and to its tape', async () => {
  const recording = await both(
    () => connectRecorded(fixture('echo')),
    async ({ session, client }) => {
      const result = await session.callTool('echo', { text: 'hello', big: 18446744073709551615n })
      expect(result).toEqual({ content: [{ type: 'text', text: 'hello' }], structuredContent: { text: 'hello', big: 18446744073709551615n }, isError: false })
      const sdk = await client()
      const theirs = await sdk.callTool({ name: 'echo', arguments: { text: 'theirs' } })
      return [result, theirs, await session.listTools(), (await sdk.listTools()).tools, session.serverInfo, session.protocolVersion]
    },
  )
  expect(recording.entries.filter(({ message }) => message.method === 'initialize')).toHaveLength(1)
})

test('a session talks to an embedded component, and to its tape, with every digit of a u64', async () => {
  await both(
    () => connectRecorded(embedded(['toolbox'])),
    async ({ session, client }) => {
      const { structuredContent, content } = await session.callTool('same-u64', { value: 18446744073709551615n })
      expect(JSON.stringify(content)).toContain('18446744073709551615')
      const sdk = await client()
      return [structuredContent, await sdk.callTool({ name: 'now-seconds', arguments: {} }), await session.callTool('random-u64'), (await session.callTool('divide', { a: 1, b: 0 })).isError]
    },
  )
})

test.each(['session', 'client'] as const)('there is one handshake when the %s comes first', async (first) => {
  const { connection, heard } = connectToTest(({ id, method }) => (method === 'tools/list' ? [{ id: Number(id), result: { tools: [] } }] : []))
  if (first === 'session') await connection.session.listTools()
  const client = await connection.client()
  await Promise.all([client.listTools(), connection.session.listTools()])
  expect(heard.filter(({ method }) => method === 'initialize' || method === 'notifications/initialized')).toHaveLength(2)
  expect(new Set(heard.map(({ id }) => id).filter(Boolean)).size).toBe(heard.filter(({ kind }) => kind === 'request').length)
  expect(client.getServerVersion()).toEqual(connection.session.serverInfo)
})

test('the client is the same one for each ask', async () => {
  const connection = connectTo('echo')
  expect(await connection.client()).toBe(await connection.client())
})

test('in the stateless era there is no handshake, and each request says who asks', async () => {
  const recording = await both(
    () => connectRecorded(fixture('stateless'), { protocolVersion: '2026-07-28' }),
    async ({ session, client }) => {
      const ours = await session.callTool('echo', { n: 1 })
      const sdk = await client()
      const theirs = await sdk.callTool({ name: 'echo', arguments: { n: 2 } })
      return [ours, theirs, session.serverInfo, sdk.getProtocolEra()]
    },
  )
  expect(recording.entries.some(({ message }) => message.method === 'initialize')).toBe(false)
})

test('a client that finds out the era by itself leads the session into it', async () => {
  for (const [server, era] of [['stateless', 'modern'], ['echo', 'legacy']] as const) {
    await both(
      () => connectRecorded(fixture(server)),
      async ({ session, client }) => {
        const sdk = await client({ versionNegotiation: { mode: 'auto' } })
        expect(sdk.getProtocolEra()).toBe(era)
        return [await session.callTool('echo', { n: 1 }), (await sdk.callTool({ name: 'echo', arguments: { n: 2 } })).content]
      },
    )
  }
})

test('a client that asks for the era after a handshake is told the older one', async () => {
  const { session, client } = connectTo('stateless')
  await session.callTool('echo', { n: 1 })
  expect((await client({ versionNegotiation: { mode: 'auto' } })).getProtocolEra()).toBe('legacy')
})

test('shared connections hear, call and miss apart from each other', async () => {
  const { connection, recorded } = await connectRecorded(fixture('echo'))
  await connection.session.callTool('echo', { text: 'a' })
  await connection.session.callTool('echo', { text: 'b' })
  const { connection: whole } = connectPlayed(await recorded())
  const [one, other] = [whole.share(), whole.share()]
  const [first, second] = [await one.client(), await other.client()]
  await Promise.all([first.callTool({ name: 'echo', arguments: { text: 'a' } }), other.session.callTool('echo', { text: 'b' }), second.callTool({ name: 'echo', arguments: { text: 'c' } }).catch(String)])
  expect([one, other, whole].map(({ session, misses }) => [session.calls.map((call) => call.arguments), misses.length])).toEqual([[[{ text: 'a' }], 0], [[{ text: 'b' }, { text: 'c' }], 1], [[], 0]])
  await one.close()
  await expect(first.callTool({ name: 'echo' })).rejects.toThrow('Not connected')
  expect(await second.ping()).toEqual({})
})

test('every answer is told of before it is delivered', async () => {
  let answers = 0
  const { connection } = connectToTest(({ id, method }) => (method === 'x' ? [{ method: 'notifications/message', params: { data: 1 } }, { id: Number(id), result: {} }] : []), { onanswer: () => void answers++ })
  await connection.session.request('x').then(() => expect(answers).toBe(1))
  await connection.session.request('x')
  expect(answers).toBe(2)
})
