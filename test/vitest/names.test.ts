import { sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileStem, keyOf, stemsOf, tapeFolder, tapePath, testsIn } from '../../src/vitest/names.ts'

const awkward = ['', ' ', '.', '..', 'a', 'A', 'a ', ' a', 'a.', 'a -- b', '--', 'a --', '-- a', 'b', 'x #2', 'x', 'X', 'é', 'e\u0301', 'ß', 'SS', 'con', 'CON.txt', 'nul', 'com¹', 'file', 'File', 'a/b', 'a\\b', 'a_b', 'a:b', 'ａ', 'x ＃2', 'a\nb', 'a b', '\ud800', '\u202e', '👩‍👧', '{time}', '_time_', 'a'.repeat(200), 'ü'.repeat(99), 'ﬁ', 'fi', 'K']
const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...awkward) }, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 130 }))
const key = fc.array(name, { minLength: 1, maxLength: 4 })
const only = (...names: string[]): string => stemsOf([names])[0]!

/** How file systems compare names: NTFS by simple upper case, APFS by folded case and normal form. */
const compared = (stem: string): string[] => [stem.normalize('NFD').toLowerCase(), stem.normalize('NFC').toUpperCase(), stem.normalize('NFD').toUpperCase().toLowerCase()]

test('a tape is called as its test is, after its describes', () => {
  expect(only('a clock', 'tells the time')).toBe('a clock -- tells the time')
  expect(only("a user's clock, at 100 % (UTC+1)!")).toBe("a user's clock, at 100 % (UTC+1)!")
  expect(only('Zeit: 12/24 h')).toMatch(/^Zeit_ 12_24 h ~[0-9a-f]{8}$/)
  expect(only('x'.repeat(300))).toMatch(/^x{90} ~[0-9a-f]{8}$/)
})

test('no two tests of a file have one tape, on any file system', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
      const stems = stemsOf(keys)
      for (const way of [0, 1, 2]) expect(new Set(stems.map((stem) => compared(stem)[way])).size).toBe(keys.length)
      expect(stems.map((stem) => stem.toLowerCase())).not.toContain(fileStem)
    }),
    { numRuns: 500 },
  )
})

test('every file system takes the name, with all that a recording appends', () => {
  fc.assert(
    fc.property(key, (names) => {
      const stem = only(...names)
      expect(stem).not.toMatch(/[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}]|^[. ]|[. ]$|\{(time|session)\}/u)
      expect(stem).not.toMatch(/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])( *\.|$)/i)
      expect(Buffer.byteLength(`${stem} #500.tape.4194304-99.journal.building`)).toBeLessThanOrEqual(143)
    }),
    { numRuns: 2000 },
  )
})

test('a name does not depend on the tests around it, but for those of the same name', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 10, selector: (names) => only(...names).normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC') }), (keys) => {
      expect(stemsOf(keys)).toEqual(keys.map((names) => only(...names)))
    }),
  )
})

test('tests of one name are numbered in their order', () => {
  expect(stemsOf([['a', 'b'], ['c'], ['a', 'b'], ['C'], ['a', 'b']])).toEqual(['a -- b', 'c', 'a -- b #2', 'C #2', 'a -- b #3'])
})

test('the names of other tests cannot be taken for a number or for the tape of a file', () => {
  const stems = stemsOf([['x'], ['x'], ['x #2'], ['file'], ['FILE']])
  expect(stems[1]).toBe('x #2')
  expect(new Set(stems).size).toBe(5)
  expect(stems[3]).toMatch(/^file ~/)
})

describe('in a tree of tests', () => {
  const file = { type: 'file', name: 'a.test.ts' }
  const outer = { type: 'suite', name: 'outer', suite: file }
  const inner = { type: 'suite', name: 'inner', suite: outer }

  test('a key is made of the describes and the test, without the file', () => {
    expect(keyOf({ type: 'test', name: 't', suite: inner })).toEqual(['outer', 'inner', 't'])
    expect(keyOf({ type: 'test', name: 't' })).toEqual(['t'])
  })

  test('all tests are found in order', () => {
    const leaf = (title: string): { type: string; name: string } => ({ type: 'test', name: title })
    const tree = { ...file, tasks: [leaf('1'), { ...outer, tasks: [{ ...inner, tasks: [leaf('2')] }, leaf('3')] }, { ...inner, tasks: [] }, leaf('4')] }
    expect(testsIn(tree).map((each) => each.name)).toEqual(['1', '2', '3', '4'])
  })
})

test('a tape stands under the path of its test file from the root', () => {
  const path = (...parts: string[]): string => parts.join(sep)
  expect(tapeFolder('/p/tapes', '/p', path('', 'p', 'test', 'a.test.ts'))).toBe(path('', 'p', 'tapes', 'test', 'a.test.ts'))
  expect(tapeFolder('/p/tapes', '/p', path('', 'other', 'a.test.ts'))).toBe(path('', 'p', 'tapes', '__', 'other', 'a.test.ts'))
  expect(tapePath('/p/tapes/a.test.ts', 'a -- b')).toBe(path('/p/tapes/a.test.ts', 'a -- b.tape'))
})
