import { join } from 'node:path'
import type { RunnerTestCase, RunnerTestFile } from 'vitest'
import { expect, test } from 'vitest'
import { type FileSeats, seatsOf } from '../../src/vitest/file-seats.ts'
import { settingsIn } from './stage-setting.ts'

const listener = { asked: () => undefined, answered: () => undefined, delivered: () => undefined }

/** A file with two tests of one name and one of another. */
function fileIn(root: string): { file: RunnerTestFile; tests: RunnerTestCase[] } {
  const file = { type: 'suite', name: 'a.test.ts', filepath: join(root, 'test/a.test.ts'), tasks: [] as unknown[] }
  const tests = ['one', 'two', 'one'].map((name, index) => ({ type: 'test', id: String(index), name, fullTestName: name, file, result: { state: 'pass' } }))
  file.tasks = tests
  return { file: file as never, tests: tests as never }
}

test('each test has the tape of its name, the second of a name a numbered one', async () => {
  using setting = settingsIn()
  const { file, tests } = fileIn(setting.root)
  const used: FileSeats[] = []
  const paths = await Promise.all(tests.map(async (task) => (await seatsOf(file, used).take(task, setting.settings, listener)).stage.path))
  expect(paths).toEqual(['one', 'two', 'one #2'].map((name) => join(setting.root, 'tapes/test/a.test.ts', `${name}.tape`)))
  expect(used).toHaveLength(1)
  for (const seats of used) await seats.leave()
})

test('a file whose tests share a session has one stage, also where its tests are made by several extensions of test', async () => {
  using setting = settingsIn({ scope: 'file' })
  const { file, tests } = fileIn(setting.root)
  const [one, two]: [FileSeats[], FileSeats[]] = [[], []]
  const first = await seatsOf(file, one).take(tests[0]!, setting.settings, listener)
  const second = await seatsOf(file, two).take(tests[1]!, setting.settings, listener)
  expect([first.stage === second.stage, first.connection === second.connection]).toEqual([true, false])
  expect(first.stage.path).toBe(join(setting.root, 'tapes/test/a.test.ts/file.tape'))
  await first.connection.session.callTool('echo')
  await one[0]!.leave()
  // The other still uses it.
  await second.connection.session.callTool('echo')
  for (const seat of [first, second]) {
    await seat.end('passed')
    await seat.finish('passed', false)
  }
  await two[0]!.leave()
  expect(seatsOf(file, [])).not.toBe(one[0])
})
