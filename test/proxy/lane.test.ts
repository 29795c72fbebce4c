import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '../../src/message.ts'
import { type Lane, createLane } from '../../src/proxy/lane.ts'
import type { Context, Tap } from '../../src/tap.ts'
import { parse, request, result, settle, textOf, watcher } from './joined.ts'

const context: Context = { direction: 'to-server', session: 1 }

function createTracked(taps: readonly Tap[], step: 1 | -1 = 1): { lane: Lane; out: string[] } {
  const out: string[] = []
  const lane = createLane(taps, step, {
    pass: (message) => void out.push(`pass ${message.id}`),
    back: (answer, from) => void out.push(`back ${answer.id} from ${from}`),
    fail: (error, message) => void out.push(`fail ${message.id}: ${(error as Error).message}`),
    refuse: (message) => void out.push(`refuse ${message.id}`),
  })
  return { lane, out }
}

const same: Tap = { message: (message) => message }
const later: Tap = { message: async (message) => message }
const throwing: Tap = {
  message() {
    throw new Error('no')
  },
}

test('taps see a message in turn, from the first to the server and from the last to the client', () => {
  const log: string[] = []
  const taps = ['a', 'b', 'c'].map((name) => watcher(name, log))
  createTracked(taps).lane.send(request(1), context)
  createTracked(taps, -1).lane.send(result(2), { ...context, direction: 'to-client' })
  expect(log).toEqual(['a ▶ 1', 'b ▶ 1', 'c ▶ 1', 'c ◀ 2', 'b ◀ 2', 'a ◀ 2'])
})

test('without a slow tap everything happens at once', () => {
  const { lane, out } = createTracked([same, same])
  expect(lane.send(request(1), context)).toBeUndefined()
  expect(out).toEqual(['pass 1'])
})

test('a message that follows a slow one waits for it, whichever tap is slow', async () => {
  const slow = Promise.withResolvers<void>()
  const tap: Tap = { message: (message) => (message.id === '1' ? slow.promise.then(() => message) : message) }
  for (const taps of [[tap, same], [same, tap], [tap, later]]) {
    const { lane, out } = createTracked(taps)
    for (const id of [1, 2, 3]) lane.send(request(id), context)
    expect(out).toEqual([])
    slow.resolve()
    await lane.settled()
    expect(out).toEqual(['pass 1', 'pass 2', 'pass 3'])
    lane.send(request(4), context)
    await lane.settled()
    expect(out.at(-1)).toBe('pass 4')
  }
})

test('order holds for any mixture of quick, slow, dropping and answering taps', async () => {
  const tap = fc.constantFrom('quick', 'slow', 'slower', 'sometimes')
  await fc.assert(
    fc.asyncProperty(fc.array(tap, { maxLength: 4 }), fc.integer({ min: 1, max: 12 }), fc.boolean(), async (kinds, count, backwards) => {
      const { lane, out } = createTracked(kinds.map(createTap), backwards ? -1 : 1)
      for (let id = 0; id < count; id++) {
        lane.send(request(id), context)
        if (id % 3 === 0) await Promise.resolve()
      }
      await lane.settled()
      expect(out).toEqual(Array.from({ length: count }, (_, id) => `pass ${id}`))
    }),
    { numRuns: 100 },
  )
  function createTap(kind: string): Tap {
    const slow = async (message: Message): Promise<Message> => {
      if (kind === 'slower') await settle()
      return message
    }
    return { message: (message) => (kind === 'quick' || (kind === 'sometimes' && Number(message.id) % 2 === 0) ? message : slow(message)) }
  }
})

test('a tap may change a message; the ones after it see the change', () => {
  const log: string[] = []
  const changing: Tap = { message: (message) => (message.id === '1' ? request(9) : message) }
  const { lane, out } = createTracked([watcher('a', log), changing, watcher('b', log)])
  lane.send(request(1), context)
  expect(log).toEqual(['a ▶ 1', 'b ▶ 9'])
  expect(out).toEqual(['pass 9'])
})

test('a tap that returns nothing drops the message', async () => {
  const log: string[] = []
  for (const drop of [{ message: () => undefined }, { message: async () => undefined }] satisfies Tap[]) {
    const { lane, out } = createTracked([drop, watcher('after', log)])
    lane.send(request(1), context)
    await lane.settled()
    expect([log, out]).toEqual([[], []])
  }
})

test('an answer to a request goes back from where it was given', async () => {
  const answering: Tap = { message: (message) => result(JSON.parse(message.id!) as number) }
  const answeringLater: Tap = { message: async (message) => result(JSON.parse(message.id!) as number) }
  for (const tap of [answering, answeringLater]) {
    const forth = createTracked([same, same, tap, same])
    forth.lane.send(request(1), context)
    await forth.lane.settled()
    expect(forth.out).toEqual(['back 1 from 1'])
    const home = createTracked([same, same, tap, same], -1)
    home.lane.send(request(2), context)
    await home.lane.settled()
    expect(home.out).toEqual(['back 2 from 3'])
  }
})

test('an answer to what was no request is a changed message', () => {
  const { lane, out } = createTracked([{ message: () => result(5) }])
  lane.send(parse('{"method":"notifications/initialized"}'), context)
  lane.send(result(6), context)
  expect(out).toEqual(['pass 5', 'pass 5'])
})

test('a message may enter at another place', () => {
  const log: string[] = []
  const taps = ['a', 'b', 'c'].map((name) => watcher(name, log))
  const { lane, out } = createTracked(taps, -1)
  lane.send(result(1), context, 0)
  lane.send(result(2), context, -1)
  expect(log).toEqual(['a ▶ 1'])
  expect(out).toEqual(['pass 1', 'pass 2'])
})

test('a tap that throws or rejects is told, with the message, which goes no further', async () => {
  for (const tap of [throwing, { message: () => Promise.reject(new Error('no')) }] satisfies Tap[]) {
    const { lane, out } = createTracked([tap, same])
    lane.send(request(1), context)
    await lane.settled()
    expect(out).toEqual(['fail 1: no'])
  }
})

test('a stopped lane calls no tap, and refuses what is under way and what comes', async () => {
  const log: string[] = []
  const slow = Promise.withResolvers<void>()
  const { lane, out } = createTracked([watcher('slow', log, () => slow.promise), watcher('after', log)])
  lane.send(request(1), context)
  lane.send(request(2), context)
  lane.stop()
  lane.send(request(3), context)
  slow.resolve()
  await lane.settled()
  lane.send(request(4), context)
  expect(log).toEqual(['slow ▶ 1'])
  expect(out).toEqual(['refuse 1', 'refuse 2', 'refuse 3', 'refuse 4'])
})

test('a sender is slowed down while much waits for a slow tap, and told when there is room again', async () => {
  const slow = Promise.withResolvers<void>()
  const { lane, out } = createTracked([{ message: (message) => slow.promise.then(() => message) }])
  const big = parse(`{"id":1,"method":"m","params":"${'x'.repeat(40_000)}"}`)
  expect(lane.send(big, context)).toBeUndefined()
  const room = lane.send(big, context)
  expect(room).toBeInstanceOf(Promise)
  expect(lane.send(big, context)).toBe(room)
  slow.resolve()
  await room
  await lane.settled()
  expect(out).toEqual(['pass 1', 'pass 1', 'pass 1'])
  expect(textOf(big).length).toBeGreaterThan(40_000)
})
