import { describe, expect, test } from 'vitest'
import { idIn, linkEntries, subscriptionOf } from '../../src/tape/causality.ts'
import { parseMessage } from '../../src/message.ts'
import { type Conversation, answerTo, beginSession, createConversation, notification, progress, request, toolCall, toolResult } from '../conversations.ts'

/** Links as numbers, so that a failure can be read. */
function links(conversation: Conversation): Record<number, { request?: number; answer?: number; anchor?: number; cancelled?: number }> {
  const numbers = [...linkEntries(conversation.entries)].map(([id, link]) => [id, Object.fromEntries(Object.entries(link).map(([name, entry]) => [name, entry.id]))])
  return Object.fromEntries(numbers)
}

const error = (id: number | string | null, text = 'no') => ({ jsonrpc: '2.0', id, error: { code: -32600, message: text } })
const subscribed = (id: number | string) => ({ _meta: { 'io.modelcontextprotocol/subscriptionId': id } })

describe('answers', () => {
  test('belong to the request with their id, in whatever order they come', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}))
    tape.client(toolCall(2, 'b', {}))
    tape.server(toolResult(2, 'b'))
    tape.server(error(1))
    expect(links(tape)).toEqual({ 1: { answer: 4 }, 2: { answer: 3 }, 3: { request: 2 }, 4: { request: 1 } })
  })

  test('0 and "" are ids, and 1 is not "1"', () => {
    const tape = createConversation()
    for (const id of [0, '', 1, '1']) tape.client(toolCall(id, 'a', {}))
    for (const id of ['1', 1, '', 0]) tape.server(toolResult(id, 'a'))
    expect(links(tape)).toMatchObject({ 5: { request: 4 }, 6: { request: 3 }, 7: { request: 2 }, 8: { request: 1 } })
  })

  test('of one id in flight twice go to the oldest first; a used id goes to its new request', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}))
    tape.client(toolCall(1, 'b', {}))
    tape.server(toolResult(1, 'a'))
    tape.server(toolResult(1, 'b'))
    tape.client(toolCall(1, 'c', {}))
    tape.server(toolResult(1, 'c'))
    expect(links(tape)).toEqual({ 1: { answer: 3 }, 2: { answer: 4 }, 3: { request: 1 }, 4: { request: 2 }, 5: { answer: 6 }, 6: { request: 5 } })
  })

  test('go where the tape says when it says so', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}))
    tape.client(toolCall(1, 'b', {}))
    tape.server(toolResult(1, 'b'), { replyTo: 2 })
    tape.server(toolResult(1, 'a'))
    expect(links(tape)).toMatchObject({ 3: { request: 2 }, 4: { request: 1 } })
  })

  test('that come late belong to their request and are not its answer', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'slow', {}))
    tape.server(error(1), { origin: 'shadowcat' })
    tape.client(toolCall(1, 'quick', {}))
    tape.server(toolResult(1, 'slow'), { late: true })
    tape.server(toolResult(1, 'quick'))
    expect(links(tape)).toEqual({ 1: { answer: 2 }, 2: { request: 1 }, 3: { answer: 5 }, 4: { request: 1 }, 5: { request: 3 } })
  })

  test('to nobody hang on something and answer nothing', () => {
    const tape = createConversation()
    tape.client(notification('notifications/initialized'))
    tape.server(toolResult(9, 'what?'))
    expect(links(tape)).toEqual({ 1: {}, 2: { anchor: 1 } })
  })

  test('of a client belong to the request of the server', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'ask', {}))
    tape.server(request(1, 'sampling/createMessage', {}))
    tape.client(answerTo(1, { role: 'assistant' }))
    tape.server(toolResult(1, 'done'))
    expect(links(tape)).toEqual({ 1: { answer: 4 }, 2: { anchor: 1, answer: 3 }, 3: { request: 2 }, 4: { request: 1 } })
  })

  test('never cross sessions', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}))
    tape.session()
    tape.client(toolCall(1, 'b', {}))
    tape.server(toolResult(1, 'b'), { session: 2 })
    tape.server(toolResult(1, 'a'), { session: 1 })
    expect(links(tape)).toMatchObject({ 3: { request: 2 }, 4: { request: 1 } })
  })
})

describe('batches', () => {
  test('are answered together, one by one, or by an error without an id', () => {
    const tape = createConversation()
    const batch = (...ids: number[]) => tape.client(ids.map((id) => toolCall(id, 'a', {})))
    batch(1, 2)
    tape.server([toolResult(2, 'b'), toolResult(1, 'a')])
    batch(3, 4)
    tape.server(toolResult(4, 'b'))
    tape.server(toolResult(3, 'a'))
    batch(5, 6)
    tape.server(error(null))
    tape.server(notification('notifications/message'))
    const found = links(tape)
    expect(found).toMatchObject({ 1: { answer: 2 }, 2: { request: 1 }, 3: { answer: 5 }, 4: { request: 3 }, 5: { request: 3 }, 6: { answer: 7 }, 7: { request: 6 } })
    expect(found[8]).toEqual({ anchor: 6 })
  })

  test('errors without an id belong to the oldest message that cannot be answered otherwise', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}))
    tape.client('{}')
    tape.client('5')
    tape.server('{"jsonrpc":"2.0","error":{"code":-32600,"message":"x"}}')
    tape.server(error(null))
    tape.server(error(null))
    expect(links(tape)).toEqual({ 1: {}, 2: { answer: 4 }, 3: { answer: 5 }, 4: { request: 2 }, 5: { request: 3 }, 6: { anchor: 1 } })
  })

  test('of answers belong to each of their requests', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}))
    tape.client(toolCall(2, 'b', {}))
    tape.server([toolResult(1, 'a'), toolResult(2, 'b')])
    expect(links(tape)).toEqual({ 1: { answer: 3 }, 2: { answer: 3 }, 3: { request: 1 } })
  })
})

describe('other server messages', () => {
  test('hang on nothing before the first client message', () => {
    const tape = createConversation()
    tape.server(notification('notifications/message'))
    expect(links(tape)).toEqual({ 1: {} })
  })

  test('hang on the newest unanswered request, or else on the last client message', () => {
    const tape = createConversation()
    beginSession(tape)
    const early = tape.server(request('r', 'roots/list'))
    tape.client(toolCall(1, 'a', {}))
    tape.client(toolCall(2, 'b', {}))
    const newest = tape.server(notification('notifications/message'))
    tape.server(toolResult(2, 'b'))
    const older = tape.server(notification('notifications/message'))
    tape.server(toolResult(1, 'a'))
    const after = tape.server(notification('notifications/tools/list_changed'))
    const found = links(tape)
    expect([early, newest, older, after].map((entry) => found[entry.id]!.anchor)).toEqual([3, 6, 5, 6])
  })

  test('progress hangs on its token’s request, whichever is newer', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}, 'tok\n'))
    tape.client(toolCall(2, 'b', {}, 0))
    tape.server(progress('tok\n', 1))
    tape.server(progress(0, 1))
    tape.server(progress('unknown', 1))
    expect(links(tape)).toMatchObject({ 3: { anchor: 1 }, 4: { anchor: 2 }, 5: { anchor: 2 } })
  })

  test('over HTTP hang on the request of their stream, also when it was resumed', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}), { exchange: 1 })
    tape.client(toolCall(2, 'b', {}), { exchange: 2 })
    tape.server(notification('notifications/message'), { exchange: 1, stream: 's' })
    tape.server(notification('notifications/message'), { exchange: 3, stream: 's' })
    tape.server(notification('notifications/message'), { exchange: 4, stream: 'get' })
    expect(links(tape)).toMatchObject({ 3: { anchor: 1 }, 4: { anchor: 1 }, 5: { anchor: 2 } })
  })

  test('of a subscription hang on what else is going on, its acknowledgement on its request', () => {
    const tape = createConversation()
    tape.client(request('L', 'subscriptions/listen', {}))
    tape.client(toolCall(1, 'load-component', {}))
    tape.server(notification('notifications/subscriptions/acknowledged', subscribed('L')))
    tape.server(notification('notifications/tools/list_changed', subscribed('L')))
    tape.server(toolResult(1, 'loaded'))
    tape.server(notification('notifications/tools/list_changed', subscribed('L')))
    expect(links(tape)).toEqual({ 1: {}, 2: { answer: 5 }, 3: { anchor: 1 }, 4: { anchor: 2 }, 5: { request: 2 }, 6: { anchor: 2 } })
  })
})

describe('cancellation', () => {
  test('by the client is linked, and the request no longer counts as unanswered', () => {
    const tape = createConversation()
    tape.client(toolCall('x', 'spin', {}))
    tape.client(notification('notifications/cancelled', { requestId: 'x' }))
    tape.server(notification('notifications/message'))
    tape.client(toolCall('x', 'again', {}))
    tape.server(toolResult('x', 'again'))
    expect(links(tape)).toEqual({ 1: { cancelled: 2 }, 2: {}, 3: { anchor: 2 }, 4: { answer: 5 }, 5: { request: 4 } })
  })

  test('a cancelled request may still be answered', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'spin', {}))
    tape.client(notification('notifications/cancelled', { requestId: 1 }))
    tape.server(toolResult(1, 'too late'))
    expect(links(tape)).toEqual({ 1: { cancelled: 2, answer: 3 }, 2: {}, 3: { request: 1 } })
  })

  test('by the server hangs where the cancelled request hangs', () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'ask', {}))
    tape.server(request(7, 'elicitation/create', {}))
    tape.client(toolCall(2, 'b', {}))
    tape.server(notification('notifications/cancelled', { requestId: 7 }))
    expect(links(tape)).toEqual({ 1: {}, 2: { anchor: 1, cancelled: 4 }, 3: {}, 4: { anchor: 1 } })
  })
})

test('ids are compared as JSON values, whatever escapes they are written with', () => {
  const message = parseMessage(Buffer.from('{"method":"notifications/cancelled","params":{"requestId":"\\u0061","_meta":{"io.modelcontextprotocol/subscriptionId":""}}}'))
  expect(idIn(message, 'params', 'requestId')).toBe('"a"')
  expect(idIn(message, 'params', 'none')).toBeUndefined()
  expect(subscriptionOf(message)).toBe('""')
})

test('a hundred thousand requests with one id are linked in linear time', () => {
  const tape = createConversation()
  const asked = tape.client(toolCall(1, 'a', {})).message
  const answered = tape.server(toolResult(1, 'a')).message
  const count = 100_000
  for (let i = 1; i < count; i++) tape.entries.push({ id: i + 2, session: 1, timestamp: 0, direction: 'to-server', message: asked, late: false })
  for (let i = 1; i < count; i++) tape.entries.push({ id: count + i + 1, session: 1, timestamp: 0, direction: 'to-client', message: answered, late: false })
  expect(linkEntries(tape.entries).get(2 * count)!.request!.id).toBe(count + 1)
})
