import { expect, test } from 'vitest'
import { createPalette, paletteFor } from '../src/palette.ts'

const red = '\u001b[31mx\u001b[39m'

test('a terminal gets colour unless NO_COLOR or a dumb one says otherwise', () => {
  expect(paletteFor({ isTTY: true }, {}).red('x')).toBe(red)
  expect(paletteFor({ isTTY: true }, { NO_COLOR: '1' }).red('x')).toBe('x')
  expect(paletteFor({ isTTY: true }, { TERM: 'dumb' }).red('x')).toBe('x')
})

test('a pipe gets none unless FORCE_COLOR asks for it', () => {
  expect(paletteFor({}, {}).red('x')).toBe('x')
  expect(paletteFor({}, { FORCE_COLOR: '1' }).red('x')).toBe(red)
  expect(paletteFor({ isTTY: true }, { FORCE_COLOR: '0' }).red('x')).toBe('x')
  expect(createPalette(false).bold('x')).toBe('x')
})
