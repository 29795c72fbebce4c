import { expect, test } from 'vitest'
import { originOf } from '../../../src/vitest/matchers/origin.ts'
import { own, sessionWith } from './session.ts'

test('what is known of a session is known by it and by its test', () => {
  const { session } = sessionWith()
  const task = {}
  own(session, task)
  expect(originOf(session)).toMatchObject({ session, test: task })
  expect(originOf(undefined, {}, task)).toBe(originOf(session))
  expect(originOf({}, undefined)).toBeUndefined()
})
