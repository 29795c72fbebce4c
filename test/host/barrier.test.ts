import { expect, test } from 'vitest'
import { Unanswered, answerAll, createBarrier, createConversation } from '../../src/host/barrier.ts'
import { type Answer, type Exchange, type OutgoingRequest, createRefusedExchange } from '../../src/world/exchange.ts'

const request = (url: string): OutgoingRequest => ({ method: 'GET', url, headers: [], body: new Uint8Array(0) })
const answer = (text: string): Answer => ({ status: 200, headers: [], body: Buffer.from(text) })
const never = new AbortController().signal
const live: Exchange = { send: async ({ url }) => answer(url) }

test('a request has no answer before the component waits, even when the answer is known', () => {
  const barrier = createBarrier(createConversation(), createRefusedExchange())
  const sent = barrier.send(request('a'))
  expect([sent.answer, barrier.waiting()]).toEqual([undefined, true])
  barrier.reach()
  expect([sent.answer, barrier.waiting()]).toEqual([{ failure: 'HTTP-request-denied' }, false])
})

test('all that are out are answered together, and the next pass has their answers where it waits', async () => {
  const conversation = createConversation()
  const first = createBarrier(conversation, live)
  first.send(request('a'))
  first.send(request('b'))
  expect(() => first.reach()).toThrow(Unanswered)
  await answerAll(conversation, live, never)
  const second = createBarrier(conversation, live)
  const [a, b] = [second.send(request('a')), second.send(request('b'))]
  expect([a.answer, b.answer]).toEqual([undefined, undefined])
  second.reach()
  expect([a.answer, b.answer]).toEqual([answer('a'), answer('b')])
})

test('answers are waited for until the last is there', async () => {
  const order: string[] = []
  const exchange: Exchange = {
    async send({ url }) {
      order.push(`ask ${url}`)
      if (url === 'a') await new Promise((resolve) => setImmediate(resolve))
      order.push(`answer ${url}`)
      return answer(url)
    },
  }
  const conversation = createConversation()
  const barrier = createBarrier(conversation, exchange)
  for (const url of ['a', 'b']) barrier.send(request(url))
  await answerAll(conversation, exchange, never)
  expect(order).toEqual(['ask a', 'ask b', 'answer b', 'answer a'])
})

test('a pass that asks for something else is told of, with both', () => {
  const conversation = createConversation()
  createBarrier(conversation, live).send(request('http://h/a'))
  expect(() => createBarrier(conversation, live).send(request('http://h/b'))).toThrow('the component is not deterministic: run again in the same world, request 1 was GET http://h/a, and is GET http://h/b')
})

test('a pass that waits elsewhere is told of', () => {
  const conversation = createConversation()
  const refused = createRefusedExchange()
  const first = createBarrier(conversation, refused)
  first.send(request('a'))
  first.reach()
  const second = createBarrier(conversation, refused)
  second.send(request('a'))
  second.send(request('b'))
  expect(() => second.reach()).toThrow('it waited after 1 requests, and waits after 2')
})

test('a played answer is asked for once, over all passes', () => {
  let asked = 0
  const exchange: Exchange = { ...live, play: ({ url }) => (url === 'known' ? (asked++, answer('known')) : undefined) }
  const conversation = createConversation()
  for (let pass = 0; pass < 3; pass++) {
    const barrier = createBarrier(conversation, exchange)
    barrier.send(request('known'))
    barrier.send(request('unknown'))
    expect(() => barrier.reach()).toThrow(Unanswered)
  }
  expect(asked).toBe(1)
})
