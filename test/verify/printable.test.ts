import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import stringWidth from 'string-width'
import { parseExact } from '../../src/json.ts'
import { cut, exactJson, harmless, pad, wrapped } from '../../src/verify/printable.ts'
import { jsonText } from '../arbitrary.ts'

const same = (value: string): string => value

test('exact JSON says again what was parsed, every digit of it', () => {
  fc.assert(
    fc.property(jsonText(), (json) => {
      const value = parseExact(Buffer.from(json))
      expect(parseExact(Buffer.from(exactJson(value, same)))).toEqual(value)
    }),
    { numRuns: 200 },
  )
  expect(exactJson(parseExact(Buffer.from('[18446744073709551615,1.0,-0,1E2]')), same)).toBe('[18446744073709551615,1.0,-0,1E2]')
})

test('strings and keys are redacted, at any depth', () => {
  expect(exactJson(parseExact(Buffer.from('{"secret":[{"a":"secret"}],"n":1}')), (text) => text.replace('secret', 'x'))).toBe('{"x":[{"a":"x"}],"n":1}')
})

test('control and direction characters become escapes, but for those allowed', () => {
  expect(harmless('a\u001b[31m\n\u009b\u202eé漢')).toBe('a\\u001b[31m\\u000a\\u009b\\u202eé漢')
  expect(harmless('a\nb', '\n')).toBe('a\nb')
})

test('cut and padded text takes as many columns as it should', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 4, max: 20 }), (text, width) => {
      const shown = harmless(text)
      expect(stringWidth(cut(shown, width))).toBeLessThanOrEqual(width)
      expect(stringWidth(pad(cut(shown, width), width))).toBe(width)
    }),
  )
  expect(cut('x'.repeat(10_000_000), 10)).toBe(`${'x'.repeat(9)}…`)
})

test('lines are broken at blanks, and within words that are too long', () => {
  expect(wrapped('one two three', 8)).toEqual(['one two', 'three'])
  expect(wrapped(`a ${'x'.repeat(10)}`, 4)).toEqual(['a', 'xxxx', 'xxxx', 'xx'])
  expect(wrapped('', 4)).toEqual([''])
})
