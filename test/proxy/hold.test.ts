import { expect, test } from 'vitest'
import { createHold } from '../../src/proxy/hold.ts'
import type { Transport } from '../../src/transport.ts'
import { settle } from './joined.ts'

function createSource(): { source: Transport; log: string[] } {
  const log: string[] = []
  const source: Transport = { start: async () => undefined, send: () => undefined, close: async () => undefined, pause: () => void log.push('pause'), resume: () => void log.push('resume') }
  return { source, log }
}

test('a source is paused once and resumed once for the room that many messages wait for', async () => {
  const { source, log } = createSource()
  const hold = createHold()
  const room = Promise.withResolvers<void>()
  for (let i = 0; i < 3; i++) hold.until(source, room.promise)
  expect(log).toEqual(['pause'])
  expect(hold.holds(source)).toBe(true)
  room.resolve()
  await settle()
  expect(log).toEqual(['pause', 'resume'])
  expect(hold.holds(source)).toBe(false)
})

test('of several reasons the last one counts', async () => {
  const { source, log } = createSource()
  const hold = createHold()
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  hold.until(source, one.promise)
  hold.until(source, two.promise)
  one.resolve()
  await settle()
  expect(log).toEqual(['pause'])
  two.resolve()
  await settle()
  expect(log).toEqual(['pause', 'resume'])
})

test('sources do not hold back one another, and one that cannot be paused is left alone', async () => {
  const { source, log } = createSource()
  const other: Transport = { start: async () => undefined, send: () => undefined, close: async () => undefined }
  const hold = createHold()
  hold.until(other, Promise.resolve())
  expect(hold.holds(source)).toBe(false)
  await settle()
  expect(log).toEqual([])
})
