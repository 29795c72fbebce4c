import { expect, test } from 'vitest'
import stringWidth from 'string-width'
import { createPalette } from '../../src/palette.ts'
import type { Explained } from '../../src/verify/guesses.ts'
import { showTable } from '../../src/verify/table.ts'

const layout = { palette: createPalette(false), redact: (text: string) => text, width: 60, rows: 3 }
const clock: Explained = { kind: 'time', guess: 'time', tool: 'now', call: 12, pointer: '/result/content/0/text', expected: 'then', actual: 'now' }

test('each difference takes one line, which says what it is, where, and the two values', () => {
  expect(showTable([clock, { kind: 'extra', tool: 'odd', pointer: '/result/x', actual: null }, { ...clock, tool: undefined, call: 2 }], { ...layout, width: 80, calls: ['initialize', 'tools/list {}'] })).toEqual([
    '',
    '  time?  12 now        /result/content/0/text  "then" → "now"',
    '  extra  odd           /result/x               – → null',
    '  time?  2 tools/list  /result/content/0/text  "then" → "now"',
  ])
})

test('lines are as wide as they may be, whatever the script, and values share what is left', () => {
  const wide: Explained = { ...clock, tool: '道具'.repeat(30), pointer: `/result/${'x/'.repeat(50)}end`, expected: '漢'.repeat(100), actual: 'y'.repeat(1000) }
  const [, line] = showTable([wide], { ...layout, width: 80 })
  expect(stringWidth(line!)).toBeLessThanOrEqual(80)
  expect(line).toMatch(/…\S*\/end {2}"漢.*… → "y+…$/)
})

test('what is past the rows is counted', () => {
  expect(showTable(Array.from({ length: 5 }, () => clock), layout).at(-1)).toBe('  and 2 differences more (--json shows all)')
})

test('nothing makes no table', () => {
  expect(showTable([], layout)).toEqual([])
})
