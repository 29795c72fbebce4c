import { expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { conform } from './conformance.ts'
import { reflect } from './mirror.ts'
import { createNotes } from './notes.ts'

conform('the client end of a memory pair', {
  open() {
    const { client, server } = createMemoryPair()
    const { take, noted } = createNotes()
    const goOn = reflect(server, { note: take, exit: () => {} })
    void server.start()
    return { transport: client, buffered: () => client.buffered + server.buffered, noted, goOn }
  },
  exact: true,
  loss: 'closed',
  skips: { 'lines that are not JSON are reported with an excerpt, never forwarded, never fatal': 'there are no lines, messages pass as they are' },
})

conform('the server end of a memory pair', {
  open() {
    const { client, server } = createMemoryPair()
    const { take, noted } = createNotes()
    const goOn = reflect(client, { note: take, exit: () => {} })
    void client.start()
    return { transport: server, buffered: () => client.buffered + server.buffered, noted, goOn }
  },
  exact: true,
  loss: undefined,
  skips: { 'lines that are not JSON are reported with an excerpt, never forwarded, never fatal': 'there are no lines, messages pass as they are' },
})

const ping = createMessage({ jsonrpc: '2.0', id: 1, method: 'ping' })

test('the very object that was sent arrives', async () => {
  const { client, server } = createMemoryPair()
  const arrived = new Promise((resolve) => (server.onmessage = resolve))
  await Promise.all([client.start(), server.start()])
  void client.send(ping)
  expect(await arrived).toBe(ping)
})

test('nothing is delivered within send, nor before start', async () => {
  const { client, server } = createMemoryPair()
  const seen: string[] = []
  server.onmessage = () => seen.push('message')
  await client.start()
  void client.send(ping)
  await new Promise(setImmediate)
  seen.push('start')
  await server.start()
  void client.send(ping)
  void client.send(ping)
  seen.push('sent')
  await new Promise(setImmediate)
  expect(seen).toEqual(['start', 'message', 'sent', 'message', 'message'])
})

test('the end of input comes after the messages sent before it, and answers still come back', async () => {
  const { client, server } = createMemoryPair()
  const seen: string[] = []
  server.onmessage = () => seen.push('message')
  server.onend = () => {
    seen.push('end')
    void server.send(ping)
  }
  const answered = new Promise((resolve) => (client.onmessage = resolve))
  await Promise.all([client.start(), server.start()])
  void client.send(ping)
  client.end!()
  void client.send(ping)
  await answered
  expect(seen).toEqual(['message', 'end'])
})

test('thousands of messages for a receiver that pauses after each arrive in order', async () => {
  const { client, server } = createMemoryPair()
  const seen: number[] = []
  const all = Promise.withResolvers<void>()
  server.onmessage = (message) => {
    seen.push(Number(message.id))
    server.pause!()
    queueMicrotask(() => server.resume!())
    if (seen.length === 5000) all.resolve()
  }
  await Promise.all([client.start(), server.start()])
  for (let id = 0; id < 5000; id++) void client.send(createMessage({ jsonrpc: '2.0', id, method: 'ping' }))
  await all.promise
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, id) => id))
  expect(server.buffered).toBe(0)
})
