import { expect, test } from 'vitest'
import { createOutbox, unrecorded } from '../../src/replay/outbox.ts'
import { request } from '../conversations.ts'
import { toMessage } from './client.ts'

const message = (id: number) => toMessage(request(id, 'x'))

function open() {
  const left: string[] = []
  const outbox = createOutbox(({ id }) => {
    left.push(id!)
    if (id === '99') outbox.pause()
  })
  return { outbox, left }
}

test('what is posted in one tick leaves together, in recorded order, and what was never recorded last', async () => {
  const { outbox, left } = open()
  outbox.post(unrecorded, message(4))
  outbox.post(7, message(3))
  outbox.post(unrecorded, message(5))
  outbox.post(2, message(1))
  outbox.post(2, message(2))
  expect(left).toEqual([])
  await Promise.resolve()
  expect(left).toEqual(['1', '2', '3', '4', '5'])
})

test('a pause in the middle keeps the rest, in order, until the reader goes on', async () => {
  const { outbox, left } = open()
  for (const id of [1, 99, 2, 3]) outbox.post(id === 99 ? 1.5 : id, message(id))
  await Promise.resolve()
  expect(left).toEqual(['1', '99'])
  outbox.post(9, message(4))
  await Promise.resolve()
  expect(left).toHaveLength(2)
  outbox.resume()
  await Promise.resolve()
  expect(left).toEqual(['1', '99', '2', '3', '4'])
})

test('there is room while the reader reads, and after a close nothing leaves', async () => {
  const { outbox, left } = open()
  outbox.pause()
  for (let id = 0; id < 2000; id++) outbox.post(id, message(1))
  const { room } = outbox
  expect(room).toBeInstanceOf(Promise)
  outbox.close()
  await room
  outbox.resume()
  await Promise.resolve()
  expect([left, outbox.room]).toEqual([[], undefined])
})
