import { expect, test } from 'vitest'
import { isCompared, isKept } from '../../../src/vitest/http/headers.ts'

test('authorization is never kept', () => {
  expect(['Authorization', 'proxy-authorization', 'cookie', 'x-api-key'].filter(isKept)).toEqual(['cookie', 'x-api-key'])
})

test('what says nothing of the question is not compared, all else is', () => {
  expect(['User-Agent', 'traceparent', 'X-Stainless-OS', 'x-request-id', 'amz-sdk-request', 'Authorization'].filter(isCompared)).toEqual([])
  const telling = ['accept', 'Content-Type', 'x-tenant', 'idempotency-key', 'if-none-match', 'cookie', 'range', 'anthropic-version']
  expect(telling.filter(isCompared)).toEqual(telling)
})
