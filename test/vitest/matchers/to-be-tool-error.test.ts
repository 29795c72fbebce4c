import { expect, test } from 'vitest'
import { RequestError } from '../../../src/vitest/session/request-error.ts'
import { registerMatchers } from '../../../src/vitest/matchers/register.ts'
import { sessionWith, textResult } from './session.ts'

registerMatchers()

const { results: [failed, good] } = sessionWith({ name: 'weather', result: textResult('no such city: "Atlantis"', true) }, { name: 'weather', result: textResult('sunny') })

test('a result with isError is a tool error, from either client', () => {
  expect(failed).toBeToolError()
  expect(failed).toBeToolError('no such city')
  expect(failed).toBeToolError(/^no such city: "\w+"$/)
  expect(textResult('broken', true)).toBeToolError('broken')
  expect(good).not.toBeToolError()
  expect({ outcome: failed }).toEqual({ outcome: expect.toBeToolError('no such city') })
})

test('a JSON-RPC error is one too', async () => {
  await expect(Promise.reject(new RequestError(-32602, 'Unknown tool wether'))).rejects.toBeToolError(/Unknown tool/)
  expect(new RequestError(-32602, 'Unknown tool wether')).toBeToolError('wether')
})

test('an expression with a state of its own says the same each time', () => {
  const sticky = /no such/g
  for (let time = 0; time < 3; time++) expect(failed).toBeToolError(sticky)
})

test.each([
  [good, undefined, 'expected a tool error, found a result that is none:\n\n  text: sunny\n'],
  [failed, 'rain', 'expected a tool error that says "rain", found the tool error:\n\n  isError: true\n  text: no such city: "Atlantis"\n'],
  [failed, /rain/, 'expected a tool error that matches /rain/, found the tool error:'],
  [new RequestError(-32602, 'Unknown tool'), 'rain', 'expected a tool error that says "rain", found the JSON-RPC error -32602:\n\n  Unknown tool\n'],
  [new RequestError(-32081, 'not in the tape'), undefined, 'found no answer of the server\'s, but a call that was not recorded:'],
  [new Error('other'), undefined, 'found an error: other'],
  [Promise.resolve(1), undefined, 'found a promise, which is to be awaited before'],
  [5, undefined, 'found the number 5'],
])('what came instead is quoted: %#', (received, pattern, words) => {
  expect(() => expect(received).toBeToolError(pattern)).toThrow(words)
})

test('the message of a negated one quotes the error', () => {
  expect(() => expect(failed).not.toBeToolError('no such')).toThrow('expected no tool error that says "no such", found the tool error:\n\n  isError: true')
})

test('a secret is not quoted', () => {
  const { results } = sessionWith({ name: 'x', result: textResult('token ghp_abcdefghijklmnopqrstuvwxyz0123456789') })
  expect(() => expect(results[0]).toBeToolError()).toThrow('text: token [redacted:github#1]')
})
