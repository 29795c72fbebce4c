import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Id } from '../../src/message.ts'
import { createPending } from '../../src/proxy/pending.ts'
import { parse, request, result } from './joined.ts'

const cancelled = (id: string) => parse(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`)

describe('without a time limit', () => {
  test('a request is open until it is answered, by a result or an error', () => {
    const pending = createPending()
    pending.asked(request(1))
    pending.asked(request(2))
    expect(pending.size).toBe(2)
    expect(pending.answered(result(1))).toBe(false)
    pending.answered(parse('{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"no"}}'))
    expect(pending.size).toBe(0)
  })

  test('0, "" and "0" are three ids', () => {
    const pending = createPending()
    for (const id of [0, '', '0']) pending.asked(request(id))
    pending.answered(result('0'))
    expect(pending.takeAll()).toEqual(['0', '""'])
    expect(pending.size).toBe(0)
  })

  test('an id is known however its text is escaped', () => {
    const pending = createPending()
    pending.asked(parse(String.raw`{"id":"\u0061","method":"m"}`))
    pending.answered(result('a'))
    expect(pending.size).toBe(0)
  })

  test('the same id in flight twice wants two answers', () => {
    const pending = createPending()
    pending.asked(request(7))
    pending.asked(request(7))
    expect(pending.takeAll()).toEqual(['7', '7'])
    pending.asked(request(8))
    pending.asked(request(8))
    pending.answered(result(8))
    expect(pending.size).toBe(1)
  })

  test('notifications, answers of the client and answers to nobody change nothing', () => {
    const pending = createPending()
    pending.asked(parse('{"method":"notifications/initialized"}'))
    pending.asked(result(5))
    expect(pending.answered(result(5))).toBe(false)
    expect(pending.answered(parse('{"id":null,"error":{"code":-32700,"message":"x"}}'))).toBe(false)
    expect(pending.answered(parse('{"error":{}}'))).toBe(false)
    expect(pending.answered(parse('{"method":"notifications/progress"}'))).toBe(false)
    expect(pending.size).toBe(0)
  })

  test('a batch opens and closes each of its members', () => {
    const pending = createPending()
    pending.asked(parse('[{"id":1,"method":"a"},{"method":"n"},{"id":"x","method":"b"}]'))
    expect(pending.size).toBe(2)
    expect(pending.answered(parse('[{"id":"x","result":1},{"id":1,"result":2}]'))).toBe(false)
    expect(pending.size).toBe(0)
  })

  test.each(['1', '"a"', '0', '""', String.raw`"\u0061"`])('a cancelled request %s is no longer open', (id) => {
    const pending = createPending()
    pending.asked(parse(`{"id":${id},"method":"m"}`))
    pending.asked(cancelled(id))
    expect(pending.size).toBe(0)
    expect(pending.answered(parse(`{"id":${id},"result":{}}`))).toBe(false)
  })

  test('a cancellation of what is not there, or without an id, changes nothing', () => {
    const pending = createPending()
    pending.asked(request(1))
    pending.asked(cancelled('2'))
    pending.asked(cancelled('{}'))
    pending.asked(parse('{"method":"notifications/cancelled"}'))
    expect(pending.size).toBe(1)
  })

  test('what was taken is answered late', () => {
    const pending = createPending()
    pending.asked(request(1))
    expect(pending.takeAll()).toEqual(['1'])
    expect(pending.takeAll()).toEqual([])
    expect(pending.answered(result(1))).toBe(true)
    expect(pending.answered(result(1))).toBe(false)
  })

  test('a hundred thousand requests under one id are no burden', () => {
    const pending = createPending()
    for (let i = 0; i < 100_000; i++) pending.asked(request(1))
    for (let i = 0; i < 99_999; i++) pending.answered(result(1))
    expect(pending.size).toBe(1)
  })

  test('counts as a plain list of ids would', () => {
    const step = fc.record({ id: fc.constantFrom(0, 1, '', 'a'), does: fc.constantFrom('ask', 'answer', 'cancel') })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pending = createPending()
        const open: string[] = []
        for (const { id, does } of steps) {
          const key = JSON.stringify(id)
          if (does === 'ask') open.push(key)
          else if (open.includes(key)) open.splice(open.indexOf(key), 1)
          if (does === 'answer') pending.answered(result(id))
          else pending.asked(does === 'ask' ? request(id) : cancelled(key))
        }
        expect(pending.size).toBe(open.length)
        expect(pending.takeAll().toSorted()).toEqual(open.toSorted())
      }),
    )
  })
})

describe('with a time limit', () => {
  let expired: Id[]
  let create: typeof createPending

  beforeEach(async () => {
    expired = []
    // The module keeps the timers that are there when it is loaded.
    vi.useFakeTimers()
    vi.resetModules()
    create = (await import('../../src/proxy/pending.ts')).createPending
  })
  afterEach(() => void vi.useRealTimers())

  const limited = (ms: number, untimed?: () => boolean) => create({ ms, untimed, expired: (id) => void expired.push(id) })

  test('what stays unanswered for so long is told, once, and its answer is late', () => {
    const pending = limited(100)
    pending.asked(request(1))
    vi.advanceTimersByTime(60)
    pending.asked(request(2))
    pending.asked(request(3))
    pending.answered(result(3))
    vi.advanceTimersByTime(40)
    expect(expired).toEqual(['1'])
    expect(pending.size).toBe(1)
    vi.advanceTimersByTime(60)
    expect(expired).toEqual(['1', '2'])
    expect(pending.answered(result(1))).toBe(true)
    expect(pending.answered(result(1))).toBe(false)
    vi.advanceTimersByTime(1000)
    expect(expired).toEqual(['1', '2'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('the same id twice expires twice, each in its time', () => {
    const pending = limited(100)
    pending.asked(request('x'))
    vi.advanceTimersByTime(50)
    pending.asked(request('x'))
    vi.advanceTimersByTime(50)
    expect(expired).toEqual(['"x"'])
    vi.advanceTimersByTime(50)
    expect(expired).toEqual(['"x"', '"x"'])
    expect([pending.answered(result('x')), pending.answered(result('x')), pending.answered(result('x'))]).toEqual([true, true, false])
  })

  test('an id that is used again after it expired gets its own answer second', () => {
    const pending = limited(100)
    pending.asked(request(1))
    vi.advanceTimersByTime(100)
    pending.asked(request(1))
    expect([pending.answered(result(1)), pending.answered(result(1))]).toEqual([true, false])
  })

  test('a batch of answers is late when each of them is', () => {
    const pending = limited(100)
    pending.asked(parse('[{"id":1,"method":"a"},{"id":2,"method":"a"}]'))
    vi.advanceTimersByTime(100)
    pending.asked(request(3))
    expect(pending.answered(parse('[{"id":1,"result":1},{"id":3,"result":1}]'))).toBe(false)
    expect(pending.answered(parse('[{"id":2,"result":1}]'))).toBe(true)
  })

  test('a cancelled request does not expire; one that did keeps its answer late though it is cancelled then', () => {
    const pending = limited(100)
    pending.asked(request(1))
    pending.asked(request(2))
    pending.asked(cancelled('1'))
    vi.advanceTimersByTime(100)
    expect(expired).toEqual(['2'])
    pending.asked(cancelled('2'))
    expect(pending.answered(result(2))).toBe(true)
  })

  test('subscriptions and what is called untimed never expire', () => {
    const pending = limited(100, () => true)
    pending.asked(request(1))
    limited(100).asked(request(2, 'subscriptions/listen'))
    vi.advanceTimersByTime(1_000_000)
    expect(expired).toEqual([])
    expect(pending.size).toBe(1)
  })

  test('no timer is left behind by stop', () => {
    const pending = limited(100)
    pending.asked(request(1))
    pending.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a limit past what a timer can count is a long one, not none', () => {
    const pending = limited(2 ** 40)
    pending.asked(request(1))
    vi.advanceTimersByTime(2 ** 32)
    expect(expired).toEqual([])
    expect(pending.size).toBe(1)
  })
})
