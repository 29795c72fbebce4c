import { describe, expect, test } from 'vitest'
import { createLoader } from '../../src/host/components.ts'
import { Host } from '../../src/host/host.ts'
import { serve } from '../../src/host/server.ts'
import { parseMessage } from '../../src/message.ts'
import type { Transport } from '../../src/transport.ts'
import type { Upstream } from '../../src/upstream.ts'
import { connect, embedded as open, places } from './client.ts'
import { cache, heldWorld } from './components.ts'
import { file } from './files.ts'

const text = (id: number | string, method: string, params = '{}'): string => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"${method}","params":${params}}`
const call = (id: number | string, name: string, given = '{}'): string => text(id, 'tools/call', `{"name":"${name}","arguments":${given}}`)
const stateless = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
const load = (component: string): string => `{"path":"file://${file(component)}"}`

describe.each(places)('%s', (_, place) => {
  const embedded = (components: string[]): Upstream => open(components, place)

  test('64-bit integers come and go with every digit', async () => {
    const client = await connect(embedded(['toolbox']))
    client.say(call(9, 'same-u64', '{"value":18446744073709551615}'))
    await client.until(2)
    expect(client.received[1]).toBe('{"jsonrpc":"2.0","id":9,"result":{"content":[{"type":"text","text":"18446744073709551615"}],"structuredContent":{"result":18446744073709551615},"isError":false}}')
  })

  describe('what is asked without waiting', () => {
    test('is done in order: a list after a load holds the tools that it brought', async () => {
      const client = await connect(embedded([]))
      for (const line of [call('a', 'load-component', load('greeter')), call('b', 'greet', '{"name":"x"}'), text('c', 'tools/list'), call('d', 'unload-component', '{"id":"greeter"}'), call('e', 'greet', '{"name":"x"}')]) client.say(line)
      await client.until(8)
      const after = client.received.slice(1).map((line) => (JSON.parse(line) as { id?: string; method?: string }).id ?? 'changed')
      expect(after).toEqual(['changed', 'a', 'b', 'c', 'changed', 'd', 'e'])
      expect(client.received[3]).toContain('Hello, x')
      expect(client.received[4]).toContain('"name":"greet"')
      expect(client.received[7]).toContain('Tool not found')
    })

    test('holds no ping up', async () => {
      const client = await connect(embedded([]))
      client.say(call('load', 'load-component', load('toolbox')))
      client.say(text('ping', 'ping'))
      await client.until(2)
      expect(client.received[1]).toBe('{"jsonrpc":"2.0","id":"ping","result":{}}')
    })

    test('is not answered when it is cancelled', async () => {
      const client = await connect(embedded(['toolbox']))
      client.say(call(7, 'now-seconds'))
      client.say('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}')
      client.say(text(8, 'tools/list'))
      await client.until(2)
      expect(client.received[1]).toContain('"id":8')
    })

    test('is answered although the client says no more; then the connection is closed', async () => {
      const { transport, received, say } = await connect(embedded(['toolbox']))
      const closed = new Promise<unknown>((resolve) => (transport.onclose = resolve))
      say(call(7, 'now-seconds'))
      transport.end!()
      await closed
      expect(received[1]).toContain('"result":1000000000')
    })
  })

  test('both eras can be spoken in turn: what says its revision is answered in it', async () => {
    const client = await connect(embedded([]))
    client.say(text(5, 'resources/list', `{${stateless}}`))
    client.say(text(6, 'resources/list'))
    await client.until(3)
    expect(client.received.slice(1)).toEqual(['{"jsonrpc":"2.0","id":5,"result":{"resultType":"complete","ttlMs":0,"cacheScope":"public","resources":[]}}', '{"jsonrpc":"2.0","id":6,"result":{"resources":[]}}'])
  })

  test('a request before initialize is refused, and the client may still begin', async () => {
    const client = await connect(embedded([]), { initialize: false })
    client.say(text(1, 'tools/list'))
    client.say(text(2, 'initialize', '{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"0"}}'))
    client.say(text(3, 'tools/list'))
    await client.until(3)
    expect(client.received[0]).toContain('"code":-32602')
    expect(client.received[2]).toContain('"tools":[')
  })
})

test('a change made by one client is told to all, once more with its id to each that subscribed', async () => {
  const upstream = open([])
  const [one, two] = [await connect(upstream), await connect(upstream)]
  two.say(text('s', 'subscriptions/listen', `{${stateless},"notifications":{"toolsListChanged":true}}`))
  await two.until(2)
  await one.tool('load-component', { path: `file://${file('greeter')}` })
  await two.until(4)
  expect(two.received.slice(2)).toEqual(['{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}', '{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"s"}}}'])
  expect(await two.text('greet', { name: 'x' })).toBe('Hello, x')
})

test('a client that has gone is told nothing more', async () => {
  const upstream = open([])
  const [one, two] = [await connect(upstream), await connect(upstream)]
  await two.transport.close()
  await one.tool('unload-component', { id: 'x' })
  expect(two.received.length).toBe(1)
})

describe('a client that does not read', () => {
  /** A transport with as little room as it is told, and what is done to it. */
  function narrow(host: Host): { seen: string[]; receive(text: string): void; full(): void; room(): Promise<void> } {
    const seen: string[] = []
    let gate: PromiseWithResolvers<void> | undefined
    const transport: Transport = {
      start: async () => undefined,
      close: async () => undefined,
      send(message) {
        seen.push(message.method ?? message.id!)
        return gate?.promise
      },
      pause: () => void seen.push('pause'),
      resume: () => void seen.push('resume'),
    }
    serve(transport, { host })
    return {
      seen,
      receive: (said) => transport.onmessage!(parseMessage(Buffer.from(said))),
      full: () => void (gate = Promise.withResolvers()),
      async room() {
        gate!.resolve()
        gate = undefined
        await turns()
      },
    }
  }
  const turns = async (): Promise<void> => {
    for (let count = 0; count < 20; count++) await new Promise(setImmediate)
  }
  const newHost = (): Host => new Host({ load: createLoader({ cache }), world: heldWorld(), sources: [] })
  const initialize = text(0, 'initialize', '{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"0"}}')

  test('is asked for nothing more and answered nothing more until it does, and keeps no other from their turn', async () => {
    const host = newHost()
    const [slow, other] = [narrow(host), narrow(host)]
    for (const { receive } of [slow, other]) receive(initialize)
    slow.full()
    for (const id of [1, 2, 3]) slow.receive(text(id, 'tools/list'))
    await turns()
    expect(slow.seen).toEqual(['0', '1', 'pause'])
    other.receive(call(4, 'unload-component', '{"id":"x"}'))
    other.receive(call(5, 'unload-component', '{"id":"x"}'))
    await turns()
    expect(other.seen).toEqual(['0', 'notifications/tools/list_changed', '4', 'notifications/tools/list_changed', '5'])
    await slow.room()
    // Two changes that it did not hear of are one when it does.
    expect(slow.seen).toEqual(['0', '1', 'pause', 'notifications/tools/list_changed', 'resume', '2', '3'])
  })

  test('nor is one asked for more whose requests wait in great number', async () => {
    const host = newHost()
    const { seen, receive } = narrow(host)
    receive(initialize)
    const busy = Promise.withResolvers<void>()
    void host.inTurn(() => busy.promise)
    const pad = 'x'.repeat(100_000)
    let sent = 0
    while (!seen.includes('pause') && sent < 100) receive(text(++sent, 'tools/list', `{"pad":"${pad}"}`))
    expect(sent).toBe(11)
    busy.resolve()
    await turns()
    expect(seen.filter((what) => what !== '0')).toEqual(['pause', '1', 'resume', ...Array.from({ length: 10 }, (_, index) => String(index + 2))])
  })
})
