import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Varying, escapePatterns, hasPattern, isAnyLines, partsOf } from '../../../src/vitest/matchers/notation.ts'

function fits(line: string, text: string): boolean {
  return new RegExp(`^${partsOf(line).map(({ source }) => source).join('')}$`, 'u').test(text)
}

test.each([
  ['<any>', ['', 'anything at all'], []],
  ['took <any number> ms', ['took 5 ms', 'took -1.5e-3 ms'], ['took five ms', 'took  ms', 'took 5 s']],
  ['<any integer>', ['0', '-12', '18446744073709551615'], ['1.0', '']],
  ['<any boolean>', ['true', 'false'], ['null']],
  ['"id": <any string>,', ['"id": "a",', String.raw`"id": "a \"b\"",`, '"id": "",'], ['"id": 5,', '"id": "a", "b",']],
  ['<any date>', ['2026-01-01', '2026-01-01T00:00:00Z', '2026-01-01 10:20:30.123+02:00'], ['2026', '1 January']],
  ['<any uuid>', ['123e4567-e89b-12d3-a456-426614174000'], ['123e4567']],
  ['a.b <any /[a-z]+\\/\\d/> (c)', ['a.b x/1 (c)'], ['a-b x/1 (c)', 'a.b x/ (c)']],
  ['<any /^[>]{2}$/>', ['>>'], ['>', '']],
  ['<any /a|b/>c', ['ac', 'bc'], ['a']],
] as const)('%s', (line, right, wrong) => {
  expect(right.filter((text) => !fits(line, text))).toEqual([])
  expect(wrong.filter((text) => fits(line, text))).toEqual([])
})

test('a line of its own stands for any number of lines', () => {
  expect(['<any lines>', '   <any lines>', 'x <any lines>', String.raw`\<any lines>`].map(isAnyLines)).toEqual([true, true, false, false])
})

test.each([
  ['<any nmber>', 'did you mean <any number>?'],
  ['x <any lines>', 'unknown pattern in the snapshot: <any lines>; there are <any>'],
  ['<any /(/>', 'no regular expression'],
  ['<any /a/i>', 'has flags, and takes none'],
  ['<any number', 'has no end: <any number'],
])('%s is refused in words', (line, words) => {
  expect(() => partsOf(line)).toThrow(words)
})

test('what a tool says is never a pattern, and is told apart from what it says with more backslashes', () => {
  const text = fc.array(fc.constantFrom('<any', ' number>', '>', '\\', 'x', ' ', '<')).map((parts) => parts.join(''))
  fc.assert(fc.property(text, (said) => !hasPattern(escapePatterns(said)) && partsOf(escapePatterns(said)).map((part) => part.text).join('') === escapePatterns(said)))
  fc.assert(fc.property(text, text, (one, other) => one === other || escapePatterns(one) !== escapePatterns(other)))
})

test('a place that varies is written as its pattern', () => {
  expect([new Varying().text, new Varying('number').text]).toEqual(['<any>', '<any number>'])
})
