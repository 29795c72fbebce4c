import { expect, test } from 'vitest'
import { type Running, asking, enter, runningTest, sending } from '../../../src/vitest/http/running.ts'
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
