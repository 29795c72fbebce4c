import { ProtocolError } from '@modelcontextprotocol/client'
import { expect, test } from 'vitest'
import { missCode } from '../../../src/replay/miss.ts'
import { createClient } from '../../../src/vitest/session/client.ts'
import { createLine } from '../../../src/vitest/session/line.ts'
import { createWire } from '../../../src/vitest/session/wire.ts'
import { createMemoryPair } from '../../../src/transport/memory.ts'
import { fixture } from '../../verify/servers.ts'
import { connectPlayed, connectRecorded, connectToTest, rejection } from './connected.ts'

async function played(): Promise<ReturnType<typeof connectPlayed>> {
  const { connection, recorded } = await connectRecorded(fixture('echo'))
  await connection.session.callTool('echo', { text: 'a' })
  return connectPlayed(await recorded())
}

test("a miss is the SDK's own error, and stands on the user's line, which may have been left before", async () => {
  const { connection, explained } = await played()
  const client = await connection.client()
  const begin = (): Promise<unknown> => client.callTool({ name: 'echo', arguments: { text: 'b' } })
  const begun = begin()
  const error = await rejection(begun)
  expect(error).toBeInstanceOf(ProtocolError)
  expect(error).toMatchObject({ code: missCode, data: { nearest: [{ differences: [{ pointer: '/params/arguments/text', recorded: 'a', actual: 'b' }] }] }, expected: 'a', actual: 'b' })
  expect(error.stack!.split('\n').find((line) => /^ +at /.test(line))).toMatch(/at begin .*client\.test\.ts/)
  const [kept] = connection.misses
  expect([error.message, error.stack]).toEqual([kept!.message, kept!.stack])
  expect(explained.errors()).toEqual([kept])
})

test('what the code under test swallows is kept, with its line', async () => {
  const { connection } = await played()
  const client = await connection.client()
  const attempt = async (text: string): Promise<void> => void (await client.callTool({ name: 'echo', arguments: { text } }).catch(() => undefined))
  await Promise.all(['b', 'c'].map(attempt))
  expect(connection.misses.map(({ stack }) => /at (async )?attempt /.test(stack!))).toEqual([true, true])
})

test('other errors stay as they are', async () => {
  const client = await connectToTest(({ id, method }) => (method === 'tools/call' ? [{ id: Number(id), error: { code: -32602, message: 'bad' } }] : [])).connection.client()
  const error = await rejection(client.callTool({ name: 'x' }))
  expect(error).toMatchObject({ code: -32602, message: 'bad', name: 'ProtocolError' })
})

test('calls that a handler makes have lines of their own', async () => {
  const { connection, say, until, heard } = connectToTest(({ id, method }) => (method === 'ping' ? [{ id: Number(id), result: {} }] : []))
  const client = await connection.client({ capabilities: { roots: {} } })
  let site: Error | undefined
  client.setRequestHandler('roots/list', async () => {
    const inHandler = (): Promise<unknown> => client.callTool({ name: 'inner' })
    await inHandler().catch((error: Error) => (site = error))
    return { roots: [] }
  })
  const outer = client.callTool({ name: 'outer' })
  await until(3)
  say({ id: 'r', method: 'roots/list' })
  await until(4)
  say({ id: Number(heard[3]!.id), error: { code: missCode, message: 'none', data: { nearest: [] } } })
  await until(5)
  say({ id: 1, result: { content: [] } })
  await outer
  expect(site!.stack).toMatch(/at inHandler .*client\.test\.ts/)
  expect(heard[4]!.bytes.toString()).toBe('{"result":{"roots":[]},"jsonrpc":"2.0","id":"r"}')
})

test('without the package the error names it, on one line', async () => {
  const { client } = createMemoryPair()
  const wire = createWire({ transport: client, greeting: { protocolVersion: '2025-11-25', clientInfo: { name: 'a', version: '1' }, capabilities: {} } })
  const line = createLine(wire, { session: () => null as never })
  const error = await rejection(createClient(line, {}, () => Promise.reject(new Error('Cannot find package'))))
  expect(error.message).toBe("the SDK's client needs the package @modelcontextprotocol/client, which cannot be loaded: npm install --save-dev @modelcontextprotocol/client")
})
