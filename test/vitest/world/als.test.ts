import { expect, test } from 'vitest'
import { enterWorldStore, heldSources } from '../../../src/vitest/world/als.ts'

test('nothing is held where no store was entered', () => {
  expect(heldSources()).toBeUndefined()
})

test('what is put into a store is found after it was entered, in all that follows', async () => {
  const store = enterWorldStore()
  expect(heldSources()).toBeUndefined()
  await Promise.resolve()
  store.sources = { now: () => 7 }
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(heldSources()?.now?.()).toBe(7)
  store.sources = undefined
  expect(heldSources()).toBeUndefined()
})

test('who runs at the same time finds what is its own', async () => {
  const found = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const store = enterWorldStore()
      await Promise.resolve()
      store.sources = { now: () => i }
      await new Promise((resolve) => setImmediate(resolve))
      return heldSources()?.now?.()
    }),
  )
  expect(found).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test('of a test that runs alone it is found where storage does not reach, until it is over; of one that does not it is not', async () => {
  const elsewhere = async <T>(act: () => T): Promise<T> => new Promise((resolve) => outside.once('go', () => resolve(act())))
  const { EventEmitter, AsyncResource } = { ...(await import('node:events')), ...(await import('node:async_hooks')) }
  const outside = new EventEmitter()
  const go = AsyncResource.bind(() => outside.emit('go'))
  const find = async (beside: boolean, sources: object | undefined): Promise<unknown> => {
    const found = elsewhere(() => heldSources())
    await new AsyncResource('test').runInAsyncScope(async () => {
      const store = enterWorldStore(beside)
      store.sources = sources
      go()
      await found
      store.sources = undefined
    })
    return found
  }
  const mine = { now: () => 1 }
  expect(await find(true, mine)).toBeUndefined()
  expect(await find(false, mine)).toBe(mine)
  expect(await find(true, undefined)).toBeUndefined()
})
