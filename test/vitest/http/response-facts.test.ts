import fc from 'fast-check'
import { expect, test } from 'vitest'
import { failureFacts, responseFacts, toResponse } from '../../../src/vitest/http/response-facts.ts'

test('a response comes back as it was: status, text, headers and every byte', async () => {
  const statuses = fc.oneof(fc.integer({ min: 200, max: 599 }).filter((status) => ![204, 205, 304].includes(status)))
  const words = fc.string({ unit: fc.constantFrom(...'abc xyz'), maxLength: 10 }).map((text) => text.trim())
  await fc.assert(
    fc.asyncProperty(statuses, words, fc.uint8Array(), fc.array(words, { maxLength: 3 }), async (status, statusText, body, values) => {
      const headers = new Headers(values.map((value) => ['set-cookie', value]))
      const made = toResponse(responseFacts(new Response(null, { status, statusText, headers }), body, 'http://a/'), 'http://a/')
      expect([made.status, made.statusText, made.headers.getSetCookie(), [...(await made.bytes())], made.url, made.redirected]).toEqual([status, statusText, headers.getSetCookie(), [...body], 'http://a/', false])
    }),
  )
})

test.each([204, 205, 304])('a %s has no body', async (status) => {
  const made = toResponse(responseFacts(new Response(null, { status }), new Uint8Array(), 'http://a/'), 'http://a/')
  expect([made.status, made.body]).toEqual([status, null])
})

test('what fetch threw is thrown again, with the code of its cause', () => {
  const facts = failureFacts(new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) }))
  expect(() => toResponse(facts, 'http://a/')).toThrow(expect.objectContaining({ name: 'TypeError', message: 'fetch failed', cause: expect.objectContaining({ message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' }) }))
  expect(() => toResponse(failureFacts(new TypeError('fetch failed')), 'http://a/')).toThrow('fetch failed')
})
