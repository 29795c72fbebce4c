import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Orphan, type RanFile, type RanTask, findOrphans, tallyOf } from '../../../src/vitest/reporter/orphans.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shadowcat-orphans-'))
})
afterEach(() => rmSync(root, { recursive: true }))

type Leaf = { name: string; mode?: string; state?: string; tape?: string; in?: string }

/** A file that ran, with its tests; `in` names a describe. */
function ran(path: string, leaves: Leaf[], settings = place()): RanFile {
  const task: { name: string; type: string; tasks: RanTask[] } = { name: path, type: 'file', tasks: [] }
  for (const { name, mode = 'run', state = 'pass', tape, in: around } of leaves) {
    const suite = around === undefined ? task : { name: around, type: 'suite', suite: task, tasks: [] as RanTask[] }
    if (suite !== task) task.tasks.push(suite)
    suite.tasks.push({ name, type: 'test', mode, suite, ...(mode === 'run' && { result: { state } }), meta: tape === undefined ? {} : { shadowcat: { tape } } })
  }
  return { path: join(settings.root, path), task, settings }
}

const place = (): { root: string; tapes: string } => ({ root, tapes: join(root, 'tapes') })

function orphans(tapes: string[], files: RanFile[], everything = true, projects = [place()]): Record<string, Orphan['why']> {
  const found = findOrphans(tapes.map((path) => join(root, 'tapes', path)), { ran: files, projects, everything })
  return Object.fromEntries(found.map(({ path, why }) => [path.slice(join(root, 'tapes/').length), why]))
}

function put(path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), '')
}

test('a tape of a test that is there no more is orphaned, though others did not run', () => {
  const file = ran('src/a.test.ts', [{ name: 'one', tape: 'tapes/src/a.test.ts/one.tape' }, { name: 'two', mode: 'skip' }, { name: 'three', in: 'group', mode: 'todo' }])
  expect(orphans(['src/a.test.ts/one.tape', 'src/a.test.ts/two.tape', 'src/a.test.ts/group -- three.tape', 'src/a.test.ts/four.tape', 'src/a.test.ts/one #2.tape'], [file])).toEqual({ 'src/a.test.ts/four.tape': 'gone', 'src/a.test.ts/one #2.tape': 'gone' })
})

test('one of a test that passed without it is unused; a test that failed or was cut off keeps it', () => {
  const file = ran('a.test.ts', [{ name: 'quiet' }, { name: 'failed', state: 'fail' }, { name: 'pending', state: 'run' }, { name: 'same', tape: 'tapes/a.test.ts/same.tape' }])
  expect(orphans(['a.test.ts/quiet.tape', 'a.test.ts/failed.tape', 'a.test.ts/pending.tape', 'a.test.ts/same.tape'], [file])).toEqual({ 'a.test.ts/quiet.tape': 'unused' })
})

test("a file's own tape is kept while a test names it, or one did not run", () => {
  const shared = 'tapes/a.test.ts/file.tape'
  expect(orphans(['a.test.ts/file.tape', 'a.test.ts/one.tape'], [ran('a.test.ts', [{ name: 'one', tape: shared }])])).toEqual({ 'a.test.ts/one.tape': 'unused' })
  expect(orphans(['a.test.ts/file.tape'], [ran('a.test.ts', [{ name: 'one' }, { name: 'two', mode: 'skip' }])])).toEqual({})
  expect(orphans(['a.test.ts/file.tape'], [ran('a.test.ts', [{ name: 'one' }])])).toEqual({ 'a.test.ts/file.tape': 'unused' })
})

test('a file in two projects has the tests of both', () => {
  const files = [ran('a.test.ts', [{ name: 'one', tape: 'tapes/a.test.ts/one.tape' }, { name: 'both' }]), ran('a.test.ts', [{ name: 'one' }, { name: 'both', tape: 'tapes/a.test.ts/both.tape' }])]
  expect(orphans(['a.test.ts/one.tape', 'a.test.ts/both.tape', 'a.test.ts/none.tape'], files)).toEqual({ 'a.test.ts/none.tape': 'gone' })
})

test('tapes of a file that is gone are orphaned when everything was to run; of one that only did not run, never', () => {
  put('src/there.test.ts')
  const tapes = ['src/gone.test.ts/one.tape', 'src/there.test.ts/one.tape', 'lost/gone.spec.mts/one.tape']
  expect(orphans(tapes, [])).toEqual({ 'src/gone.test.ts/one.tape': 'gone', 'lost/gone.spec.mts/one.tape': 'gone' })
  expect(orphans(tapes, [], false)).toEqual({})
})

test('tapes that someone keeps elsewhere in the folder, or has recovered, are left alone', () => {
  expect(orphans(['mine.tape', 'tours/mine.tape', 'tours/v1.2/mine.tape', 'a.test.ts/one.recovered.tape'], [ran('a.test.ts', [{ name: 'one' }])])).toEqual({})
})

test('files outside of the root and with names that folders cannot have are found again', () => {
  put('b:c.test.ts')
  const inner = { root: join(root, 'packages/one'), tapes: join(root, 'tapes') }
  put('packages/two/a.test.ts')
  const tapes = ['b_c.test.ts/one.tape', '__/two/a.test.ts/one.tape', '__/two/b.test.ts/one.tape']
  expect(orphans(tapes, [], true, [place(), inner])).toEqual({ '__/two/b.test.ts/one.tape': 'gone' })
})

test.skipIf(process.platform !== 'linux')('a tape that only changed its case is the same one where the file system says so', () => {
  const file = ran('a.test.ts', [{ name: 'One', tape: 'tapes/a.test.ts/One.tape' }])
  put('tapes/a.test.ts/one.tape')
  expect(orphans(['a.test.ts/one.tape'], [file])).toEqual({ 'a.test.ts/one.tape': 'gone' })
  linkSync(join(root, 'tapes/a.test.ts/one.tape'), join(root, 'tapes/a.test.ts/One.tape'))
  expect(orphans(['a.test.ts/one.tape'], [file])).toEqual({})
})

test('options of a test are no tally', () => {
  expect(tallyOf({ meta: { shadowcat: { ignore: ['/a'] } } })).toBeUndefined()
  expect(tallyOf({})).toBeUndefined()
  expect(tallyOf({ meta: { shadowcat: { tape: 'a.tape' } } })).toEqual({ tape: 'a.tape' })
})
