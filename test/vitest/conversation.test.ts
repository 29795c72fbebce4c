import { expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import { missCode } from '../../src/replay/miss.ts'
import { refusal, unrecorded } from '../../src/vitest/conversation.ts'
import { connect } from '../../src/vitest/session/connection.ts'
import type { RequestError } from '../../src/vitest/session/request-error.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'

test('a refusal greets, and misses every request for its reason', async () => {
  const conversation = refusal('there is no tape')
  const { session, close, misses } = connect({ transport: conversation.transport })
  for (const call of [session.callTool('x'), session.request('prompts/get', { name: 'y' }), session.listTools()]) {
    const error = await call.catch((thrown: unknown) => thrown as RequestError)
    expect([(error as RequestError).code, (error as RequestError).message]).toEqual([missCode, 'there is no tape'])
  }
  expect(misses).toHaveLength(3)
  await close()
  await conversation.end('at once')
})

test("the SDK's client is refused where it calls, not where it connects", async () => {
  const conversation = refusal('there is no tape')
  const connection = connect({ transport: conversation.transport })
  const client = await connection.client()
  await expect(client.callTool({ name: 'x' })).rejects.toThrow('there is no tape')
  await connection.close()
})

test('what is not recorded has nothing to keep', async () => {
  const { client, server } = createMemoryPair()
  let closed = false
  server.onclose = () => void (closed = true)
  await server.start()
  const conversation = unrecorded(client)
  void conversation.transport.send(createMessage({ jsonrpc: '2.0', method: 'x' }))
  await conversation.end('in order')
  await new Promise((resolve) => setImmediate(resolve))
  conversation.discard()
  expect([closed, conversation.failure, await conversation.keep(true)]).toEqual([true, undefined, false])
})
