import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { createMessage } from '../../../src/message.ts'
import { createMemoryPair } from '../../../src/transport/memory.ts'
import { createStdioTransport } from '../../../src/transport/stdio.ts'
import { connect } from '../../../src/vitest/session/connection.ts'
import { connectTo, connectToTest, rejection } from './connected.ts'

test('the death of the server rejects what is open, with its last words, and what comes later', async () => {
  const { session } = connectTo('dies-in-call')
  const call = async (): Promise<unknown> => await session.callTool('die')
  const [error, other] = await Promise.all([rejection(call()), rejection(session.request('tools/call', { name: 'die' }))])
  expect(error).toMatchObject({ name: 'ShadowcatError', code: 'exit', message: expect.stringMatching(/^tools\/call "die" was not answered: the server `[^`]*` ended .*SIGABRT.*fatal: out of cheese/s) })
  expect(error.stack).toMatch(/at (async )?call .*wire\.test\.ts/)
  expect(other.message).toBe(error.message)
  const late = await rejection(session.callTool('late'))
  expect(late.message).toContain('tools/call "late" was not answered: the server')
})

test('a server that cannot be started is told of', async () => {
  const { session, client } = connect({ transport: createStdioTransport({ command: ['/nowhere/server'] }) })
  expect(await rejection(session.callTool('x'))).toMatchObject({ code: 'spawn', message: expect.stringContaining('/nowhere/server') })
  await expect(client()).rejects.toThrow()
})

test('closing rejects what is open, may be done again, and nothing is sent afterwards', async () => {
  const { connection, heard, until } = connectToTest()
  const open = rejection(connection.session.callTool('slow'))
  await until(3)
  await Promise.all([connection.close(), connection.close()])
  expect((await open).message).toBe('tools/call "slow" was not answered: the session was closed before')
  connection.session.notify('late')
  await expect(connection.session.callTool('late')).rejects.toThrow('tools/call "late" was not answered: the session was closed before')
  expect(heard).toHaveLength(3)
})

test('nothing is started for a session that nobody uses', async () => {
  let started = false
  const transport = Object.assign(createMemoryPair().client, { start: async () => void (started = true) })
  const connection = connect({ transport })
  connection.session.onRequest('roots/list', () => ({ roots: [] }))
  await connection.close()
  expect(started).toBe(false)
})

test('a handshake that the server refuses is told to who asked, and to the client', async () => {
  const refuse = ({ id, method }: { id: string | undefined; method: string | undefined }): object[] => (method === 'initialize' ? [{ id: Number(id), error: { code: -32600, message: 'not you' } }] : [])
  for (const way of ['session', 'client'] as const) {
    const { client, server } = createMemoryPair()
    server.onmessage = (message) => refuse(message).forEach((each) => void server.send(createMessage({ jsonrpc: '2.0', ...each })))
    await server.start()
    const connection = connect({ transport: client })
    const error = await rejection(way === 'session' ? connection.session.callTool('x') : connection.client())
    expect(error.message).toBe(`${way === 'session' ? 'tools/call "x" was not answered' : "the SDK's client cannot connect"}: the server refused the handshake: not you`)
    expect([error.cause, Object.keys(error)]).toEqual([undefined, []])
    await connection.close()
  }
})

test("handlers run in the context of the session's test, wherever a message came from", async () => {
  const context = new AsyncLocalStorage<string>()
  const { connection, heard, say, until } = context.run('this test', () => connectToTest(({ id, method }) => (method === 'go' ? [{ id: Number(id), result: {} }] : [])))
  connection.session.onRequest('own/where', () => context.getStore() ?? 'nowhere')
  await context.run('elsewhere', () => connection.session.request('go'))
  context.run('another test', () => say({ id: 1, method: 'own/where' }))
  await until(4)
  expect(heard[3]!.bytes.toString()).toBe('{"jsonrpc":"2.0","id":1,"result":"this test"}')
})

test('a batch is taken apart', async () => {
  const { client, server } = createMemoryPair()
  server.onmessage = ({ method }) => {
    if (method === 'initialize') void server.send(createMessage([{ jsonrpc: '2.0', method: 'notifications/message', params: { data: 1 } }, { jsonrpc: '2.0', id: 0, result: { serverInfo: 'a' } }]))
    if (method === 'ping') void server.send(createMessage({ jsonrpc: '2.0', id: 1, result: {} }))
  }
  await server.start()
  const { session, close } = connect({ transport: client })
  await session.request('ping')
  expect([session.notifications, session.serverInfo]).toEqual([[{ method: 'notifications/message', params: { data: 1 } }], 'a'])
  await close()
})

test('what is wrong with a message alone is told, and ends nothing', async () => {
  const told: string[] = []
  const { session } = connectTo('junk-on-stdout', { onerror: ({ code }) => void told.push(code) })
  await session.request('ping')
  expect(told[0]).toBe('malformed')
})
