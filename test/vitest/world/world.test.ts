import { setTimeout as sleep } from 'node:timers/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'
import { createTestWorld } from '../../../src/vitest/world/world.ts'
import { epoch, held, holding } from './holding.ts'

test('Date stands at the epoch, and moves by a millisecond with each answer', () =>
  holding({}, async (world) => {
    await sleep(3)
    expect(Date.now()).toBe(epoch.getTime())
    world.answered()
    expect(new Date().toISOString()).toBe('2026-01-31T12:00:00.001Z')
    expect(world.now()).toBe(Date.now())
    expect([world.epoch, world.seedValue]).toEqual([epoch, 42n])
  }))

test('the time is set and moved by who asks', () =>
  holding({}, async (world) => {
    world.setTime('2030-05-05T05:05:05.005Z')
    expect(new Date().toISOString()).toBe('2030-05-05T05:05:05.005Z')
    await world.advance(95)
    world.answered()
    expect(new Date().toISOString()).toBe('2030-05-05T05:05:05.101Z')
    world.setTime(new Date(7))
    expect(Date.now()).toBe(7)
    world.setTime(8)
    expect(Date.now()).toBe(8)
    expect(world.epoch).toEqual(epoch)
  }))

test('held timers move Date with them, and setTime moves Date alone', () =>
  holding({ timers: 'manual' }, async (world) => {
    let ran = 0
    setTimeout(() => (ran = Date.now()), 1000)
    world.setTime(5)
    expect(ran).toBe(0)
    await world.advance(1500)
    expect([ran, Date.now()]).toEqual([1005, 1505])
  }))

test('the sequence of random numbers begins anew with a seed', () =>
  holding({}, (world) => {
    const first = Math.random()
    world.seed(7)
    expect(Math.random()).not.toBe(first)
    world.seed(42n)
    expect(Math.random()).toBe(first)
  }))

describe('what was left out stays the machine\'s', () => {
  test('Date', () =>
    holding({ date: 'real' }, async (world) => {
      const { Date: given } = globalThis
      expect(Date.now()).toBeGreaterThan(epoch.getTime())
      expect(world.now()).toBeGreaterThan(epoch.getTime())
      expect(given.name).toBe('Date')
      expect(() => world.setTime(0)).toThrow("world.setTime: world.date is 'real' in this test")
      await expect(world.advance(1)).rejects.toThrow("world.advance: world.date is 'real' in this test")
    }))

  test('random numbers', () =>
    holding({ random: 'real' }, (world) => {
      expect(() => world.seed(1)).toThrow("world.seed: world.random is 'real' in this test")
    }))

  test('of one test, also while another holds it', async () => {
    const [real, other] = await Promise.all([
      holding({ date: 'real', random: 'real' }, async () => {
        await sleep(1)
        return [Date.now(), Math.random()]
      }),
      holding({}, async () => {
        await sleep(2)
        return [Date.now(), Math.random()]
      }),
    ])
    expect(real[0]).toBeGreaterThan(epoch.getTime())
    expect(other).toEqual(await holding({}, () => [Date.now(), Math.random()]))
    expect(real[1]).not.toBe(other[1])
  })
})

test.each([['setTime', Number.NaN], ['setTime', 'noon'], ['advance', -1], ['advance', Number.NaN], ['advance', Infinity], ['seed', -1], ['seed', 1.5], ['seed', 2n ** 64n]] as const)('%s refuses %s', (method, value) =>
  holding({}, async (world) => {
    const act = world[method] as (value: unknown) => unknown
    await expect((async () => act(value))()).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(`world.${method}`) })
  }),
)

test('a world that was left does nothing more, and may be left again', async () => {
  const world = await holding({ timers: 'auto' }, (given) => given)
  world.leave()
  world.answered()
  world.pending(1)
  expect(() => world.setTime(0)).toThrow('world.setTime: the test is over')
  expect(() => world.seed(0n)).toThrow('world.seed: the test is over')
  await expect(world.advance(0)).rejects.toThrow('world.advance: the test is over')
  expect(world.now()).toBeGreaterThan(epoch.getTime())
})

test('who leaves out of turn takes nothing from others', async () => {
  const [first, second] = [enterWorldStore(), enterWorldStore()]
  const one = await createTestWorld({ store: first, epoch, seed: 1n, settings: held })
  const two = await createTestWorld({ store: second, epoch: new Date(5), seed: 2n, settings: held })
  one.leave()
  expect(Date.now()).toBe(5)
  two.leave()
  expect(Date.now()).toBeGreaterThan(epoch.getTime())
})

test('what goes on after its test is back in the machine\'s time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const late = await holding({}, () => ({ told: promise.then(() => Date.now()) }))
  resolve()
  expect(await late.told).toBeGreaterThan(epoch.getTime())
})

describe('a guard around what really takes time', () => {
  const answering = async (milliseconds: number, body: (url: string) => Promise<void>): Promise<void> => {
    const { setTimeout: later } = globalThis
    const server = createServer((_, response) => void later(() => response.end('answer'), milliseconds))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('does not run while a request is answered', () =>
    answering(30, (url) =>
      holding({ timers: 'auto' }, async (world) => {
        const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) })
        expect(await answer.text()).toBe('answer')
        expect(world.now()).toBe(epoch.getTime())
      }),
    ))

  test('does not run while an answer of the session is to come', () =>
    holding({ timers: 'auto' }, async (world) => {
      const { promise, resolve } = Promise.withResolvers<string>()
      world.pending(1)
      setImmediate(() => setImmediate(() => setImmediate(() => {
        world.pending(-1)
        world.answered()
        resolve('answer')
      })))
      const guard = new Promise((_, reject) => setTimeout(() => reject(new Error('too late')), 30_000))
      expect(await Promise.race([promise, guard])).toBe('answer')
      expect(Date.now()).toBe(epoch.getTime() + 1)
      await expect(guard).rejects.toThrow('too late')
    }))
})

test('spies of the user on a held Date are undone by the user alone', () =>
  holding({}, () => {
    const spy = vi.spyOn(Math, 'random').mockReturnValue(0.5)
    expect(Math.random()).toBe(0.5)
    spy.mockRestore()
    expect(Math.random()).not.toBe(0.5)
  }))
