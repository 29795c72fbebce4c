import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { randomBytes, randomUUID } from 'node:crypto'
import { type Times, guessNumber, guessText } from '../../src/verify/shapes.ts'

const then = Date.parse('2026-09-23T10:00:00Z')
const now = Date.parse('2026-11-02T08:30:00Z')
const times: Times = { expected: [{ from: then, to: then + 2000 }], actual: [{ from: now, to: now + 3000 }] }

describe('texts that look like time', () => {
  test.each([
    ['2026-09-23T10:00:01.123Z', '2026-11-02T08:30:02.5Z'],
    ['2026-09-23T10:00:01+02:00', '2026-11-02T08:30:02+02:00'],
    ['2026-09-23 10:00:01', '2026-11-02 08:30:02'],
    ['2026-09-23 10:00:01.5 UTC', '2026-11-02 08:30:02.25 UTC'],
    ['2026-09-23', '2026-11-02'],
    ['Wed, 23 Sep 2026 10:00:00 GMT', 'Mon, 02 Nov 2026 08:30:00 GMT'],
    ['Wed Sep 23 2026 12:00:00 GMT+0200 (Central European Summer Time)', 'Mon Nov 02 2026 09:30:00 GMT+0100 (Central European Standard Time)'],
    ['Wed Sep 23 10:00:00 2026', 'Mon Nov  2 08:30:00 2026'],
    ['September 23, 2026', 'November 2, 2026'],
    ['9/23/2026, 10:00:01 AM', '11/2/2026, 8:30:02 AM'],
    ['it is 10:00:01', 'it is 08:30:02'],
    ['1790157601', '1793608201'],
    ['1790157601123', '1793608201456'],
    ['1790157601123456', '1793608201456789'],
    ['1790157601123456789', '1793608201456789012'],
    ['1790157601.25', '1793608201.75'],
    ['took 12 ms', 'took 9 ms'],
    ['1.5s', '0.7s'],
    ['done in 3 seconds', 'done in 12 seconds'],
    ['PT1M30S', 'PT2M5.5S'],
    ['now: 2026-09-23T10:00:01Z (1790157601)', 'now: 2026-11-02T08:30:02Z (1793608201)'],
  ])('%s and %s', (expected, actual) => {
    const guesses = guessText(expected, actual, times)
    expect(guesses?.length).toBeGreaterThan(0)
    expect(new Set(guesses)).toEqual(new Set(['time']))
  })

  test('a date that lies ahead moves with the clock', () => {
    expect(guessText('expires 2026-12-23T10:00:00Z', 'expires 2027-02-01T08:30:00Z', times)).toEqual(['time'])
  })
})

test.each([
  ['2019-01-01', '2019-01-02'],
  ['2026-09-23T10:00:00Z', '2019-11-02T08:30:00Z'],
  ['1790157601', '5'],
  ['1790157601', '1893608201'],
  ['chapter 3', 'chapter 4'],
  ['balance: 100', 'balance: 99'],
  ['now: 2026-09-23T10:00:01Z, ok', 'now: 2026-11-02T08:30:02Z, failed'],
  ['session-0000012', 'session-0000013'],
  ['development', 'productions'],
  ['a', 'b'],
  ['', 'x'],
  ['deadline 30 s', 'deadline unknown'],
  ['/usr/share/wordlists/english', '/usr/share/wordlists/spanish'],
])('"%s" and "%s" look neither like time nor like chance', (expected, actual) => {
  expect(guessText(expected, actual, times)).toBeUndefined()
})

test('equal texts are no guess', () => {
  expect(guessText('2026-09-23', '2026-09-23', times)).toBeUndefined()
})

describe('texts that look drawn at random', () => {
  const draws: [string, () => string][] = [
    ['UUIDs', () => randomUUID()],
    ['hexadecimal', () => randomBytes(16).toString('hex')],
    ['0x-hexadecimal', () => `0x${randomBytes(16).toString('hex')}`],
    ['base64', () => randomBytes(36).toString('base64')],
    ['base64url', () => randomBytes(36).toString('base64url')],
    ['u64s as text', () => String(randomBytes(8).readBigUInt64LE())],
    ['ids with a prefix', () => `msg_${randomBytes(24).toString('hex')}`],
    ['sentences around them', () => `created ${randomUUID()}, key ${randomBytes(20).toString('hex')}.`],
    ['fractions', () => `0.${String(randomBytes(8).readBigUInt64LE()).padStart(20, '1')}`],
  ]
  test.each(draws)('%s', (_name, draw) => {
    for (let round = 0; round < 20; round++) {
      const [expected, actual] = [draw(), draw()]
      if (!/\d.*\d/.test(expected) || !/\d.*\d/.test(actual)) continue
      expect(guessText(expected, actual, times) ?? [expected, actual]).toEqual(expect.arrayContaining(['random']))
    }
  })
})

describe('numbers', () => {
  test.each([
    ['11747705409506696368', '3317707409506696', 'random'],
    ['-7747705409506696368', '4417705409506696368', 'random'],
    ['0.7364528190', '0.1182736451', 'random'],
    ['1790157601', '1793608201', 'time'],
    ['1790157601123', '1793608201456', 'time'],
    ['100', '99', undefined],
    ['11747705409506696368', '11747705409506696369', undefined],
    ['0.5', '0.25', undefined],
    ['3', '6', undefined],
  ])('%s and %s: %s', (expected, actual, guess) => {
    expect(guessNumber(expected, actual, times)).toBe(guess)
  })

  test.each(['elapsed', 'durationMs', 'took', 'elapsed_ms', 'uptimeSeconds', 'latency', 'execution_ms'])('a number under %s is a length of time', (key) => {
    expect(guessNumber('12', '15', times, key)).toBe('time')
  })

  test.each(['items', 'status', 'timeoutMs', 'total', 'forms', 'maxSeconds'])('a number under %s is not', (key) => {
    expect(guessNumber('12', '15', times, key)).toBeUndefined()
  })
})

test('no text whatever stops the guessing, and the guess does not depend on which came first', () => {
  const swapped: Times = { expected: times.actual, actual: times.expected }
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(guessText(a, b, times)).toEqual(guessText(b, a, swapped))
    }),
    { numRuns: 300 },
  )
})

test('megabytes are guessed in linear time', () => {
  const [a, b] = [randomBytes(2_000_000).toString('base64'), randomBytes(2_000_000).toString('base64')]
  expect(guessText(a, b, times)).toEqual(['random'])
  expect(guessText('9:9 '.repeat(100_000), '9:9 '.repeat(99_999) + '8:9 ', times)).toBeUndefined()
})
