import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AttemptState } from '../../src/vitest/attempt.ts'
import { ownSeat } from '../../src/vitest/own-seat.ts'
import type { Seat } from '../../src/vitest/seat.ts'
import type { Settings } from '../../src/vitest/settings.ts'
import { createStage } from '../../src/vitest/stage.ts'
import { settingsIn } from './stage-setting.ts'

const seatWith = async (settings: Settings): Promise<Seat> => ownSeat(await createStage({ settings, path: join(settings.tapes, 'a.tape'), place: { file: join(settings.root, 'a.test.ts') } }))

/** Lives one attempt that makes these calls; what it fails of. */
async function live(settings: Settings, texts: readonly string[], state: AttemptState = 'passed', worldly = false): Promise<string[]> {
  const seat = await seatWith(settings)
  for (const text of texts) await seat.connection.session.callTool('echo', { text }).catch(() => undefined)
  const errors = await seat.end(state)
  await seat.finish(state, worldly)
  return errors.map(({ name }) => name)
}

test.each([
  ['passed', true],
  ['skipped', true],
  ['failed', false],
  ['cut off', false],
] as const)('a test that %s leaves a tape: %s', async (state, kept) => {
  using setting = settingsIn()
  await live(setting.settings, ['one'], state)
  expect(existsSync(join(setting.settings.tapes, 'a.tape'))).toBe(kept)
})

test('calls that are not made fail a test that passed where tapes are fixed, and nothing else', async () => {
  using setting = settingsIn()
  const { settings } = setting
  const fixed: Settings = { ...settings, update: 'none' }
  await live(settings, ['one', 'two'])
  expect(await live(fixed, ['one', 'two'])).toEqual([])
  expect(await live(fixed, ['one'])).toEqual(['UnusedError'])
  expect(await live(settings, ['one'])).toEqual([])
  for (const state of ['failed', 'skipped', 'cut off'] as const) expect(await live(fixed, ['one'], state)).toEqual([])
  // Two is not asked because three was: that is one mistake.
  expect(await live(fixed, ['one', 'three'])).toEqual(['MissError'])
})

test('a test that says nothing any more loses its tape when it is recorded anew, but not one that skips itself', async () => {
  using setting = settingsIn()
  const path = join(setting.settings.tapes, 'a.tape')
  const anew: Settings = { ...setting.settings, update: 'all' }
  await live(setting.settings, ['one'])
  await live(anew, [], 'skipped')
  expect(existsSync(path)).toBe(true)
  await live(anew, [], 'passed', true)
  expect(existsSync(path)).toBe(true)
  await live(anew, [])
  expect(existsSync(path)).toBe(false)
})
