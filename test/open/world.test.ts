import { expect, test } from 'vitest'
import { toWorld } from '../../src/open/world.ts'

test('epoch and seed are read, each by itself', () => {
  expect(toWorld({ epoch: '2026-01-01T00:00:00Z', seed: '18446744073709551615' }, '--epoch and --seed')).toEqual({ epoch: new Date(Date.UTC(2026, 0)), seed: 2n ** 64n - 1n })
  expect(toWorld({ epoch: '2026-01-01' }, 'x')).toEqual({ epoch: new Date(Date.UTC(2026, 0)), seed: undefined })
  expect(toWorld({ seed: 7 }, 'x')).toEqual({ epoch: undefined, seed: 7n })
})

test.each(['yesterday', '2026', '2026-01-01T00:00:00', '2026-13-01', '1'])('%s is no epoch: it must be the same time on every machine', (epoch) => {
  expect(() => toWorld({ epoch }, '--epoch and --seed')).toThrow(`--epoch and --seed: epoch is to be an ISO 8601 time such as "2026-01-01T00:00:00Z"; found "${epoch}"`)
})

test.each(['-1', '1.5', 'x', '18446744073709551616', ''])('%j is no seed', (seed) => {
  expect(() => toWorld({ seed }, 'world')).toThrow('world: seed is to be an unsigned 64-bit integer')
})
