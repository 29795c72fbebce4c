import { expect, test } from 'vitest'
import type { Direction } from '../../src/tap.ts'
import { type ReplyFacts, createReplies } from '../../src/tape/replies.ts'
import { toMessage } from './tapes.ts'

type Line = readonly [mark: '>' | '<', message: object, facts?: Partial<ReplyFacts>]

/** For each message, in order, the number of the one that it answers. */
function repliesOf(lines: readonly Line[]): (number | undefined)[] {
  const replies = createReplies()
  return lines.map(([mark, message, facts], index) => {
    const direction: Direction = mark === '>' ? 'to-server' : 'to-client'
    return replies(index + 1, toMessage(message), { session: 1, direction, late: false, ...facts })
  })
}

const ask = (id: unknown): object => ({ jsonrpc: '2.0', id, method: 'x' })
const answer = (id: unknown): object => ({ jsonrpc: '2.0', id, result: {} })
const none = undefined

test('an answer belongs to the request of its id, in any order, also for ids 0 and ""', () => {
  expect(repliesOf([['>', ask(0)], ['>', ask('')], ['>', ask('0')], ['<', answer('0')], ['<', answer('')], ['<', answer(0)]])).toEqual([none, none, none, 3, 2, 1])
})

test('the two directions have ids of their own', () => {
  expect(repliesOf([['>', ask(1)], ['<', ask(1)], ['>', answer(1)], ['<', answer(1)]])).toEqual([none, none, 2, 1])
})

test('sessions have ids of their own', () => {
  expect(repliesOf([['>', ask(1)], ['>', ask(1), { session: 2 }], ['<', answer(1), { session: 2 }], ['<', answer(1)]])).toEqual([none, none, 2, 1])
})

test('of equal ids in flight the oldest is answered first, unless the HTTP exchange tells', () => {
  expect(repliesOf([['>', ask(1)], ['>', ask(1)], ['<', answer(1)], ['<', answer(1)], ['<', answer(1)]])).toEqual([none, none, 1, 2, none])
  expect(repliesOf([['>', ask(1), { exchange: 7 }], ['>', ask(1), { exchange: 8 }], ['<', answer(1), { exchange: 8 }], ['<', answer(1), { exchange: 7 }]])).toEqual([none, none, 2, 1])
})

test('an answer to nobody answers nobody', () => {
  expect(repliesOf([['<', answer(1)], ['>', ask(1)], ['>', answer(1)]])).toEqual([none, none, none])
})

test('batches are answered as one', () => {
  expect(repliesOf([['>', [ask(1), ask(2)]], ['<', [answer(2), answer(1)]]])).toEqual([none, 1])
  expect(repliesOf([['>', [ask(1), ask(2)]], ['<', answer(2)], ['<', answer(1)]])).toEqual([none, 1, 1])
})

test('an error without an id answers the oldest message that was no request', () => {
  const broken = { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'x' } }
  expect(repliesOf([['>', {}], ['>', ask(1)], ['<', broken], ['<', broken]])).toEqual([none, none, 1, none])
})

test('a late answer belongs to the request that shadowcat had answered', () => {
  const lines: Line[] = [['>', ask(1)], ['<', answer(1), { origin: 'shadowcat' }], ['>', ask(1)], ['<', answer(1), { late: true }], ['<', answer(1)]]
  expect(repliesOf(lines)).toEqual([none, 1, none, 1, 3])
})
