import { expect, test } from 'vitest'
import { type Ground, paletteAs } from '../../../src/vitest/reporter/colours.ts'

const ground: Ground = { env: {}, argv: [], platform: 'linux', disabled: false }

test.each([
  ['by default, also into a pipe, as vitest does', {}, true],
  ['not on a dumb terminal', { env: { TERM: 'dumb' } }, false],
  ['not where FORCE_TTY is false', { env: { FORCE_TTY: 'false' } }, false],
  ['in CI all the same', { env: { TERM: 'dumb', CI: '1' } }, true],
  ['with FORCE_COLOR', { env: { TERM: 'dumb', FORCE_COLOR: '1' } }, true],
  ['with --color', { env: { TERM: 'dumb' }, argv: ['--color'] }, true],
  ['on Windows', { env: { TERM: 'dumb' }, platform: 'win32' }, true],
  ['not with NO_COLOR, which wins', { env: { NO_COLOR: '', FORCE_COLOR: '1', CI: '1' } }, false],
  ['not with --no-color', { argv: ['--no-color'] }, false],
  ['not where vitest does without', { disabled: true }, false],
] as const)('there is colour %s: %o', (_, given, coloured) => expect(paletteAs({ ...ground, ...given }).red('x') !== 'x').toBe(coloured))
