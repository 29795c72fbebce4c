import { expect, test } from 'vitest'
import { createScripts, idsOf, tokensOf } from '../../src/replay/script.ts'
import { linkEntries } from '../../src/tape/causality.ts'
import { type Conversation, answerTo, createConversation, notification, progress, request, toolCall, toolResult } from '../conversations.ts'
import { toMessage } from './client.ts'

/** A script in short: what is said (by entry), heard, held and owed. */
function scriptOf(tape: Conversation, id: number | undefined): string[] {
  const scripts = createScripts(tape.entries, linkEntries(tape.entries))
  const acts = id === undefined ? scripts.opening : scripts.of(tape.entries[id - 1]!)
  return acts.map((act) => {
    if (act.act === 'say') return `say ${act.entry.id}${act.answers ? '!' : ''}`
    return act.act === 'hear' ? `hear ${act.asking.heard!.entry.id}` : act.act === 'owe' ? `owe ${act.id}` : 'hold'
  })
}

test('a script says what hangs on its message and hears what was answered, in recorded order', () => {
  const tape = createConversation()
  tape.server(notification('notifications/message'))
  tape.client(toolCall(1, 'a', {}, 't'))
  tape.client(toolCall(2, 'b', {}))
  tape.server(progress('t', 1))
  tape.server(request('s', 'roots/list'))
  tape.server(toolResult(1, 'a'))
  tape.client(answerTo('s', { roots: [] }))
  tape.server(toolResult(2, 'b'))
  tape.server(notification('notifications/message'))
  expect(scriptOf(tape, undefined)).toEqual(['say 1'])
  expect(scriptOf(tape, 2)).toEqual(['say 4', 'say 6!'])
  expect(scriptOf(tape, 3)).toEqual(['say 5', 'hear 7', 'say 8!'])
  expect(scriptOf(tape, 7)).toEqual(['say 9'])
})

test('an answer that was never recorded is owed; after a cancellation it is held back', () => {
  const tape = createConversation()
  tape.client(toolCall(0, 'a', {}))
  tape.client(toolCall('', 'b', {}))
  tape.client(notification('notifications/cancelled', { requestId: '' }))
  tape.client(request(5, 'subscriptions/listen'))
  tape.client([toolCall(6, 'a', {}), toolCall(7, 'b', {})])
  tape.server(toolResult(7, 'b'))
  expect([1, 2, 3, 4, 5].map((id) => scriptOf(tape, id))).toEqual([['owe 0'], ['hold', 'owe ""'], [], ['hold', 'owe 5'], ['say 6!', 'owe 6']])
})

test('a late answer has no place; a subscription’s result comes at the end', () => {
  const tape = createConversation()
  tape.client(toolCall(1, 'slow', {}))
  tape.server({ jsonrpc: '2.0', id: 1, error: {} }, { origin: 'shadowcat' })
  tape.server(toolResult(1, 'slow'), { late: true })
  tape.client(request(2, 'subscriptions/listen'))
  tape.server(answerTo(2, {}))
  expect([scriptOf(tape, 1), scriptOf(tape, 4)]).toEqual([['say 2!'], ['hold', 'say 5!']])
})

test('each delay counts from what was waited for', () => {
  const tape = createConversation()
  tape.client(toolCall(1, 'a', {}), { timestamp: 100 })
  tape.server(request('s', 'roots/list'), { timestamp: 150 })
  tape.client(answerTo('s', {}), { timestamp: 1000 })
  tape.server(toolResult(1, 'a'), { timestamp: 1200 })
  const delays = createScripts(tape.entries, linkEntries(tape.entries)).of(tape.entries[0]!).map((act) => (act.act === 'say' ? act.delay : act.act))
  expect(delays).toEqual([50, 'hear', 200])
})

test('a batch has many ids and tokens', () => {
  const tape = createConversation()
  const batch = tape.client([toolCall(1, 'a', {}, 'x'), notification('n'), toolCall('b', 'b', {})])
  expect([idsOf(batch.message), tokensOf(batch)]).toEqual([['1', '"b"'], ['"x"', undefined]])
  expect([idsOf(toMessage('{}')), tokensOf(undefined)]).toEqual([[], []])
})
