import { type MatcherState, expect, test } from 'vitest'
import { ShadowcatError } from '../../../src/errors.ts'
import { orRefused } from '../../../src/vitest/matchers/refusal.ts'

const state = (isNot: boolean): MatcherState => ({ isNot }) as MatcherState

function throwing(error: Error): (this: MatcherState) => never {
  return () => {
    throw error
  }
}

test.each([true, false])('a matcher that refuses fails in its words, negated (%s) too', async (isNot) => {
  const refuse = orRefused(throwing(new ShadowcatError('usage', 'not so')))
  const later = orRefused(async () => Promise.reject(new ShadowcatError('usage', 'not so')))
  for (const result of [await refuse.call(state(isNot), 0), await later.call(state(isNot), 0)]) {
    expect(result.pass).toBe(isNot)
    expect(result.message()).toBe('not so')
  }
})

test('what else is thrown is thrown on', async () => {
  expect(() => orRefused(throwing(new TypeError('a fault'))).call(state(false), 0)).toThrow('a fault')
  await expect(orRefused(async () => Promise.reject(new ShadowcatError('closed', 'gone'))).call(state(false), 0)).rejects.toThrow('gone')
})

test('what a matcher finds is handed on, with what it is given', () => {
  const equal = orRefused(function (this: MatcherState, received, other: number) {
    return { pass: received === other && this.isNot, message: () => 'equal' }
  })
  expect(equal.call(state(true), 5, 5)).toMatchObject({ pass: true })
})
