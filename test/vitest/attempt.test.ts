import type { RunnerTestCase } from 'vitest'
import { expect, test } from 'vitest'
import { beginAttempt } from '../../src/vitest/attempt.ts'

type Task = Pick<RunnerTestCase, 'result' | 'fails'>
const taskOf = (state: 'pass' | 'fail' | 'skip' | 'run', messages: string[] = [], fails = false): Task => ({ result: { state, errors: messages.map((message) => ({ message })) } as NonNullable<RunnerTestCase['result']>, fails })
const never = new AbortController().signal

test('an attempt has passed when its body did what it was expected to do', () => {
  expect(beginAttempt(taskOf('pass'), never).state()).toBe('passed')
  expect(beginAttempt(taskOf('fail'), never).state()).toBe('failed')
  expect(beginAttempt(taskOf('pass', [], true), never).state()).toBe('failed')
  expect(beginAttempt(taskOf('fail', [], true), never).state()).toBe('passed')
  expect(beginAttempt(taskOf('skip'), never).state()).toBe('skipped')
})

test('an attempt at its time limit is cut off, whatever is known of it', () => {
  expect(beginAttempt(taskOf('fail', [], true), AbortSignal.abort()).state()).toBe('cut off')
})

test('the errors of earlier attempts are not its own', () => {
  const task = taskOf('run', ['of the first'])
  const attempt = beginAttempt(task, never)
  expect(attempt.errors()).toEqual([])
  task.result!.errors!.push({ message: 'of the second' })
  expect(attempt.errors()).toEqual([{ message: 'of the second' }])
})
