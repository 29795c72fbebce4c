import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import { type Waiting, createWaiting } from '../../src/vitest/waiting.ts'

/** What is waited for, as it is told; throws when that is not in pairs. */
function watched(): Waiting & { open: Set<string> } {
  const open = new Set<string>()
  const waiting = createWaiting({
    asked(what) {
      if (open.has(what)) throw new Error(`asked twice: ${what}`)
      open.add(what)
    },
    answered(what) {
      if (!open.delete(what)) throw new Error(`answered and not asked: ${what}`)
    },
  })
  return { ...waiting, open }
}

const request = (id: number | string) => createMessage({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'a' } })
const answer = (id: number | string) => createMessage({ jsonrpc: '2.0', id, result: {} })
const cancel = (requestId: number | string) => createMessage({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })

test('a request is waited for until its answer', () => {
  const { sent, received, open } = watched()
  sent(request(1))
  sent(request('1'))
  expect([...open]).toEqual(['1', '"1"'])
  received(createMessage({ jsonrpc: '2.0', method: 'notifications/message', params: {} }))
  received(answer('1'))
  expect([...open]).toEqual(['1'])
  received(answer(1))
  expect(open.size).toBe(0)
})

test('one that was cancelled is not waited for, and its late answer is nothing', () => {
  const { sent, received, open } = watched()
  sent(request(1))
  sent(cancel(1))
  expect(open.size).toBe(0)
  received(answer(1))
  received(answer(7))
  expect(open.size).toBe(0)
})

test('what answers is waited for while it opens, also when it cannot be opened', async () => {
  const { opening, open } = watched()
  const opened = opening(Promise.resolve())
  expect(open.size).toBe(1)
  await opened
  expect(open.size).toBe(0)
  await expect(opening(Promise.reject(new Error('no such program')))).rejects.toThrow('no such program')
  expect(open.size).toBe(0)
})

describe('while the server waits for one of our answers', () => {
  test('nothing of its own is waited for, until we have answered', () => {
    const { sent, received, open } = watched()
    sent(request(1))
    received(request(1))
    expect(open.size).toBe(0)
    sent(request(2))
    received(request(5))
    sent(answer(1))
    expect(open.size).toBe(0)
    sent(answer(5))
    expect([...open]).toEqual(['1', '2'])
  })

  test('or until it wants that answer no more', () => {
    const { sent, received, open } = watched()
    sent(request(1))
    received(request(5))
    received(cancel(5))
    expect([...open]).toEqual(['1'])
  })
})

test('when the connection closes, nothing is waited for', () => {
  const { sent, received, closed, open } = watched()
  sent(request(1))
  sent(request(2))
  closed()
  expect(open.size).toBe(0)
  sent(request(3))
  received(request(3))
  closed()
  expect(open.size).toBe(0)
})

test('whatever passes, in whatever order, is told in pairs', () => {
  const message = fc.tuple(fc.constantFrom('sent', 'received'), fc.constantFrom(request, answer, cancel), fc.integer({ min: 0, max: 3 }))
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
      const waiting = watched()
      // Nobody asks twice under one id.
      const asked = { sent: new Set<number>(), received: new Set<number>() }
      for (const [way, make, id] of messages) {
        const side = asked[way as 'sent' | 'received']
        if (make === request && side.has(id)) continue
        if (make === request) side.add(id)
        waiting[way as 'sent' | 'received'](make(id))
      }
      waiting.closed()
      expect(waiting.open.size).toBe(0)
    }),
  )
})
