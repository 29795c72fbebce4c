import { MessageChannel } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { ShadowcatError } from '../../src/errors.ts'
import { type Message, createMessage } from '../../src/message.ts'
import { type MemoryTransport, createMemoryPair } from '../../src/transport/memory.ts'
import { type PortOptions, carry } from '../../src/transport/port.ts'
import { conform } from './conformance.ts'
import { reflect } from './mirror.ts'
import { createNotes } from './notes.ts'

/** client ⇄ near ⇄ port ┊ port ⇄ far ⇄ server, all in this thread. */
function openChannel(here: PortOptions = {}, there: PortOptions = {}): { client: MemoryTransport; server: MemoryTransport; buffered(): number; cut(): void } {
  const { port1, port2 } = new MessageChannel()
  const [near, far] = [createMemoryPair(), createMemoryPair()]
  carry(near.server, port1, here)
  carry(far.client, port2, there)
  onTestFinished(() => port1.close())
  const ends = [near.client, near.server, far.client, far.server]
  return { client: near.client, server: far.server, buffered: () => ends.reduce((sum, end) => sum + end.buffered, 0), cut: () => port2.close() }
}

conform('what a port carries to another thread', {
  open() {
    const { client, server, buffered } = openChannel()
    const { take, noted } = createNotes()
    const goOn = reflect(server, { note: take, exit: () => {} })
    void server.start()
    return { transport: client, buffered, noted, goOn }
  },
  exact: true,
  loss: 'closed',
  skips: { 'lines that are not JSON are reported with an excerpt, never forwarded, never fatal': 'there are no lines, messages pass as they are' },
})

const ping = createMessage({ jsonrpc: '2.0', id: 1, method: 'ping' })

test('what is attached to a message comes with it, before it', async () => {
  const seen: unknown[] = []
  const { client, server } = openChannel({ attached: (message, value) => seen.push([message.id, value]) }, { attach: (message) => (message.id === '2' ? undefined : { bytes: new Uint8Array([1, 2]), large: 1n }) })
  const last = Promise.withResolvers<void>()
  client.onmessage = (message: Message) => {
    seen.push(message.id)
    if (message.id === '3') last.resolve()
  }
  await Promise.all([client.start(), server.start()])
  for (const id of [1, 2, 3]) void server.send(createMessage({ jsonrpc: '2.0', id, result: {} }))
  await last.promise
  const value = { bytes: new Uint8Array([1, 2]), large: 1n }
  // They were ready together, so they came together.
  expect(seen).toEqual([['1', value], ['3', value], '1', '2', '3'])
})

test('a connection that breaks says why, after everything that came before', async () => {
  const reason = new ShadowcatError('exit', 'the thread ended')
  const { client, server, cut } = openChannel({ lost: async () => reason })
  const seen: unknown[] = []
  const over = Promise.withResolvers<void>()
  client.onmessage = (message) => seen.push(message.id)
  client.onclose = (error) => {
    seen.push(error)
    over.resolve()
  }
  await Promise.all([client.start(), server.start()])
  void server.send(ping)
  await new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))))
  cut()
  await over.promise
  expect(seen).toEqual(['1', reason])
})

test('bytes beside a message in its memory stay here', async () => {
  const { client, server } = openChannel()
  const arrived = new Promise<Message>((resolve) => (server.onmessage = resolve))
  await Promise.all([client.start(), server.start()])
  void client.send(ping)
  expect((await arrived).bytes.buffer.byteLength).toBe(ping.bytes.length)
})
