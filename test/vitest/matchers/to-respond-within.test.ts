import { expect, test } from 'vitest'
import { registerMatchers } from '../../../src/vitest/matchers/register.ts'
import { sessionWith, textResult } from './session.ts'

registerMatchers()

const result = textResult('done')
const { session, results } = sessionWith({ name: 'fast', result, duration: 2 }, { name: 'slow', result, duration: 1500 }, { name: 'slower', result, duration: 2500 })

test('one answer is judged by its own time, a session by that of each', () => {
  expect(results[0]).toRespondWithin(2)
  expect(results[1]).not.toRespondWithin(1499)
  expect(session).toRespondWithin(2500)
})

test('the message names what took longer, the slowest first', () => {
  expect(() => expect(results[1]).toRespondWithin(1000)).toThrow('expected an answer within 1.0 s; it took longer\n\n  "slow": 1.5 s')
  expect(() => expect(session).toRespondWithin(10)).toThrow('expected 3 answers within 10 ms; 2 took longer\n\n  call 3, "slower": 2.5 s\n  call 2, "slow": 1.5 s')
  expect(() => expect(results[0]).not.toRespondWithin(10)).toThrow('expected an answer that takes longer than 10 ms\n\n  "fast": 2.0 ms')
})

test('where no time is known, that is said, negated too', () => {
  const { session: untimed } = sessionWith({ name: 'open', result })
  expect(() => expect(untimed).toRespondWithin(10)).toThrow('it is not known how long call 1, "open" took')
  expect(() => expect(untimed).not.toRespondWithin(10)).toThrow('it is not known how long call 1, "open" took')
  expect(() => expect(sessionWith().session).toRespondWithin(10)).toThrow('a session in which no tool was called')
  expect(() => expect(result).toRespondWithin(10)).toThrow('give it the session')
})

test('what has no time is refused, and what is none', () => {
  expect(() => expect(undefined).toRespondWithin(10)).toThrow("takes a tool's result or a session; found undefined")
  expect(() => expect(session).toRespondWithin('1s' as never)).toThrow('toRespondWithin takes milliseconds; found the string 1s')
  expect(() => expect(session).toRespondWithin(Number.NaN)).toThrow('takes milliseconds; found the number NaN')
})
