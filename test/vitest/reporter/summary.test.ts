import { expect, test } from 'vitest'
import { createPalette } from '../../../src/palette.ts'
import { type Facts, summarise } from '../../../src/vitest/reporter/summary.ts'
import type { Tally } from '../../../src/vitest/settings.ts'

const tally: Tally = { recorded: 0, replayed: 0, missed: 0, unused: 0, savedMs: 0, tape: 'tapes/a' }
const facts: Facts = { tallies: [], orphans: [], journals: [], update: 'new', root: '/project', cwd: '/project' }
const say = (given: Partial<Facts>): string => summarise({ ...facts, ...given }, createPalette(false)).join('\n')

test('nothing is said when there is nothing to say', () => {
  expect(summarise(facts, createPalette(true))).toEqual([])
  expect(summarise({ ...facts, tallies: [tally], ci: 'CI', update: 'none' }, createPalette(true))).toEqual([])
})

test('calls are counted over all tests, and what is none is left out', () => {
  expect(say({ tallies: [{ ...tally, replayed: 2, savedMs: 1500 }, { ...tally, recorded: 1, savedMs: -1 }, { ...tally, missed: 1, unused: 3, replayed: 1 }] })).toBe('      Calls  1 missed | 3 unused | 1 recorded | 3 replayed | 1.5 s saved\n')
  expect(say({ tallies: [{ ...tally, replayed: 2, savedMs: 99 }] })).toBe('      Calls  2 replayed\n')
})

test('that CI is why nothing was recorded is said in one line, with the variable', () => {
  const tallies = [{ ...tally, withheld: true as const, missed: 1 }]
  expect(say({ tallies, update: 'none', ci: 'GITHUB_ACTIONS' })).toBe('      Tapes  1 missing, and none recorded: CI was detected by the variable GITHUB_ACTIONS\n      Calls  1 missed\n')
  expect(say({ tallies, update: 'none' })).toBe('      Calls  1 missed\n')
})

test('orphaned tapes are listed with the command that removes them, which runs no test where none needs to run', () => {
  const orphans = [{ path: '/project/tapes/a.test.ts/old name.tape', why: 'gone' as const }]
  expect(say({ orphans, update: 'none' })).toBe(
    '      Tapes  1 orphaned, of tests that are gone\n' +
    '             ↳ tapes/a.test.ts/old name.tape\n' +
    '             to remove them: npx vitest run -u -t "^$"\n',
  )
  expect(say({ orphans: [...orphans, { path: '/project/tapes/b', why: 'unused' }] })).toContain('      Tapes  2 orphaned, of tests that are gone or call nothing\n')
  expect(say({ orphans: [...orphans, { path: '/project/tapes/b', why: 'unused' }] })).toContain('to remove them: npx vitest run -u\n')
  expect(say({ orphans, update: 'all' })).toBe('      Tapes  1 removed\n             ↳ tapes/a.test.ts/old name.tape\n')
})

test('a title stands once', () => {
  const said = say({ tallies: [{ ...tally, withheld: true }], ci: 'CI', update: 'none', orphans: [{ path: '/project/a', why: 'gone' }] })
  expect(said.match(/Tapes/g)).toHaveLength(1)
  expect(said).toContain('\n             1 orphaned, of tests that are gone\n')
})

test('a long list is cut', () => {
  const orphans = Array.from({ length: 25 }, (_, index) => ({ path: `/project/${index}.tape`, why: 'gone' as const }))
  expect(say({ orphans })).toContain('↳ 19.tape\n             … and 5 more\n')
})

test('broken-off recordings are named in the command that saves them, quoted where a shell needs it', () => {
  expect(say({ journals: ['/project/tapes/a.tape.1.journal', "/project/tapes/it's.tape.1.journal"] })).toBe(
    '   Journals  2 recordings broken off\n' +
    `             to keep what was recorded: npx shadowcat tape recover tapes/a.tape.1.journal "tapes/it's.tape.1.journal"\n`,
  )
  expect(say({ journals: ['/project/a.journal'], cwd: '/project/in' })).toContain('recover ../a.journal\n')
})

test("colours are vitest's: red for what fails, yellow for what is to be looked at, green for what was done", () => {
  const [line] = summarise({ ...facts, orphans: [{ path: '/project/a', why: 'gone' }] }, createPalette(true))
  const [failing] = summarise({ ...facts, update: 'none', orphans: [{ path: '/project/a', why: 'gone' }] }, createPalette(true))
  expect(line).toContain('\u001b[33m1 orphaned')
  expect(failing).toContain('\u001b[31m1 orphaned')
  expect(line).toContain('\u001b[2m      Tapes \u001b[22m ')
})
