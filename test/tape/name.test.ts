import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expandName, isTemplate, journalName, journalsOf, parseJournalName, recoveredName } from '../../src/tape/name.ts'
import { temporaryFolder } from './tapes.ts'

const now = new Date(Date.UTC(2026, 10, 23, 13, 4, 5, 678))
const free = (): boolean => false

test('a plain name stays as it is', () => {
  expect(expandName('/tapes/{odd}.tape')).toBe('/tapes/{odd}.tape')
  expect(isTemplate('{time}/a.tape')).toBe(false)
})

test('{time} is the time to the millisecond, in characters that every file system takes', () => {
  expect(expandName('/t/a-{time}.tape', { now, taken: free })).toBe('/t/a-2026-11-23T13-04-05.678Z.tape')
})

test('{session} is the first number that is free', () => {
  expect(expandName('/t/{session}.tape', { taken: (path) => path !== '/t/3.tape' })).toBe('/t/3.tape')
})

test('a time that is taken gets a number', () => {
  expect(expandName('/t/{time}.tape', { now, taken: (path) => !path.endsWith('-3.tape') })).toBe('/t/2026-11-23T13-04-05.678Z-3.tape')
})

test('a name is taken by a file and by a journal', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, '1.tape'), '')
  writeFileSync(join(folder, '2.tape.77.journal'), '')
  expect(expandName(join(folder, '{session}.tape'))).toBe(join(folder, '3.tape'))
})

test('a journal names its tape and process', () => {
  expect(journalName('a.tape', 12, 1)).toBe('a.tape.12.journal')
  expect(journalName('a.tape', 12, 2)).toBe('a.tape.12-2.journal')
  for (const number of [1, 2]) expect(parseJournalName(journalName('a.tape', 12, number))).toEqual({ tape: 'a.tape', pid: 12 })
  expect(parseJournalName('mine.journal')).toEqual({ tape: 'mine', pid: undefined })
})

test('a recovered tape is named after its stem', () => {
  expect(recoveredName('/t/a.tape.12.journal')).toBe('/t/a.recovered.tape')
  expect(recoveredName('/t/a.db.12-2.journal')).toBe('/t/a.db.recovered.tape')
})

test('the journals of a tape are found, those of others are not', () => {
  const folder = temporaryFolder()
  for (const name of ['a.tape.1.journal', 'a.tape.1-2.journal', 'b.a.tape.1.journal', 'a+tape.1.journal', 'a.tape.x.journal', 'a.tape.1.journal.building', 'run-1.tape.9.journal']) writeFileSync(join(folder, name), '')
  expect(journalsOf(join(folder, 'a.tape'))).toEqual([join(folder, 'a.tape.1-2.journal'), join(folder, 'a.tape.1.journal')])
  expect(journalsOf(join(folder, 'run-{session}.tape'))).toEqual([join(folder, 'run-1.tape.9.journal')])
  expect(journalsOf(join(folder, 'none', 'a.tape'))).toEqual([])
})
