import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ignoreNothing, ignoring } from '../../src/canonical.ts'
import { parseMessage } from '../../src/message.ts'
import { pairEntries, toolOf } from '../../src/tape/pairing.ts'
import { type Conversation, createConversation, notification, request, toolCall, toolResult } from '../conversations.ts'
import { converse, steps } from './random-conversation.ts'

function pairsOf(expected: Conversation, actual: Conversation, ignore: string[] = []): number[][] {
  return pairEntries(expected.entries, actual.entries, ignoring(ignore)).pairs.map((pair) => [pair.expected.id, pair.actual.id])
}

describe('pairing', () => {
  test('pairs every entry at most once, and leaves the rest over', () => {
    fc.assert(fc.property(steps, steps, (one, other) => {
      const [expected, actual] = [converse(one).entries, converse(other).entries]
      const { pairs, missing, extra } = pairEntries(expected, actual, ignoreNothing)
      expect([...pairs.map((pair) => pair.expected), ...missing].map(({ id }) => id).sort((a, b) => a - b)).toEqual(expected.map(({ id }) => id))
      expect([...pairs.map((pair) => pair.actual), ...extra].map(({ id }) => id).sort((a, b) => a - b)).toEqual(actual.map(({ id }) => id))
      for (const pair of pairs) expect([pair.actual.direction, pair.actual.session]).toEqual([pair.expected.direction, pair.expected.session])
    }))
  })

  test('prefers the same meaning to the same position', () => {
    const [expected, actual] = [createConversation(), createConversation()]
    for (const n of [1, 2, 3]) expected.client(toolCall(n, 'a', { n }))
    for (const n of [3, 1, 9]) actual.client(toolCall(n, 'a', { n }))
    expect(pairsOf(expected, actual).sort()).toEqual([[1, 2], [2, 3], [3, 1]])
  })

  test('does not take one tool for another', () => {
    const [expected, actual] = [createConversation(), createConversation()]
    expected.client(toolCall(1, 'get_balance', { account: 'A' }))
    actual.client(toolCall(1, 'delete_account', { account: 'A' }))
    expect(pairsOf(expected, actual)).toEqual([])
  })

  test('follows causes: a server\'s request, its answer, and what hangs on that', () => {
    const session = (text: string): Conversation => {
      const conversation = createConversation()
      conversation.client(toolCall(1, 'a', {}))
      conversation.server(request(5, 'sampling/createMessage', {}))
      conversation.client({ jsonrpc: '2.0', id: 5, result: { text } })
      conversation.server(notification('notifications/message', { data: text }))
      conversation.server(toolResult(1, text))
      return conversation
    }
    expect(pairsOf(session('x'), session('y')).sort()).toEqual([[1, 1], [2, 2], [3, 3], [4, 4], [5, 5]])
  })

  test('leaves out what is ignored', () => {
    const session = (...args: number[]): Conversation => {
      const conversation = createConversation()
      args.forEach((n, index) => conversation.client(toolCall(index, 'a', { n, at: Math.random() })))
      return conversation
    }
    expect(pairsOf(session(1, 2), session(2, 1), ['/params/arguments/at'])).toEqual([[1, 2], [2, 1]])
  })
})

test('the tool of a call is told, and of nothing else', () => {
  expect(toolOf(parseMessage(Buffer.from(JSON.stringify(toolCall(1, 'now', {})))))).toBe('now')
  expect(toolOf(parseMessage(Buffer.from(JSON.stringify(request(1, 'prompts/get', { name: 'x' })))))).toBeUndefined()
})
