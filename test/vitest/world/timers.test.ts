import nodeTimers, { setTimeout as importedTimeout } from 'node:timers'
import { scheduler, setInterval as ticks, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { holding } from './holding.ts'

const hour = 3_600_000
const native = { ...nodeTimers }
const auto = { timers: 'auto' } as const

describe('every way to wait takes no time', () => {
  const ways: Record<string, () => Promise<unknown>> = {
    setTimeout: () => new Promise((resolve) => setTimeout(resolve, hour)),
    'setTimeout, by name': () => new Promise((resolve) => importedTimeout(resolve, hour)),
    'setTimeout, of the module': () => new Promise((resolve) => nodeTimers.setTimeout(resolve, hour)),
    'promisified setTimeout': () => promisify(setTimeout)(hour),
    'setTimeout of node:timers/promises': () => sleep(hour),
    'scheduler.wait': () => scheduler.wait(hour),
    'AbortSignal.timeout': () => new Promise((resolve) => AbortSignal.timeout(hour).addEventListener('abort', resolve)),
    async 'setInterval of node:timers/promises'() {
      let count = 0
      for await (const value of ticks(hour / 4, 'tick')) if (value === 'tick' && ++count === 4) break
    },
    setInterval: () =>
      new Promise<void>((resolve) => {
        let count = 0
        const interval = setInterval(() => {
          if (++count < 4) return
          clearInterval(interval)
          resolve()
        }, hour / 4)
      }),
  }
  test.each(Object.entries(ways))('%s', (_, wait) =>
    holding(auto, async (world) => {
      const before = world.now()
      await wait()
      expect(world.now() - before).toBe(hour)
      expect(Date.now() - before).toBe(hour)
    }),
  )
})

test('a retry with a back-off is in order, whatever else waits', () =>
  holding(auto, async () => {
    const done: string[] = []
    const retry = async (name: string, delay: number): Promise<void> => {
      for (let attempt = 1; attempt <= 4; attempt++) {
        await sleep(delay * 2 ** attempt)
        done.push(`${name}${attempt} ${new Date().toISOString().slice(11, 16)}`)
      }
    }
    await Promise.all([retry('a', hour / 4), retry('b', hour / 3)])
    expect(done).toEqual(['a1 12:30', 'b1 12:40', 'a2 13:30', 'b2 14:00', 'a3 15:30', 'b3 16:40', 'a4 19:30', 'b4 22:00'])
  }))

test('arguments, values and errors are as without', () =>
  holding(auto, async () => {
    expect(await new Promise((resolve) => setTimeout((...args) => resolve(args), 5, 'a', 2))).toEqual(['a', 2])
    expect(await sleep(5, 'value')).toBe('value')
    expect(() => setTimeout('text' as never, 5)).toThrow('The "callback" argument must be of type function')
    const reason = new Error('why')
    const abort = new AbortController()
    const waiting = sleep(hour, undefined, { signal: abort.signal })
    abort.abort(reason)
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: reason })
    await expect(sleep(hour, undefined, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' })
    const timeout = AbortSignal.timeout(hour)
    await sleep(hour + 1)
    expect(timeout.reason).toMatchObject({ name: 'TimeoutError', code: DOMException.TIMEOUT_ERR })
    expect(() => AbortSignal.timeout(-1)).toThrow('out of range')
  }))

test('tests at the same time have clocks of their own', async () => {
  const ended = await Promise.all(
    [1, 2, 3, 4, 5].map((hours) =>
      holding(auto, async (world) => {
        await sleep(hours * hour)
        const timer = setTimeout(() => undefined, hour)
        await new Promise((resolve) => setTimeout(resolve, 1))
        clearTimeout(timer)
        return world.now() - world.epoch.getTime()
      }),
    ),
  )
  expect(ended).toEqual([1, 2, 3, 4, 5].map((hours) => hours * hour + 1))
})

test('a timer is cleared wherever it was set, by itself, its number or its text', () =>
  holding({ timers: 'manual' }, async (world) => {
    const ran: string[] = []
    clearTimeout(setInterval(() => ran.push('interval'), 5))
    clearInterval(setTimeout(() => ran.push('timeout'), 5))
    clearTimeout(Number(setTimeout(() => ran.push('by number'), 5)))
    clearTimeout(String(Number(setTimeout(() => ran.push('by text'), 5))))
    clearTimeout(native.setTimeout(() => ran.push('native'), 0))
    for (const nothing of [undefined, null, 0, '', 'text', {}, Number.NaN]) clearTimeout(nothing as never)
    await world.advance(10)
    await new Promise((resolve) => native.setTimeout(resolve, 2))
    expect(ran).toEqual([])
  }))

test('nothing is left in place', async () => {
  const globals = { setTimeout, setInterval, clearTimeout, clearInterval, sleep, ticks, timeout: AbortSignal.timeout }
  await holding(auto, () => {
    expect(setTimeout).not.toBe(globals.setTimeout)
    expect(importedTimeout).toBe(setTimeout)
  })
  expect({ setTimeout, setInterval, clearTimeout, clearInterval, sleep, ticks, timeout: AbortSignal.timeout }).toEqual(globals)
  expect({ ...nodeTimers }).toEqual(native)
  expect(Object.keys(scheduler)).toEqual([])
})

describe('with fake timers of the user', () => {
  test('set over them, those rule, and these come back', () =>
    holding(auto, async (world) => {
      const ours = setTimeout
      let ran = false
      vi.useFakeTimers()
      setTimeout(() => (ran = true), hour)
      await expect(world.advance(1)).rejects.toThrow('fake timers of vitest stand in the place of setTimeout')
      expect(() => world.setTime(0)).toThrow('fake timers of vitest stand in the place of Date')
      vi.advanceTimersByTime(hour)
      expect(ran).toBe(true)
      vi.useRealTimers()
      expect(setTimeout).toBe(ours)
      await sleep(hour)
      expect(world.now() - world.epoch.getTime()).toBe(hour)
    }))

  test('set before them, the conflict is told, and nothing is held', async () => {
    vi.useFakeTimers()
    const [random, fake] = [Math.random, setTimeout]
    await expect(holding(auto, () => undefined)).rejects.toThrow("world.timers is 'auto', but setTimeout is faked already, as by vi.useFakeTimers(): call vi.useRealTimers() before the test begins, or leave out world.timers")
    expect([Math.random, setTimeout]).toEqual([random, fake])
    vi.useRealTimers()
    expect(setTimeout).toBe(native.setTimeout)
    await holding(auto, () => sleep(hour))
  })

  test('without held timers, vi moves its own as ever', () =>
    holding({}, (world) => {
      vi.useFakeTimers()
      let ran = 0
      setTimeout(() => (ran = Date.now()), hour)
      vi.advanceTimersByTime(hour)
      vi.useRealTimers()
      expect(ran).toBe(world.epoch.getTime() + hour)
      expect(Date.now()).toBe(world.epoch.getTime())
    }))
})

test("vitest's own waiting goes on", () =>
  holding({ timers: 'manual' }, async () => {
    let count = 0
    await vi.waitFor(() => expect(++count).toBe(3))
    await expect.poll(() => ++count).toBe(6)
  }))
