import { expect, test } from 'vitest'
import { said } from '../../src/host/answers.ts'
import { type Observed, toObserved } from '../../src/host/observed.ts'
import { connect, embedded, places } from './client.ts'

test.each(places)('each call of a component is told with its uses of the world, before its answer, %s', async (_, place) => {
  const calls: Observed[] = []
  const client = await connect(embedded(['toolbox'], { ...place, observe: (call) => calls.push(call) }))
  const before = client.received.length
  const answered = Promise.withResolvers<void>()
  client.transport.onmessage = () => {
    if (calls.push({ tool: 'the answer' } as Observed) === 4) answered.resolve()
  }
  client.say('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"random-u64"}}')
  client.say('{"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"fall"}}')
  await answered.promise
  expect(calls.map(({ tool }) => tool)).toEqual(['random-u64', 'the answer', 'fall', 'the answer'])
  expect(calls[0]).toMatchObject({ component: 'toolbox', uses: 1, passes: 1, exchanged: [], asked: [], trace: [{ interface: 'wasi:random/random', n: 1 }] })
  expect(calls[2]).toMatchObject({ component: 'toolbox', failure: { kind: 'trap' } })
  expect([before, structuredClone(calls)]).toEqual([1, calls])
})

test('nothing is told of a call that ran no component', () => {
  expect([toObserved('list-components', { answer: said('') }), toObserved('same-u64', { answer: said(''), component: 'toolbox' })]).toEqual([undefined, undefined])
})
