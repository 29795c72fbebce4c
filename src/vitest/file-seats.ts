/** The tests of one file: which tape is whose, and the session that they share where they share one. */
import type { RunnerTestCase, RunnerTestFile } from 'vitest'
import { fileStem, keyOf, stemsOf, tapeFolder, tapePath, testsIn } from './names.ts'
import { ownSeat } from './own-seat.ts'
import type { Listener, Seat } from './seat.ts'
import type { Settings } from './settings.ts'
import { type SharedStage, createSharedStage } from './shared-stage.ts'
import { createStage } from './stage.ts'

export type FileSeats = {
  take(task: RunnerTestCase, settings: Settings, listener: Listener): Promise<Seat>
  /** One of those who use them is over; after the last the file is. Rejects with what the file fails of. */
  leave(): Promise<void>
}

/** Of each file, for as long as it runs. */
const known = new WeakMap<RunnerTestFile, FileSeats & { join(): void }>()

/** The seats of this file, noted among those that `used` has to leave. */
export function seatsOf(file: RunnerTestFile, used: FileSeats[]): FileSeats {
  const seats = known.get(file) ?? createSeats(file)
  known.set(file, seats)
  if (!used.includes(seats)) {
    used.push(seats)
    seats.join()
  }
  return seats
}

function createSeats(file: RunnerTestFile): FileSeats & { join(): void } {
  let users = 0
  let stems: Map<string, string> | undefined
  let shared: SharedStage | undefined

  /** The tree is whole before the first test runs. */
  function stemOf(task: RunnerTestCase): string {
    if (!stems) {
      const tests = testsIn<RunnerTestFile | RunnerTestCase>(file as never)
      const names = stemsOf(tests.map(keyOf))
      stems = new Map(tests.map(({ id }, index) => [id, names[index]!]))
    }
    return stems.get(task.id)!
  }

  return {
    join: () => void users++,
    async leave() {
      if (--users > 0) return
      known.delete(file)
      await shared?.end()
    },
    async take(task, settings, listener) {
      const folder = tapeFolder(settings.tapes, settings.root, file.filepath)
      if (settings.scope === 'file') {
        shared ??= createSharedStage({ file, settings, path: tapePath(folder, fileStem) })
        return shared.take(listener)
      }
      const place = { file: file.filepath, title: task.fullTestName }
      return ownSeat(await createStage({ settings, path: tapePath(folder, stemOf(task)), place, watcher: listener, onanswer: () => listener.delivered() }))
    },
  }
}
