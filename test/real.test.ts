import nodeCrypto from 'node:crypto'
import { expect, test, vi } from 'vitest'
import * as real from '../src/real.ts'

test('what is taken when the module loads goes on under fake timers', async () => {
  vi.useFakeTimers({ now: 0 })
  try {
    expect(Date.now()).toBe(0)
    expect(real.realNow()).toBeGreaterThan(1e12)
    expect(new real.RealDate().getTime()).toBeGreaterThan(1e12)
    await new Promise<void>((resolve) => real.setTimeout(resolve, 1))
    await new Promise<void>((resolve) => real.setImmediate(resolve))
    expect(real.realElapsed()).toBeGreaterThan(0)
  } finally {
    vi.useRealTimers()
  }
})

test('random bytes stay the machine\'s when others take their place in node:crypto', () => {
  const given = vi.spyOn(nodeCrypto, 'randomUUID').mockReturnValue('00000000-0000-4000-8000-000000000000')
  expect(real.randomUUID()).not.toBe(nodeCrypto.randomUUID())
  expect(real.randomBytes(8)).toHaveLength(8)
  given.mockRestore()
})
