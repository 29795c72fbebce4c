import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { neighbourWarnings } from '../../src/tape/neighbours.ts'
import { abandonedJournal, begin, temporaryFolder } from './tapes.ts'

test('a folder without journals gives no warning', () => {
  expect(neighbourWarnings(join(temporaryFolder(), 'a.tape'))).toEqual([])
})

test('a journal that was left is named with the command that makes a tape of it', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const journal = await abandonedJournal(path)
  expect(neighbourWarnings(path)).toEqual([expect.stringContaining(`shadowcat tape recover ${journal}`)])
})

test('a journal that never began is to be deleted', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const journal = await abandonedJournal(path)
  writeFileSync(journal, readFileSync(journal).subarray(0, 20))
  expect(neighbourWarnings(path)).toEqual([`${journal} was left by a recording that was broken off before it began: delete it`])
})

test('a journal that cannot be read does not block either', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  writeFileSync(`${path}.999999999.journal`, 'something else')
  expect(neighbourWarnings(path)).toHaveLength(1)
})

test('a recording that goes on is named as such', () => {
  const path = join(temporaryFolder(), 'a.tape')
  const recorder = begin(path)
  expect(neighbourWarnings(path)).toEqual([`process ${process.pid} is recording ${recorder.path} as well: the one that ends first will have its tape there, the other keeps its journal`])
  recorder.abandon()
})
