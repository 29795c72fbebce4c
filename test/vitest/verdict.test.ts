import { expect, test } from 'vitest'
import { ShadowcatError } from '../../src/errors.ts'
import { bare, markUnmistakable, swallowed, together, withPath } from '../../src/vitest/verdict.ts'

test('what the body threw is not told again, and what it swallowed is', () => {
  const [one, two, three] = [new Error('missed'), new Error('missed'), new Error('other')]
  expect(swallowed([one, two, three], [])).toEqual([one, two, three])
  expect(swallowed([one, two], [{ message: two.message, stack: two.stack }])).toEqual([one])
  expect(swallowed([one, two], [{ message: 'it gave up: missed', stack: 'elsewhere' }])).toEqual([two])
  expect(swallowed([one, one], [])).toEqual([one])
  expect(swallowed([one], [{ message: 'it gave up', cause: { message: 'not at once', cause: { message: 'missed' } } }])).toEqual([])
})

test('several errors are one for vitest to unfold', () => {
  const [one, two] = [new Error('1'), new Error('2')]
  expect(together([])).toBeUndefined()
  expect(together([one])).toBe(one)
  expect((together([one, two]) as AggregateError).errors).toEqual([one, two])
})

test('a bare error has its name and words, no line of our code, and nothing for programs', () => {
  const error = bare(new ShadowcatError('usage', 'no such thing', { facts: { a: 1 }, cause: new Error('why') }))
  expect([error.name, error.message, error.stack, Object.keys(error), error.cause]).toEqual(['ShadowcatError', 'no such thing', 'ShadowcatError: no such thing', [], undefined])
})

test('the place of the conversation stands in message and stack alike', () => {
  const error = withPath(bare(new Error('missed')), 'here.jsonl')
  expect(error.message).toBe('missed\n\nWhat was said: here.jsonl')
  expect(error.stack).toBe(`Error: ${error.message}`)
  expect(Object.keys(error)).toEqual([])
})

test('an error can be marked as none that test.fails waits for', () => {
  const error = { message: 'missed' }
  markUnmistakable([error])
  expect([(error as { __vitest_test_syntax_error__?: boolean }).__vitest_test_syntax_error__, Object.keys(error)]).toEqual([true, ['message']])
})
