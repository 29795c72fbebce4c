import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitSnapshot } from '../../../src/vitest/matchers/fit.ts'

test('a snapshot fits itself, and nothing else without patterns', () => {
  expect(fitSnapshot('a\nb', 'a\nb')).toEqual({ pass: true, resolved: 'a\nb' })
  expect(fitSnapshot('a\nb', 'a')).toEqual({ pass: false, resolved: 'a' })
  expect(fitSnapshot('a', 'a\nb')).toEqual({ pass: false, resolved: 'a\nb' })
})

test('patterns fit, and stay', () => {
  const stored = 'at <any date>\n<any lines>\nthe end\n<any lines>'
  expect(fitSnapshot(stored, 'at 2026-01-01\nthe end')).toEqual({ pass: true, resolved: stored })
  expect(fitSnapshot(stored, 'at 2026-01-01\na\nb\nthe end\nof it')).toEqual({ pass: true, resolved: stored })
  expect(fitSnapshot(stored, 'at 2026-01-01\na\nb')).toMatchObject({ pass: false })
})

test('any number of lines may have to end at the last of several places', () => {
  expect(fitSnapshot('<any lines>\nx\ny', 'x\nx\ny\nx\ny').pass).toBe(true)
})

test('an update keeps the patterns that still fit, wherever lines came, went or changed', () => {
  const stored = 'took <any number> ms\nname: one\n"weather": <any object>,\nid <any uuid>\nlast'
  const text = 'new line\ntook 7 ms\nname: two\n"weather": {\n  "rain": true,\n},\nid none\nlast'
  expect(fitSnapshot(stored, text)).toEqual({ pass: false, resolved: 'new line\ntook <any number> ms\nname: two\n"weather": <any object>,\nid none\nlast' })
})

test('within a line that changed, the patterns around the change are kept', () => {
  expect(fitSnapshot('a\ntook <any number> ms for 3 files\nb', 'a\ntook 9 ms for 4 files\nb')).toEqual({ pass: false, resolved: 'a\ntook <any number> ms for 4 files\nb' })
})

test('a pattern that is none is refused, also where it would not have been looked at', () => {
  expect(() => fitSnapshot('a\n<any nothing>', 'a\nb')).toThrow('unknown pattern')
})

const line = fc.constantFrom('a', 'b', 'took 5 ms', 'id 7', '"o": {', '  "x": 1,', '},')
const storedLine = fc.oneof(line, fc.constantFrom('<any>', 'took <any number> ms', '<any lines>', '"o": <any object>,', 'id <any number>'))

test('what an update writes fits at once, so that a second one changes nothing', () => {
  fc.assert(fc.property(fc.array(storedLine, { minLength: 1, maxLength: 8 }), fc.array(line, { minLength: 1, maxLength: 10 }), (stored, text) => {
    const { resolved } = fitSnapshot(stored.join('\n'), text.join('\n'))
    expect(fitSnapshot(resolved, text.join('\n'))).toEqual({ pass: true, resolved })
  }))
})

test('a text of tens of thousands of lines is compared in time, and one too large to be aligned is taken as it is', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`)
  const other = lines.map((text, index) => (index % 2 === 0 ? text : `${text}!`))
  expect(fitSnapshot(lines.join('\n'), other.join('\n'))).toEqual({ pass: false, resolved: other.join('\n') })
})
