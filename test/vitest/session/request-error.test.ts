import { expect, test } from 'vitest'
import { createMessage } from '../../../src/message.ts'
import { RequestError, toRequestError } from '../../../src/vitest/session/request-error.ts'

test('an error answer is an error with its code and exact data', () => {
  const error = toRequestError(createMessage({ jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'bad', data: { n: 18446744073709551615n } } }))
  expect(error).toBeInstanceOf(RequestError)
  expect(error).toMatchObject({ name: 'RequestError', message: 'bad', code: -32602, data: { n: 18446744073709551615n } })
})

test('an error answer that says nothing is said to do so', () => {
  for (const error of ['text', {}, null]) expect(toRequestError(createMessage({ jsonrpc: '2.0', id: 1, error }))).toMatchObject({ code: 0, message: 'the server answered with an error without a message' })
})
