import { expect, test } from 'vitest'
import { shellWord } from '../src/shell.ts'

test.each([
  ['plain/word.test.ts', 'plain/word.test.ts'],
  ['two words', '"two words"'],
  ["it's", `"it's"`],
  ['a "b" $c', `'a "b" $c'`],
  [`it's $5`, String.raw`'it'\''s $5'`],
  ['', '""'],
])('%j is quoted as %s', (word, shown) => expect(shellWord(word)).toBe(shown))
