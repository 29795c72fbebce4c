import { join } from 'node:path'
import type { RunnerTestCase } from 'vitest'
import { expect, test } from 'vitest'
import { type Cell, createCell } from '../../src/vitest/cell.ts'
import { ownSeat } from '../../src/vitest/own-seat.ts'
import type { Settings } from '../../src/vitest/settings.ts'
import { createStage } from '../../src/vitest/stage.ts'
import { enterWorldStore } from '../../src/vitest/world/als.ts'
import { settingsIn } from './stage-setting.ts'

/** A test as vitest keeps it, whose body is over. */
function taskWith(state: 'pass' | 'fail', messages: string[] = []): RunnerTestCase {
  return { name: 'a', fullTestName: 'a', meta: {}, file: { filepath: '/project/a.test.ts' }, result: { state, errors: messages.map((message) => ({ message })) }, artifacts: [] } as never
}

const cellOf = (task: RunnerTestCase, settings: Settings, signal = new AbortController().signal): Promise<Cell> =>
  createCell({
    task,
    signal,
    store: enterWorldStore(),
    settings,
    seat: async (listener) => ownSeat(await createStage({ settings, path: join(settings.tapes, 'a.tape'), place: { file: task.file.filepath }, watcher: listener, onanswer: () => listener.delivered() })),
  })

test('an attempt holds its world until it ends, each answer moves it, and the reporter finds what came of it', async () => {
  using setting = settingsIn()
  const task = taskWith('pass')
  const cell = await cellOf(task, setting.settings)
  expect([Date.now(), cell.tape.recording]).toEqual([cell.world.epoch.getTime(), true])
  await cell.connection.session.callTool('echo')
  expect(Date.now()).toBe(cell.world.epoch.getTime() + 1)
  await cell.end()
  expect(Date.now()).toBeGreaterThan(cell.world.epoch.getTime() + 1)
  await cell.finish()
  expect(task.meta.shadowcat).toMatchObject({ recorded: 1, tape: 'tapes/a.tape' })
  const again = await cellOf(taskWith('pass'), setting.settings)
  expect([again.tape.recording, again.tape.entries().length, again.world.epoch]).toEqual([false, 5, cell.world.epoch])
  await again.end()
})

test('what a test says for itself stays beside what came of it, for the next attempt', async () => {
  using setting = settingsIn()
  const task = taskWith('pass')
  task.meta.shadowcat = { ignore: ['/x'] }
  const cell = await cellOf(task, setting.settings)
  await cell.end()
  await cell.finish()
  expect(task.meta.shadowcat).toMatchObject({ ignore: ['/x'], recorded: 0 })
})

test('an attempt that is cut off leaves nothing, and its session is told so', async () => {
  using setting = settingsIn()
  const cell = await cellOf(taskWith('fail'), setting.settings, AbortSignal.abort())
  const call = cell.connection.session.callTool('echo')
  call.catch(() => undefined)
  await cell.end()
  await cell.finish()
  await expect(call).rejects.toThrow(/closed|over/)
  await expect(cell.connection.session.callTool('echo')).rejects.toThrow(/closed/)
})
