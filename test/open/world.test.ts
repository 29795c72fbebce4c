import { expect, test } from 'vitest'
import { checkWorld, toWorld } from '../../src/open/world.ts'

const flag = (key: string): string => `--${key}`

test('epoch and seed are read, each by itself', () => {
  expect(toWorld({ epoch: '2026-01-01T00:00:00Z', seed: '18446744073709551615' }, 'flags', flag)).toEqual({ epoch: new Date(Date.UTC(2026, 0)), seed: 2n ** 64n - 1n })
  expect(toWorld({ epoch: '2026-01-01' }, 'x')).toEqual({ epoch: new Date(Date.UTC(2026, 0)), seed: undefined })
  expect(toWorld({ seed: 7 }, 'x')).toEqual({ epoch: undefined, seed: 7n })
  expect(toWorld({ seed: 'real' }, 'x')).toEqual({ seed: 'real' })
})

test('how time goes is read, and is nobody’s choice where nothing says so', () => {
  expect(toWorld({ tick: '10us' }, 'x')).toEqual({ time: { mode: 'tick', nanoseconds: 10_000n } })
  expect(toWorld({ clock: 'held', tick: '1ms' }, 'x')).toEqual({ time: { mode: 'tick', nanoseconds: 1_000_000n } })
  expect(toWorld({ clock: 'real', seed: 1 }, 'x')).toEqual({ seed: 1n, time: { mode: 'real' } })
  expect(toWorld({ clock: 'held' }, 'x')).toEqual({ time: { mode: 'held' } })
  expect(toWorld({}, 'x').time).toBeUndefined()
})

test.each(['yesterday', '2026', '2026-01-01T00:00:00', '2026-13-01', '1'])('%s is no epoch: it must be the same time on every machine', (epoch) => {
  expect(() => toWorld({ epoch }, 'flags', flag)).toThrow(`--epoch is to be an ISO 8601 time such as "2026-01-01T00:00:00Z"; found "${epoch}"`)
})

test.each(['-1', '1.5', 'x', '18446744073709551616', ''])('%j is no seed', (seed) => {
  expect(() => toWorld({ seed }, 'world')).toThrow(`world: seed is to be an unsigned 64-bit integer, or real for another one in each call; found ${seed}`)
})

test.each([
  [{ tick: '1' }, '--tick takes a duration with its unit, such as 1ms, 10us or 100ns; found "1"'],
  [{ clock: 'fast' }, '--clock is held or real; found "fast"'],
  [{ clock: 'real', tick: '1ms' }, "--tick moves clocks that are held, and --clock real are the machine's: leave out one of them"],
  [{ clock: 'real', epoch: '2026-01-01' }, "--epoch is where clocks begin that are held, and --clock real are the machine's: leave out one of them"],
])('%j is refused with the remedy', (value, message) => {
  expect(() => checkWorld(value, 'flags', flag)).toThrow(message)
})

test.each([
  [{ tick: 5 }, 'shadowcat.config.json: world: tick takes a duration with its unit, such as 1ms, 10us or 100ns; found "5"'],
  [{ tock: '1ms' }, 'shadowcat.config.json: world: unknown key "tock": did you mean "tick"?'],
])('%j in a configuration is told with its place', (value, message) => {
  expect(() => checkWorld(value, 'shadowcat.config.json: world')).toThrow(message)
})
