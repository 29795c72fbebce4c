import { expect, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { createMessage } from '../../src/message.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { watch } from '../../src/vitest/watch.ts'

const request = createMessage({ jsonrpc: '2.0', id: 1, method: 'ping' })
const answer = createMessage({ jsonrpc: '2.0', id: 1, result: {} })
const notice = createMessage({ jsonrpc: '2.0', method: 'notifications/x' })

test('what passes is passed on, written down and told', async () => {
  const { client, server } = createMemoryPair()
  const told: string[] = []
  const { transport, passed } = watch(client, { asked: (what) => void told.push(`asked ${what}`), answered: (what) => void told.push(`answered ${what}`) })
  const received: unknown[] = []
  const { promise: closed, resolve } = Promise.withResolvers<ShadowcatError | undefined>()
  transport.onmessage = (message) => received.push(message)
  transport.onclose = resolve
  server.onmessage = (message) => {
    if (message.kind !== 'request') return
    void server.send(notice)
    void server.send(answer)
    void server.close()
  }
  await transport.start()
  await server.start()
  void transport.send(notice)
  void transport.send(request)
  expect((await closed)?.code).toBe('closed')
  expect(received).toEqual([notice, answer])
  expect(passed.map(({ direction, message }) => [direction, message])).toEqual([['to-server', notice], ['to-server', request], ['to-client', notice], ['to-client', answer]])
  const asked = told.filter((one) => one.startsWith('asked')).map((one) => one.slice('asked '.length))
  expect(asked.length).toBeGreaterThan(0)
  expect(told.filter((one) => one.startsWith('answered')).map((one) => one.slice('answered '.length)).sort()).toEqual(asked.sort())
})

test('its end, its pauses and its close reach the transport behind it', async () => {
  const { client, server } = createMemoryPair()
  const { transport } = watch(client)
  const events: string[] = []
  server.onend = () => events.push('end')
  server.onclose = () => events.push('close')
  await server.start()
  await transport.start()
  transport.pause?.()
  transport.resume?.()
  transport.end?.()
  await Promise.resolve()
  await transport.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(events).toEqual(['end', 'close'])
})
