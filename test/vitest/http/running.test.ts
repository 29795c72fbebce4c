import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { type Running, asking, connecting, enter, runningTest, sending } from '../../../src/vitest/http/running.ts'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'

const running = (alone: boolean): Running => ({ alone, strict: true, fetch: async () => new Response(), refuse: () => undefined })

/** Runs with a test's place in storage, and gives the place. */
const place = (): Promise<ReturnType<typeof enterWorldStore>> => new Promise((done) => setImmediate(() => done(enterWorldStore())))

test('a request belongs to the test whose place it is made in, else to the only one that runs alone', async () => {
  const [one, two] = [await place(), await place()]
  expect(runningTest()).toBeUndefined()
  const first = running(true)
  const leaveFirst = enter(one, first)
  expect(runningTest()).toBe(first)
  const leaveSecond = enter(two, running(true))
  expect(runningTest()).toBeUndefined()
  leaveSecond()
  expect(runningTest()).toBe(first)
  leaveFirst()
  const leaveThird = enter(two, running(false))
  expect(runningTest()).toBeUndefined()
  leaveThird()
})

test('what a test leaves behind is no request of the next', async () => {
  const store = enterWorldStore()
  const own = running(true)
  const leave = enter(store, own)
  expect(runningTest()).toBe(own)
  leave()
  const next = enter(await place(), running(true))
  expect(runningTest()).toBeUndefined()
  next()
})

test('what is sent is known to the connections that are made for it', async () => {
  const asked = { method: 'GET', url: 'http://a/', site: { frames: '' } }
  expect(asking()).toBeUndefined()
  expect(await sending(asked, async () => (await Promise.resolve(), asking()))).toBe(asked)
  expect(asking()).toBeUndefined()
})

test('a connection is made for what is in flight to its host, also where an earlier request was sent, and with the test whose that is', async () => {
  const ask = (url: string): { method: string; url: string; site: { frames: string } } => ({ method: 'GET', url, site: { frames: '' } })
  const [earlier, mine, other] = [ask('http://a.test/1'), ask('http://a.test/2'), ask('http://[2001:db8::1]:8080/')]
  let reconnect: () => ReturnType<typeof connecting> = () => ({ asked: undefined, running: undefined })
  const first = enter(await place(), running(true))
  await sending(earlier, async () => void (reconnect = AsyncLocalStorage.bind(() => connecting('a.test'))))
  first()
  const own = running(true)
  const leave = enter(await place(), own)
  const answer = Promise.withResolvers<void>()
  const sent = [sending(mine, () => answer.promise), sending(other, () => answer.promise)]
  expect(reconnect()).toEqual({ asked: mine, running: own })
  expect([connecting('2001:db8::1').asked, connecting('b.test').asked]).toEqual([other, undefined])
  answer.resolve()
  await Promise.all(sent)
  expect(reconnect().asked).toBe(earlier)
  leave()
})

