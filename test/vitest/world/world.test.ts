import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'
import { createTestWorld } from '../../../src/vitest/world/world.ts'

const epoch = new Date('2026-01-31T12:00:00Z')
const settings = { date: 'held', random: 'held', timers: 'real' } as const

test('Date stands at the epoch, and moves by a millisecond with each answer', async () => {
  const world = await createTestWorld({ store: enterWorldStore(), epoch, seed: 42n, settings })
  try {
    expect(Date.now()).toBe(epoch.getTime())
    world.answered()
    expect(new Date().toISOString()).toBe('2026-01-31T12:00:00.001Z')
    expect(randomUUID()).toMatchInlineSnapshot(`"305f97c0-5805-41ef-82a7-f48003480fc0"`)
    expect(Math.random()).toMatchInlineSnapshot(`0.00701751618236155`)
  } finally {
    world.leave()
  }
  expect(Date.now()).toBeGreaterThan(epoch.getTime())
})

test('an hour takes no time', async () => {
  const world = await createTestWorld({ store: enterWorldStore(), epoch, seed: 42n, settings: { ...settings, timers: 'auto' } })
  try {
    await sleep(3_600_000)
    await new Promise((resolve) => setTimeout(resolve, 3_600_000))
    expect(new Date().toISOString()).toBe('2026-01-31T14:00:00.000Z')
  } finally {
    world.leave()
  }
})
