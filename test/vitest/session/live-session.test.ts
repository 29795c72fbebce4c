import { expect, test } from 'vitest'
import { connectTo, connectToTest } from './connected.ts'

test('all pages of the tools are listed', async () => {
  const pages: Record<string, object> = { undefined: { tools: [{ name: 'a' }], nextCursor: 'p2' }, p2: { tools: [{ name: 'b' }], nextCursor: 'p3' }, p3: { tools: [{ name: 'c' }] } }
  const { connection, heard } = connectToTest(({ id, method, value }) => (method === 'tools/list' ? [{ id: Number(id), result: pages[String((value as { params?: { cursor?: string } }).params?.cursor)] }] : []))
  expect((await connection.session.listTools()).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(heard.at(-1)!.bytes.toString()).toBe('{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"cursor":"p3"}}')
})

test('what is called at once goes out in order, after the handshake', async () => {
  const { connection, heard } = connectToTest(({ id, method }) => (method === 'tools/call' ? [{ id: Number(id), result: {} }] : []))
  const { session } = connection
  session.notify('notifications/roots/list_changed')
  await Promise.all([session.callTool('a'), session.callTool('b', { x: 1 }, { meta: { trace: 't' } }), session.request('tools/call', { name: 'c' })])
  expect(heard.map(({ bytes }) => bytes.toString()).slice(1)).toEqual([
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{}}}',
    '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b","arguments":{"x":1},"_meta":{"trace":"t"}}}',
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"c"}}',
  ])
  expect(session.calls.map(({ name, arguments: given, result }) => [name, given, result?.isError])).toEqual([['a', {}, false], ['b', { x: 1 }, false], ['c', {}, false]])
})

test('notifications are kept in order, progress among them, which is told to who asked for it', async () => {
  const { session } = connectTo('asks')
  const told: unknown[] = []
  await session.callTool('steps', { count: 2 }, { onProgress: (progress) => void told.push(progress) })
  expect(told).toEqual([1, 2].map((progress) => ({ progressToken: 1, progress, total: 2 })))
  expect(session.notifications).toEqual(told.map((params) => ({ method: 'notifications/progress', params })))
})

test('what the server says of itself is known after the handshake', async () => {
  const { session } = connectToTest(({ id, method }) => (method === 'ping' ? [{ id: Number(id), result: {} }] : [])).connection
  expect([session.serverInfo, session.serverCapabilities, session.protocolVersion]).toEqual([undefined, undefined, '2025-11-25'])
  await session.request('ping')
  expect([session.serverInfo, session.serverCapabilities, session.protocolVersion]).toEqual([{ name: 'played', version: '1' }, { tools: {} }, '2025-11-25'])
})
