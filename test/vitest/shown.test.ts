import { expect, test } from 'vitest'
import { quoted, shownPath } from '../../src/vitest/shown.ts'

test('a path is shown from a folder', () => {
  expect(shownPath('/project/tapes/a b.tape', '/project')).toBe('tapes/a b.tape')
  expect(shownPath('/other/a.tape', '/project')).toBe('../other/a.tape')
})

test.each([
  ['plain/word.test.ts', 'plain/word.test.ts'],
  ['two words', '"two words"'],
  ["it's", `"it's"`],
  ['a "b" $c', `'a "b" $c'`],
  [`it's $5`, String.raw`'it'\''s $5'`],
  ['', '""'],
])('%j is quoted as %s', (word, shown) => expect(quoted(word)).toBe(shown))
