import type { WorldSettings } from '../../../src/vitest/settings.ts'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'
import { type HeldWorld, createTestWorld } from '../../../src/vitest/world/world.ts'

export const epoch = new Date('2026-01-31T12:00:00.000Z')
export const held = { date: 'held', random: 'held', timers: 'real' } as const

/** Runs `body` in a world of its own, as a test does, and leaves it however that ends. */
export async function holding<T>(settings: Partial<WorldSettings>, body: (world: HeldWorld) => T | Promise<T>, seed = 42n): Promise<T> {
  const world = await createTestWorld({ store: enterWorldStore(), epoch, seed, settings: { ...held, ...settings } })
  try {
    return await body(world)
  } finally {
    world.leave()
  }
}
