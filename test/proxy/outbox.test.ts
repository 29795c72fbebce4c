import { expect, test } from 'vitest'
import { createHold } from '../../src/proxy/hold.ts'
import { createOutbox } from '../../src/proxy/outbox.ts'
import type { Tap } from '../../src/tap.ts'
import type { Transport } from '../../src/transport.ts'
import { request, settle, textOf } from './joined.ts'

function createReceiver(log: string[], name: string, room?: Promise<void>): Transport {
  return { start: async () => undefined, close: async () => undefined, send: (message) => (log.push(`${name} ${message.id}`), room), pause: () => void log.push(`${name} paused`), resume: () => void log.push(`${name} resumed`) }
}

const flushing = (log: string[]): Tap => ({ message: (message) => message, flush: () => void log.push('flush') })
const nobody = (error: unknown): void => {
  throw error
}

test('what is posted together leaves together, in order, after one flush', async () => {
  const log: string[] = []
  const [a, b] = [createReceiver(log, 'a'), createReceiver(log, 'b')]
  const outbox = createOutbox([flushing(log), { message: (message) => message }], createHold(), nobody)
  outbox.post(a, request(1), b)
  outbox.post(b, request(2), a)
  outbox.post(a, request(3), b)
  expect(log).toEqual([])
  await settle()
  expect(log).toEqual(['flush', 'a 1', 'b 2', 'a 3'])
  outbox.post(a, request(4), b)
  await settle()
  expect(log.slice(4)).toEqual(['flush', 'a 4'])
})

test('much that is posted together leaves in batches of growing size, each after a flush', async () => {
  const log: string[] = []
  const receiver = createReceiver(log, 'a')
  const outbox = createOutbox([flushing(log)], createHold(), nobody)
  for (let round = 0; round < 2; round++) {
    for (let id = 0; id < 60; id++) outbox.post(receiver, request(id), receiver)
    await settle()
  }
  const flushes = log.flatMap((line, at) => (line === 'flush' ? [at] : []))
  expect(flushes).toEqual([0, 17, 50, 63, 80, 113])
  expect(log.filter((line) => line !== 'flush')).toEqual(Array.from({ length: 120 }, (_, index) => `a ${index % 60}`))
})

test('deliver lets it go at once, and flushes nothing when nothing waits', async () => {
  const log: string[] = []
  const outbox = createOutbox([flushing(log)], createHold(), nobody)
  outbox.post(createReceiver(log, 'a'), request(1), createReceiver(log, 'b'))
  outbox.deliver()
  expect(log).toEqual(['flush', 'a 1'])
  outbox.deliver()
  await settle()
  expect(log).toEqual(['flush', 'a 1'])
})

test('a flush that throws keeps everything back, to be recalled', async () => {
  const log: string[] = []
  const errors: unknown[] = []
  const full = new Error('no space left')
  const outbox = createOutbox([{ message: (message) => message, flush: () => nobody(full) }], createHold(), (error) => void errors.push(error))
  const receiver = createReceiver(log, 'a')
  outbox.post(receiver, request(1), receiver)
  await settle()
  expect(errors).toEqual([full])
  expect(log).toEqual([])
  expect(outbox.recall().map(({ message }) => textOf(message))).toEqual([textOf(request(1))])
  expect(outbox.recall()).toEqual([])
})

test('a receiver that is full holds back the source until there is room', async () => {
  const log: string[] = []
  const room = Promise.withResolvers<void>()
  const [a, b] = [createReceiver(log, 'a', room.promise), createReceiver(log, 'b')]
  const outbox = createOutbox([], createHold(), nobody)
  outbox.post(a, request(1), b)
  outbox.post(a, request(2), b)
  await settle()
  expect(log).toEqual(['a 1', 'b paused', 'a 2'])
  room.resolve()
  await settle()
  expect(log.at(-1)).toBe('b resumed')
})
