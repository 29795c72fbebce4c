import { expect, test } from 'vitest'
import type { Message } from '../../src/message.ts'
import { createPairs } from '../../src/replay/placeholders.ts'
import type { Run } from '../../src/replay/runs.ts'
import type { Saying } from '../../src/replay/script.ts'
import { slotsOf } from '../../src/replay/slots.ts'
import { createSpeaker } from '../../src/replay/speaker.ts'
import { createConversation, notification, request, toolResult } from '../conversations.ts'
import { textOf } from './client.ts'

function create(open: string[] = []) {
  const posted: Message[] = []
  const pairs = createPairs()
  const outbox = { post: (_order: number, message: Message) => void posted.push(message), pause() {}, resume() {}, close() {}, room: undefined }
  return { posted, pairs, speaker: createSpeaker({ outbox, pairs, redactor: undefined, isOpen: (id) => open.includes(id) }) }
}

function saying(message: object): Saying {
  const entry = createConversation().server(message)
  const asks = entry.message.kind === 'request' ? [{ id: entry.message.id!, message: entry.message }] : []
  return { act: 'say', entry, message: entry.message, slots: slotsOf(entry.message, undefined, []), asks, answers: false, redacted: textOf(entry.message).includes('[redacted:'), delay: 0 }
}

const run = (): Run => ({ script: [], asked: undefined, at: 0, since: 3, heard: new Map(), answered: new Set(), cancelled: false, paced: false, done: false, timer: undefined })

test('a request of the server keeps its id while that is free, and is answered once', () => {
  const { speaker, posted } = create()
  const asks = saying(request(1, 'roots/list'))
  const [one, two] = [run(), run()]
  speaker.say(one, asks)
  speaker.say(two, asks)
  expect(posted[0]).toBe(asks.message)
  expect(posted[1]!.id).not.toBe('1')
  expect(speaker.answered(posted[1]!.id!)).toEqual({ run: two, asking: asks.asks[0] })
  expect(speaker.answered('1')).toEqual({ run: one, asking: asks.asks[0] })
  expect(speaker.answered('1')).toBeUndefined()
  speaker.say(one, asks)
  expect(posted[2]!.id).toBe('1')
})

test('an id that is reserved for a request from elsewhere is not given to one of the tape’s', () => {
  const { speaker, posted } = create()
  expect(speaker.reserve('1')).toBe('1')
  speaker.say(run(), saying(request(1, 'roots/list')))
  expect(posted[0]!.id).not.toBe('1')
  expect(speaker.reserve('1')).not.toBe('1')
  speaker.release('1')
  expect(speaker.reserve('1')).toBe('1')
})

test('what belongs to a subscription is said to those who have it', () => {
  const { speaker, posted } = create()
  const news = saying(notification('n', { _meta: { 'io.modelcontextprotocol/subscriptionId': 'L' } }))
  speaker.say(run(), news)
  expect(posted).toEqual([])
  speaker.subscribe('"L"', '0')
  speaker.say(run(), news)
  expect(textOf(posted[0]!)).toContain('"io.modelcontextprotocol/subscriptionId":0')
})

test('a request that cannot be made is not waited for', () => {
  const { speaker, posted } = create()
  const asks = saying(request(1, 'x', { _meta: { 'io.modelcontextprotocol/subscriptionId': 'L' } }))
  const waiting = run()
  speaker.say(waiting, asks)
  expect([posted, waiting.heard.get(asks.asks[0]!)]).toEqual([[], 3])
})

test('an answer to nobody is kept from a request under its id', () => {
  const { speaker, posted } = create(['7'])
  speaker.say(run(), saying(toolResult(7, 'stray')))
  speaker.say(run(), saying(toolResult(8, 'stray')))
  expect(posted.map(({ id }) => id)).toEqual(['8'])
})

test('a secret whose live name is known is said by it, another as it stands', () => {
  const { speaker, posted, pairs } = create()
  pairs.join(['[redacted:jwt#1]'], ['[redacted:jwt#5]'])
  speaker.say(run(), saying(notification('n', { a: '[redacted:jwt#1]', b: '[redacted:jwt#2]' })))
  expect(posted[0]!.value).toMatchObject({ params: { a: '[redacted:jwt#5]', b: '[redacted:jwt#2]' } })
})
