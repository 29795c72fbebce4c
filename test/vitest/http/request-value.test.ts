import { expect, test } from 'vitest'
import { canonical } from '../../../src/canonical.ts'
import { createRedactor } from '../../../src/tape/redact.ts'
import { requestFacts, requestValue } from '../../../src/vitest/http/request-value.ts'

const valueOf = async (request: Request): Promise<string> => canonical(requestValue(await requestFacts(request), createRedactor()))
const post = (body: BodyLike, headers: Record<string, string> = {}): Request => new Request('http://a/b?c=1#d', { method: 'POST', body, headers })
type BodyLike = string | Uint8Array<ArrayBuffer> | FormData

test('the body of the request can still be read', async () => {
  const request = post('text')
  await requestFacts(request)
  expect(await request.text()).toBe('text')
})

test('JSON is compared by value, exactly; text and bytes to the byte', async () => {
  expect(await valueOf(post('{"a":18446744073709551615,"b":1.0}'))).toBe(await valueOf(post(' { "b" : 1.0, "a" : 18446744073709551615 } ')))
  expect(await valueOf(post('{"a":18446744073709551615}'))).not.toBe(await valueOf(post('{"a":18446744073709551614}')))
  expect(await valueOf(post('{"a":1}'))).not.toBe(await valueOf(post('{"a":"1"}')))
  expect(await valueOf(post('{a'))).not.toBe(await valueOf(post('{a ')))
  expect(await valueOf(post('[redacted'))).toContain('"[redacted"')
  expect(await valueOf(post(Uint8Array.of(0xff, 1)))).not.toBe(await valueOf(post(Uint8Array.of(0xff, 2))))
})

test('no body is not an empty object', async () => {
  expect(await valueOf(post('{}'))).not.toBe(await valueOf(new Request('http://a/b?c=1', { method: 'POST' })))
})

test('the parts of a form are compared, not what separates them', async () => {
  const form = (text: string, bytes: number): FormData => {
    const made = new FormData()
    made.set('text', text)
    made.set('file', new Blob([Uint8Array.of(0xff, bytes)]))
    return made
  }
  expect(await valueOf(post(form('a', 1)))).toBe(await valueOf(post(form('a', 1))))
  expect(await valueOf(post(form('a', 1)))).not.toBe(await valueOf(post(form('b', 1))))
  expect(await valueOf(post(form('a', 1)))).not.toBe(await valueOf(post(form('a', 2))))
})

test('headers have no order; those that are not compared are not there', async () => {
  expect(await valueOf(post('', { b: '2', a: '1', authorization: 'Bearer x', 'user-agent': 'x', 'content-type': 't' }))).toBe('{"headers":{"a":"1","b":"2","content-type":"t"},"method":"POST","url":"http://a/b?c=1"}')
})
