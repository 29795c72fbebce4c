import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHeldTimers, clearHeld } from '../../../src/vitest/world/clock.ts'
import { turn } from '../../../src/vitest/world/stillness.ts'

const hour = 3_600_000
const create = (mode: 'auto' | 'manual') => createHeldTimers(mode, () => false)

describe('auto', () => {
  test('runs what is set in the order of its time, then in that of its setting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }), async (times) => {
        const timers = await create('auto')
        const ran: { time: number; index: number; at: number }[] = []
        await new Promise<void>((resolve) => {
          for (const [index, time] of times.entries()) timers.set(() => ran.push({ time, index, at: timers.elapsed() }), time * hour)
          timers.set(resolve, 21 * hour)
        })
        expect(ran).toEqual(times.map((time, index) => ({ time, index, at: time * hour })).sort((a, b) => a.time - b.time || a.index - b.index))
        timers.close()
      }),
      { numRuns: 20 },
    )
  })

  test('lets what a timer brings about happen before the next', async () => {
    const timers = await create('auto')
    const done: string[] = []
    await new Promise<void>((resolve) => {
      timers.set(() => {
        done.push('first')
        void turn().then(() => timers.set(() => void done.push('set by the first'), hour))
      }, hour)
      timers.set(() => {
        done.push('second')
        resolve()
      }, 3 * hour)
    })
    expect(done).toEqual(['first', 'set by the first', 'second'])
    expect(timers.elapsed()).toBe(3 * hour)
    timers.close()
  })

  test('stands while an answer is to come, and a guard around it is not run', async () => {
    const timers = await create('auto')
    let guarded = false
    const guard = timers.set(() => (guarded = true), 30_000)
    timers.pending(1)
    for (let i = 0; i < 50; i++) await turn()
    expect([guarded, timers.elapsed()]).toEqual([false, 0])
    timers.clear(guard)
    timers.pending(-1)
    await new Promise<void>((resolve) => timers.set(resolve, hour))
    expect([guarded, timers.elapsed()]).toEqual([false, hour])
    timers.close()
  })

  test('a guard around an answer that never comes waits as long as without, and the clock tells its deadline', async () => {
    const timers = await create('auto')
    timers.pending(1)
    await new Promise<void>((resolve) => timers.set(resolve, 15))
    expect(timers.elapsed()).toBe(15)
    timers.close()
  })
})

describe('manual', () => {
  test('runs what is due, and what that sets, up to the moment and no further', async () => {
    const timers = await create('manual')
    const ran: number[] = []
    const again = (): void => {
      ran.push(timers.elapsed())
      timers.set(again, 10)
    }
    timers.set(again, 10)
    for (let i = 0; i < 20; i++) await turn()
    expect(ran).toEqual([])
    await timers.advance(35)
    expect(ran).toEqual([10, 20, 30])
    await timers.advance(5)
    expect(ran).toEqual([10, 20, 30, 40])
    await timers.advance(0)
    expect(timers.elapsed()).toBe(40)
    timers.close()
  })

  test('moves by as much as is said in all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(100_000), { maxLength: 5 }), async (steps) => {
        const timers = await create('manual')
        let ticks = 0
        timers.set(() => ticks++, 50_000, 'every')
        for (const step of steps) await timers.advance(step)
        const total = steps.reduce((sum, step) => sum + step, 0)
        expect(timers.elapsed()).toBe(total)
        expect(ticks).toBe(Math.floor(total / 50_000))
        timers.close()
      }),
      { numRuns: 20 },
    )
  })
})

test('timers can be cleared, refreshed, closed, disposed of and made a number', async () => {
  const timers = await create('manual')
  const ran: string[] = []
  const set = (name: string): NodeJS.Timeout => timers.set(() => void ran.push(name), 10)
  const refreshed = set('refreshed')
  timers.clear(set('cleared'))
  set('closed').close()
  set('disposed of')[Symbol.dispose]()
  expect(clearHeld(set('cleared from anywhere'))).toBe(true)
  timers.clear(Number(set('cleared by number')))
  set('left').unref().ref()
  await timers.advance(5)
  expect(refreshed.refresh()).toBe(refreshed)
  await timers.advance(5)
  expect(ran).toEqual(['left'])
  await timers.advance(5)
  expect(ran).toEqual(['left', 'refreshed'])
  expect(clearHeld(setTimeout(() => undefined, 0))).toBe(false)
  expect(clearHeld(undefined)).toBe(false)
  timers.close()
})

test('what is left when it is closed never runs', async () => {
  const timers = await create('auto')
  let ran = false
  timers.set(() => (ran = true), 1)
  timers.close()
  for (let i = 0; i < 20; i++) await turn()
  expect(ran).toBe(false)
})
