import fc from 'fast-check'
import { expect, test } from 'vitest'
import { counted, formatDuration, formatNanoseconds, formatSize, parseDuration, parseNanoseconds, parseSize } from '../src/units.ts'

test.each([['300ms', 300], ['60s', 60_000], ['2m', 120_000], ['1.5s', 1500], ['1h', 3_600_000]])('%s is a duration', (text, ms) => {
  expect(parseDuration(text, '--call-timeout')).toBe(ms)
})

test.each(['300', '5 s', '', '5x', '-5s'])('%j is none, and the error says what one looks like', (text) => {
  expect(() => parseDuration(text, '--call-timeout')).toThrow(`--call-timeout takes a duration with its unit, such as 300ms, 60s or 2m; found ${JSON.stringify(text)}`)
})

test.each([['1ms', 1_000_000n], ['100ns', 100n], ['1.5us', 1500n], ['0.000000001s', 1n], ['2m', 120_000_000_000n], ['1h', 3_600_000_000_000n]])('%s is so many nanoseconds', (text, count) => {
  expect(parseNanoseconds(text, '--tick')).toBe(count)
})

test.each(['1', '0ms', '1.5ns', '-1ms', '1 ms', '1d', '', '1e3ms'])('%j is no number of nanoseconds', (text) => {
  expect(() => parseNanoseconds(text, '--tick')).toThrow(`--tick takes a duration with its unit, such as 1ms, 10us or 100ns; found ${JSON.stringify(text)}`)
})

test('nanoseconds are written in the largest unit that is exact, and read back', () => {
  expect([1n, 1500n, 1_000_000n, 90_000_000_000n, 3_600_000_000_000n].map(formatNanoseconds)).toEqual(['1ns', '1500ns', '1ms', '90s', '1h'])
  fc.assert(fc.property(fc.bigInt(1n, 10n ** 18n - 1n), (count) => parseNanoseconds(formatNanoseconds(count), '--tick') === count))
})

test('people get durations and sizes in the unit that fits', () => {
  expect([400, 12_000, 3_200_000, 125_000_000].map(formatDuration)).toEqual(['0.4 ms', '12 ms', '3.2 s', '2 min 5 s'])
  expect([831, 12_345, 3_600_000].map(formatSize)).toEqual(['831 B', '12 KB', '3.4 MB'])
})

test.each([['512B', 512], ['64MB', 64 * 1024 ** 2], ['1.5KB', 1536], ['1GB', 1024 ** 3]])('%s is a size', (text, bytes) => {
  expect(parseSize(text, '--memory')).toBe(bytes)
})

test.each(['64', '64 MB', '-1MB', '1TB', ''])('%j is no size', (text) => {
  expect(() => parseSize(text, '--memory')).toThrow(`--memory takes a size with its unit, such as 512KB, 64MB or 1GB; found ${JSON.stringify(text)}`)
})

test('a number comes with its noun', () => {
  expect([counted(0, 'call'), counted(1, 'call'), counted(2, 'call')]).toEqual(['0 calls', '1 call', '2 calls'])
})
