import { expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import { threadedUpstream } from '../../src/host/threads.ts'
import { createRefusedExchange } from '../../src/world/exchange.ts'
import { connect, embedded, places } from './client.ts'
import { file } from './files.ts'

const load = { path: `file://${file('greeter')}` }

test('sessions at the same time have hosts of their own, and requests are annotated by the one of their session', async () => {
  const upstream = embedded(['toolbox'], { thread: true })
  const [one, two] = [await connect(upstream), await connect(upstream, { session: 2 })]
  await one.tool('load-component', load)
  const greet = createMessage({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'greet' } })
  const of = (session: number): unknown => upstream.annotate!(greet, { direction: 'to-server', session })
  expect([of(1), of(2), of(3)]).toEqual([{ component: 'greeter', policy: undefined }, undefined, undefined])
  expect(await two.text('greet', { name: 'a' })).toContain('Tool not found')
})

test.each(places)('what is there as a session begins is told by id, with bytes only if they are to be kept, %s', async (_, place) => {
  for (const keepBytes of [false, true]) {
    const upstream = embedded(['toolbox', 'greeter'], { ...place, keepBytes })
    await connect(upstream)
    expect(upstream.initial!().components.map(({ component, initial, bytes }) => [component, initial, bytes !== undefined])).toEqual([['greeter', true, keepBytes], ['toolbox', true, keepBytes]])
  }
})

test('functions are refused, as they cannot be sent to a thread', () => {
  expect(() => threadedUpstream({ surroundings: { exchange: createRefusedExchange() } })).toThrow('surroundings: functions cannot be sent to a thread; leave them out, or run the components in this one')
})
