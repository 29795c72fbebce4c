import { expect, test } from 'vitest'
import { RequestError } from '../../../src/vitest/session/request-error.ts'
import { connectTo, connectToTest } from './connected.ts'

test('requests of a real server are answered, and their capabilities declared', async () => {
  const { session } = connectTo('asks')
  session.onRequest('sampling/createMessage', (params) => ({ role: 'assistant', model: 'none', content: { type: 'text', text: `echo ${JSON.stringify((params as { maxTokens: number }).maxTokens)}` } }))
  session.onRequest('roots/list', async () => ({ roots: [{ uri: 'file:///a' }] }))
  expect((await session.callTool('sample', { prompt: 'hi' })).content).toEqual([{ type: 'text', text: 'echo 10' }])
  expect((await session.callTool('roots')).content).toEqual([{ type: 'text', text: '1 roots' }])
})

test('the handshake declares what is answered', async () => {
  const { connection, heard } = connectToTest(({ id, method }) => (method === 'ping' ? [{ id: Number(id), result: {} }] : []), { capabilities: { elicitation: {} } })
  connection.session.onRequest('sampling/createMessage', () => ({}))
  connection.session.onRequest('own/method', () => ({}))
  await connection.session.request('ping')
  expect(heard[0]!.value).toMatchObject({ params: { capabilities: { elicitation: {}, sampling: {} } } })
})

test('answers keep every digit, errors their code, and what nobody answers is refused', async () => {
  const { connection, heard, say, until } = connectToTest(({ id, method }) => (method === 'go' ? [{ id: Number(id), result: {} }] : []))
  const { session } = connection
  session.onRequest('a', () => ({ big: 18446744073709551615n }))
  session.onRequest('b', () => {
    throw new RequestError(-32042, 'no', { why: 'because' })
  })
  session.onRequest('c', async () => {
    throw new Error('broken')
  })
  await session.request('go')
  for (const [id, method] of [['a'], ['b'], ['c'], ['d'], ['ping']].map(([name]) => [name, name])) say({ id, method })
  await until(heard.length + 5)
  const said = heard.slice(3).map(({ bytes }) => bytes.toString())
  expect(said.toSorted()).toEqual([
    '{"jsonrpc":"2.0","id":"a","result":{"big":18446744073709551615}}',
    '{"jsonrpc":"2.0","id":"b","error":{"code":-32042,"message":"no","data":{"why":"because"}}}',
    '{"jsonrpc":"2.0","id":"c","error":{"code":-32603,"message":"broken"}}',
    '{"jsonrpc":"2.0","id":"d","error":{"code":-32601,"message":"nobody answers d here: session.onRequest(\\"d\\", …) does"}}',
    '{"jsonrpc":"2.0","id":"ping","result":{}}',
  ])
})

test('an answer that comes too late for its capability to be declared is refused, with the remedy', async () => {
  const { connection } = connectToTest(({ id, method }) => (method === 'go' ? [{ id: Number(id), result: {} }] : []), { capabilities: { sampling: {} } })
  await connection.session.request('go')
  connection.session.onRequest('sampling/createMessage', () => ({}))
  expect(() => connection.session.onRequest('roots/list', () => ({ roots: [] }))).toThrow(/^onRequest\("roots\/list"\) comes after the handshake, which did not declare the capability "roots": call it before the first request$/)
})
