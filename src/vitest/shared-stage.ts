/** The session and the tape that all tests of a file share. */
import type { RunnerTestCase, RunnerTestFile } from 'vitest'
import { ShadowcatError } from '../errors.ts'
import type { AttemptState } from './attempt.ts'
import { testsIn } from './names.ts'
import { driftErrors, isWhole, keepHttp, unusedErrors } from './own-seat.ts'
import type { Listener, Seat } from './seat.ts'
import type { Settings } from './settings.ts'
import { shownPath } from './shown.ts'
import { type Stage, createStage } from './stage.ts'
import { bare, together } from './verdict.ts'
import type { Watcher } from './waiting.ts'

export type SharedStage = {
  take(listener: Listener): Promise<Seat>
  /** The file is over. Rejects with what concerns it as a whole. */
  end(): Promise<void>
}

export type SharedOptions = { file: RunnerTestFile; settings: Settings; path: string }

/** Made with the settings of the test that asks first. */
export function createSharedStage({ file, settings, path }: SharedOptions): SharedStage {
  const listeners = new Set<Listener>()
  const states: AttemptState[] = []
  let worldly = false
  /** Misses that were told to a test. */
  const told = new Set<Error>()
  const stage = createStage({ settings, path, place: { file: file.filepath }, watcher: watcherFor(listeners) })
  // Each test that wants it is told why there is none.
  const ready = stage.catch(() => undefined)

  return {
    async take(listener) {
      const shared = await stage
      const connection = shared.connection.share({ onanswer: () => listener.delivered() })
      listeners.add(listener)
      return {
        stage: shared,
        connection,
        from: shared.passed.length,
        unused: () => 0,
        async end(state) {
          listeners.delete(listener)
          await connection.close()
          for (const miss of connection.misses) told.add(miss)
          const { failure } = shared.conversation
          return [...connection.misses, ...(failure && state !== 'cut off' ? [failure] : [])]
        },
        async finish(state, world) {
          states.push(state)
          worldly ||= world
        },
      }
    },
    async end() {
      const shared = await ready
      if (!shared) return
      const passed = states.every(isWhole)
      await shared.conversation.end(passed ? 'in order' : 'at once')
      await shared.connection.close()
      if (passed) await keepHttp(shared)
      const whole = testsIn(file as never).every((test) => (test as RunnerTestCase).result?.state === 'pass')
      const errors = shared.misses().filter((miss) => !told.has(miss))
      if (passed && whole && errors.length === 0) errors.push(...unusedErrors(shared), ...(await driftErrors(shared)))
      const refused = await settle(shared, { passed, worldly })
      const error = together(refused ? [...errors, refused] : errors)
      if (error) throw error
    },
  }
}

/** Whose call it is is not known here: all that run wait for its answer. */
function watcherFor(listeners: ReadonlySet<Listener>): Watcher {
  const waiting = new Map<string, Listener[]>()
  return {
    asked(what) {
      waiting.set(what, [...listeners])
      for (const listener of listeners) listener.asked()
    },
    answered(what) {
      for (const listener of waiting.get(what) ?? []) listener.answered()
      waiting.delete(what)
    },
  }
}

/** A recording of some of the tests never takes the place of one of all. */
async function settle({ conversation, plan, settings, path }: Stage, { passed, worldly }: { passed: boolean; worldly: boolean }): Promise<Error | undefined> {
  if (!passed || settings.filtered) conversation.discard()
  else await conversation.keep(worldly)
  if (!passed || !settings.filtered || plan !== 'record') return undefined
  const error = new ShadowcatError('usage', `${shownPath(path, settings.root)} was not recorded: the tests of this file share one session, and only some of them ran. Run the whole file to record it`)
  if (settings.update === 'all' || settings.mode === 'record') return bare(error)
  console.warn(error.message)
  return undefined
}
