import type { RunnerTestCase, TestError } from 'vitest'

/** `skipped` by itself; `cut off` at its time limit, or with the whole run. */
export type AttemptState = 'passed' | 'failed' | 'skipped' | 'cut off'

/** One attempt of a test: its first, a retry or a repetition. */
export type Attempt = {
  state(): AttemptState
  /** What it failed of so far, as vitest keeps it. */
  errors(): TestError[]
}

/** To be asked at the attempt's beginning: errors of the attempts before stay in the task. */
export function beginAttempt(task: Pick<RunnerTestCase, 'result' | 'fails'>, signal: AbortSignal): Attempt {
  const before = task.result?.errors?.length ?? 0
  const [pass, fail] = task.fails ? (['failed', 'passed'] as const) : (['passed', 'failed'] as const)
  return {
    state() {
      if (signal.aborted) return 'cut off'
      const state = task.result?.state
      return state === 'pass' ? pass : state === 'skip' ? 'skipped' : fail
    },
    errors: () => (task.result?.errors ?? []).slice(before) as TestError[],
  }
}
