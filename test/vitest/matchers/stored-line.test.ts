import { expect, test } from 'vitest'
import { createStoredLine } from '../../../src/vitest/matchers/stored-line.ts'

const nested = ['a: {', '  "b": {', '    "c": 1,', '  },', '  "d": [],', '},', 'end']

test('a line without patterns stands for the same line', () => {
  expect(createStoredLine('  "d": [],').fits(nested, 4)).toBe(1)
  expect(createStoredLine('  "d": [],').fits(nested, 5)).toBe(0)
  expect(createStoredLine('after the end').fits(nested, 7)).toBe(0)
})

test('a value stands for all lines up to its closing bracket', () => {
  expect(createStoredLine('  "b": <any object>,').fits(nested, 1)).toBe(3)
  expect(createStoredLine('  "b": <any value>,').fits(nested, 1)).toBe(3)
  expect(createStoredLine('a: <any object>,').fits(nested, 0)).toBe(6)
  expect(createStoredLine('  "d": <any array>,').fits(nested, 4)).toBe(1)
})

test('a value of another kind, under another key or with another end is none', () => {
  expect(createStoredLine('  "b": <any array>,').fits(nested, 1)).toBe(0)
  expect(createStoredLine('  "x": <any object>,').fits(nested, 1)).toBe(0)
  expect(createStoredLine('  "b": <any object>').fits(nested, 1)).toBe(0)
  expect(createStoredLine('  "b": <any object>,').fits(['  "b": {', '    "c": 1,'], 0)).toBe(0)
})

test.each([
  ['took <any number> ms for 3 files', 'took 5 ms for 4 files', 'took <any number> ms for 4 files'],
  ['at <any date>: <any> in <any number> ms, well', 'at 2026-01-01: all of it in 7 ms, badly', 'at <any date>: <any> in <any number> ms, badly'],
  ['slow: took <any number> ms', 'fast: took 5 ms', 'fast: took <any number> ms'],
  ['"id": <any number>,', '"id": "five",', undefined],
  ['"id": <any number>,', '"other": 5,', undefined],
  ['<any number>', '5 files', undefined],
])('of %j, in %j, what still fits is kept: %j', (stored, line, kept) => {
  expect(createStoredLine(stored).keepIn(line)).toBe(kept)
})
