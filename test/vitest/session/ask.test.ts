import { expect, test } from 'vitest'
import { connectToTest, rejection } from './connected.ts'

test('a signal cancels: the server is told, the promise rejects with the reason, and a late answer is nobody\'s', async () => {
  const { connection, heard, until, say } = connectToTest()
  const { session } = connection
  const abort = new AbortController()
  const called = session.callTool('slow', {}, { signal: abort.signal })
  await until(3)
  const reason = new Error('enough')
  abort.abort(reason)
  expect(await rejection(called)).toBe(reason)
  await until(4)
  expect(heard.at(-1)!.value).toEqual({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'enough' } })
  say({ id: 1, result: {} })
  say({ method: 'notifications/message', params: { data: 'later' } })
  await expect.poll(() => session.notifications.length).toBe(1)
  expect(session.calls).toEqual([{ name: 'slow', arguments: {} }])
})

test('nothing is sent when the signal has been aborted before', async () => {
  const { connection, heard } = connectToTest()
  await expect(connection.session.callTool('x', {}, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
  expect(heard).toEqual([])
})

test('a signal that aborts after the answer does nothing', async () => {
  const { connection, heard } = connectToTest(({ id, method }) => (method === 'x' || method === 'y' ? [{ id: Number(id), result: {} }] : []))
  const abort = new AbortController()
  await connection.session.request('x', {}, { signal: abort.signal })
  abort.abort()
  await connection.session.request('y')
  expect(heard.map(({ method }) => method)).not.toContain('notifications/cancelled')
})

test("what the user puts into _meta stays beside the session's own", async () => {
  const { connection, heard } = connectToTest(({ id, method }) => (method === 'x' ? [{ id: Number(id), result: {} }] : []), { protocolVersion: '2026-07-28', capabilities: { roots: {} }, clientInfo: { name: 'me', version: '2' } })
  await connection.session.request('x', { a: 1, _meta: { mine: true } }, { meta: { more: 1 }, onProgress: () => undefined })
  expect(heard.map(({ value }) => value)).toEqual([
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'x',
      params: {
        a: 1,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'me', version: '2' },
          'io.modelcontextprotocol/clientCapabilities': { roots: {} },
          progressToken: 1,
          more: 1,
          mine: true,
        },
      },
    },
  ])
})
