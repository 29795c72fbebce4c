import { expect, test } from 'vitest'
import { isSure, testOf } from '../../../src/vitest/matchers/own-test.ts'

/** What a matcher has for `this`. */
function stateOf(assert: typeof expect): Parameters<typeof testOf>[0] {
  let state: Parameters<typeof testOf>[0] | undefined
  expect.extend({
    toShowItsState() {
      // oxlint-disable-next-line typescript/no-this-alias -- that is what is looked at
      state = this
      return { pass: true, message: () => '' }
    },
  })
  ;(assert(0) as unknown as { toShowItsState(): void }).toShowItsState()
  return state!
}

test('an assertion tells its test', ({ task }) => {
  expect(testOf(stateOf(expect))).toBe(task)
  expect(isSure(testOf(stateOf(expect)), undefined)).toBe(true)
})

test('an asymmetric matcher, or one outside of tests, has none', () => {
  expect(testOf({} as never)).toBeUndefined()
  expect(isSure(undefined, undefined)).toBe(false)
})

test('the owner of a value says whether the test is right', () => {
  const one = { name: 'one' }
  expect([isSure(one, one), isSure(one, { name: 'two' })]).toEqual([true, false])
})

test.concurrent('in a concurrent test only its own expect is sure', ({ task }) => {
  const taken = { name: 'taken', concurrent: true, context: { _local: true } }
  expect([isSure(taken, undefined), isSure({ ...taken, context: {} }, undefined), isSure(task as never, undefined)]).toEqual([true, false, false])
})

test.concurrent('a concurrent test that took its own expect is known', ({ task, expect: ours }) => {
  ours(isSure(testOf(stateOf(ours)), task)).toBe(true)
})
