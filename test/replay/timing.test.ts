import { expect, test, vi } from 'vitest'
import { realTimers } from '../../src/replay/timing.ts'

test('a test’s fake timers do not stop a replay, and a cleared timer does not fire', async () => {
  vi.useFakeTimers()
  try {
    let fired = false
    realTimers.clear(realTimers.set(() => void (fired = true), 0))
    await new Promise<void>((resolve) => realTimers.set(resolve, 1))
    expect(fired).toBe(false)
    const before = realTimers.now()
    expect(realTimers.now()).toBeGreaterThanOrEqual(before)
  } finally {
    vi.useRealTimers()
  }
})

test('a wait longer than setTimeout can count does not fire at once', async () => {
  let fired = false
  const timer = realTimers.set(() => void (fired = true), 1e12)
  await new Promise<void>((resolve) => realTimers.set(resolve, 1))
  realTimers.clear(timer)
  expect(fired).toBe(false)
})
