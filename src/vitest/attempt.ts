import type { RunnerTestCase } from 'vitest'

/** `ended`: skipped by itself, or cut off at its time limit. */
export type AttemptState = 'passed' | 'failed' | 'ended'

/** One attempt of a test: its first, a retry or a repetition. */
export type Attempt = {
  state(): AttemptState
  /** The messages of what this attempt failed of so far. */
  errors(): string[]
}

/** To be asked at the attempt's beginning: errors of the attempts before stay in the task. */
export function beginAttempt(task: Pick<RunnerTestCase, 'result' | 'fails'>, signal: AbortSignal): Attempt {
  const before = task.result?.errors?.length ?? 0
  const state = task.fails ? { pass: 'failed', fail: 'passed' } as const : { pass: 'passed', fail: 'failed' } as const
  return {
    state() {
      const found = task.result?.state
      return signal.aborted || (found !== 'pass' && found !== 'fail') ? 'ended' : state[found]
    },
    errors: () => (task.result?.errors ?? []).slice(before).map(({ message }) => message),
  }
}
