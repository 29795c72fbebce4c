import { expect, test } from 'vitest'
import { registerMatchers } from '../../../src/vitest/matchers/register.ts'
import { sessionWith, textResult } from './session.ts'

registerMatchers()

const big = 18446744073709551615n
const result = textResult('done')
const { session } = sessionWith({ name: 'list-cities', result }, { name: 'weather', arguments: { city: 'Rome', days: 3 }, result }, { name: 'weather', arguments: { city: 'Paris', id: big } })

test('a call is found by name, by all of its arguments, or by those that matter', () => {
  expect(session).toHaveCalledTool('list-cities')
  expect(session).toHaveCalledTool('list-cities', {})
  expect(session).toHaveCalledTool('weather', { city: 'Paris', id: big })
  expect(session).toHaveCalledTool('weather', expect.objectContaining({ days: 3n }))
  expect(session).toHaveCalledTool('weather', { city: expect.stringMatching(/^R/), days: expect.any(Number) })
  expect(session).toHaveCalledTool('weather', { city: 'Paris', id: expect.any(Number) })
  expect(session).not.toHaveCalledTool('forecast')
  expect(session).not.toHaveCalledTool('weather', { city: 'Rome' })
  expect(session).not.toHaveCalledTool('weather', { city: 'Paris', id: big - 1n })
})

test('the message lists the calls that were made, and compares with the nearest', () => {
  const failure = catchError(() => expect(session).toHaveCalledTool('weather', { city: 'Rome', days: 4 }))
  expect(failure.message).toBe(`expected that "weather" with these arguments was called; other arguments were given, nearest in call 2

Calls that were made:
  1. list-cities {}
  2. weather { "city": "Rome", "days": 3 }
  3. weather { "city": "Paris", "id": 18446744073709551615 }`)
  expect([failure.actual, failure.expected]).toEqual([{ city: 'Rome', days: 3 }, { city: 'Rome', days: 4 }])
})

test('a misspelt name is told, and that nothing was called', () => {
  expect(() => expect(session).toHaveCalledTool('wether')).toThrow('expected that "wether" was called; it never was: did you mean "weather"?')
  expect(() => expect(session).toHaveCalledTool('something-else')).toThrow('expected that "something-else" was called; it never was\n')
  expect(() => expect(sessionWith().session).toHaveCalledTool('weather')).toThrow('No tool was called in this session.')
})

test('a negated one says which call it was', () => {
  expect(() => expect(session).not.toHaveCalledTool('weather')).toThrow('expected that "weather" was not called; it was in call 2')
})

test('what is no session is refused', () => {
  expect(() => expect({ calls: 5 }).toHaveCalledTool('x')).toThrow('toHaveCalledTool takes a session; found an object with calls')
  expect(() => expect(session).toHaveCalledTool(/weather/ as never)).toThrow("toHaveCalledTool takes a tool's name; found an object without members")
})

test('secrets in arguments stand in neither the list nor the comparison', () => {
  const secret = sessionWith({ name: 'login', arguments: { password: 'correct horse battery', pin: 5, token: 123_456 }, result })
  const failure = catchError(() => expect(secret.session).toHaveCalledTool('login', { password: 'correct horse battery', pin: 6, token: 123_456 }))
  expect(failure.message).not.toContain('horse')
  expect(JSON.stringify([failure.actual, failure.expected])).not.toMatch(/horse|123456/)
  expect(failure.actual).toMatchObject({ pin: 5 })
})

function catchError(act: () => void): Error & { actual?: unknown; expected?: unknown } {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('it passed')
}
