import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseHeld, choiceOf, factsOf, fallbackHeld, heldBy } from '../../src/vitest/held.ts'
import type { RecordedSession } from '../../src/tape/entry.ts'
import type { WorldSettings } from '../../src/vitest/settings.ts'

const settings: WorldSettings = { date: 'held', random: 'held', timers: 'real' }
const session = (world?: RecordedSession['world']): RecordedSession => ({ ordinal: 1, upstream: { kind: 'process' }, startedAt: '2025-05-05T00:00:00.000Z', ...(world && { world }) })
const held = fc.record({ epoch: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }), seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) })

test('a tape gives back the epoch and the seed that it was made with', () => {
  fc.assert(fc.property(held, (chosen) => {
    expect(heldBy(session(factsOf(chosen, settings)), settings)).toEqual(chosen)
  }))
})

test('a recording keeps what the older tape had, unless the settings say otherwise', () => {
  const older = { epoch: new Date(5), seed: 7n }
  expect(chooseHeld(settings, older)).toEqual(older)
  expect(chooseHeld({ ...settings, epoch: '2026-01-02T00:00:00Z', seed: '18446744073709551615' }, older)).toEqual({ epoch: new Date('2026-01-02T00:00:00Z'), seed: 2n ** 64n - 1n })
})

test('a first recording chooses the present and a seed of its own', () => {
  const before = Date.now()
  const [one, two] = [chooseHeld(settings, undefined), chooseHeld(settings, undefined)]
  expect(one.epoch.getTime()).toBeGreaterThanOrEqual(before)
  expect(one.seed).not.toBe(two.seed)
})

test('a tape without a world stands at the time when it was made', () => {
  expect(heldBy(session(), settings)).toEqual({ epoch: new Date('2025-05-05T00:00:00.000Z'), seed: 0n })
  expect(heldBy(session({ clock: 'real', seed: 'real' }), { ...settings, epoch: '2026-01-02', seed: '3' })).toEqual({ epoch: new Date('2026-01-02'), seed: 3n })
  expect(() => heldBy(session({ epoch: 'yesterday' }), settings)).toThrow('which is none')
})

test('without a tape it is the same each time', () => {
  expect(fallbackHeld(settings)).toEqual(fallbackHeld(settings))
  expect(fallbackHeld({ ...settings, epoch: '2026-05-05', seed: '9' })).toEqual({ epoch: new Date('2026-05-05'), seed: 9n })
})

test('what is real in the test is real in components', () => {
  const chosen = { epoch: new Date(0), seed: 1n }
  expect(choiceOf(chosen, settings)).toEqual(chosen)
  expect(choiceOf(chosen, { ...settings, tick: '2ms' })).toEqual({ ...chosen, time: { mode: 'tick', nanoseconds: 2_000_000n } })
  expect(choiceOf(chosen, { ...settings, date: 'real', random: 'real' })).toEqual({ epoch: new Date(0), seed: 'real', time: { mode: 'real' } })
  expect(factsOf(chosen, { ...settings, date: 'real', random: 'real' })).toMatchObject({ seed: 'real', clock: 'real' })
})
