import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/tape/redact.ts'
import { orderError } from '../../../src/vitest/session/miss-error.ts'
import { createOrder } from '../../../src/vitest/session/order.ts'
import { beginSession, createConversation, request, toolCall, toolResult } from '../../conversations.ts'
import { connectPlayed, taped } from './connected.ts'

/** `ab` is two calls, one after the other; `(ab)` is two at the same time. */
function recordingOf(calls: string): ReturnType<typeof createConversation> {
  const conversation = createConversation()
  beginSession(conversation)
  for (const [together] of calls.matchAll(/\(\w+\)|\w/g)) {
    const asked = [...together.replace(/\W/g, '')].map((text) => ({ id: text.charCodeAt(0), entry: conversation.client(toolCall(text.charCodeAt(0), 'echo', { text })) }))
    for (const { id, entry } of asked) conversation.server(toolResult(id, 'answer'), { replyTo: entry.id })
  }
  return conversation
}

/** What is swapped when these calls are made one after the other. */
function swapOf(recorded: string, made: string): string {
  const { entries, recording } = recordingOf(recorded)
  const order = createOrder(recording)
  const textOf = (entry: (typeof entries)[number]): string => String.fromCharCode(Number(entry.message.id))
  for (const text of made) {
    const entry = entries.find(({ direction, message }) => direction === 'to-server' && message.method === 'tools/call' && message.id === String(text.charCodeAt(0)))!
    order.onplay(entry.message, entry)
  }
  expect(order.played().map(textOf).join('')).toBe(made)
  const swap = order.swap()
  return swap ? textOf(swap.later) + textOf(swap.earlier) : ''
}

test.each([
  { recorded: 'abc', made: 'abc', swap: '' },
  { recorded: 'abc', made: 'ac', swap: '' },
  { recorded: 'abc', made: '', swap: '' },
  { recorded: 'abc', made: 'bac', swap: 'ba' },
  { recorded: 'abc', made: 'acb', swap: 'cb' },
  { recorded: 'abc', made: 'cba', swap: 'ca' },
])('of $recorded, made as $made, "$swap" is swapped', ({ recorded, made, swap }) => {
  expect(swapOf(recorded, made)).toBe(swap)
})

test.each([
  { recorded: '(ab)', made: 'ba', swap: '' },
  { recorded: 'a(bc)d', made: 'acbd', swap: '' },
  { recorded: 'a(bc)de', made: 'abdce', swap: '' },
  { recorded: 'ab(cd)', made: 'bacd', swap: 'ba' },
  { recorded: 'a(bc)', made: 'cba', swap: 'ca' },
])('what was recorded at the same time has no order: $recorded, made as $made', ({ recorded, made, swap }) => {
  expect(swapOf(recorded, made)).toBe(swap)
})

test('lists and polls have no order', () => {
  const conversation = createConversation()
  beginSession(conversation)
  const entries = ['tools/list', 'tasks/get', 'resources/list'].map((method, index) => conversation.client(request(index + 5, method)))
  const order = createOrder(conversation.recording)
  for (const entry of entries.toReversed()) order.onplay(entry.message, entry)
  expect([order.swap(), order.played()]).toEqual([undefined, []])
})

test('the error names both calls, compares all of them, and stands on the line of the one that came too early', async () => {
  const { recording } = recordingOf('abc')
  const order = createOrder(recording)
  const { session } = connectPlayed(recording, {}, { onplay: order.onplay, redactor: createRedactor() }).connection
  for (const text of ['a', 'c', 'b']) await session.callTool('echo', { text })
  const swap = order.swap()!
  const line = (text: string): string => `tools/call "echo" {"text":"${text}"}`
  expect(orderError(swap, order.played(), taped, { frames: '    at here' })).toMatchObject({
    name: 'OrderError',
    message: `calls were made in another order than they were recorded in: ${taped.tape}\n\n    ${line('c')}\nwas made before\n    ${line('b')}\nwhich was recorded before it, with its answer.\n\nTo record this test again:\n    ${taped.command}`,
    expected: [line('a'), line('b'), line('c')],
    actual: [line('a'), line('c'), line('b')],
    stack: expect.stringMatching(/\n {4}at here$/),
  })
})
