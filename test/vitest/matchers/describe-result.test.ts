import { expect, test } from 'vitest'
import { describeResult, laidOut } from '../../../src/vitest/matchers/describe-result.ts'
import { receivedResult } from '../../../src/vitest/matchers/received.ts'
import { newRedactor } from '../../../src/vitest/matchers/redaction.ts'

const redactor = newRedactor({ settings: undefined, environment: {} })
const describeIt = (result: object): string => describeResult(receivedResult(result)!, redactor)
const varying = { properties: { structuredContent: { a: expect.any(Number) } }, equals: Object.is }

test('text that says what is structured is said once, unless there is more to it', () => {
  const text = '{"a": 1}'
  expect(describeIt({ content: [{ type: 'text', text }], structuredContent: { a: 1 } })).toMatch(/^text as structuredContent\n/)
  expect(describeIt({ content: [{ type: 'text', text: 'x' }], structuredContent: { result: 'x' } })).toMatch(/^text as structuredContent\n/)
  expect(describeIt({ content: [{ type: 'text', text, annotations: {} }], structuredContent: { a: 1 } })).toMatch(/^text \{/)
  expect(describeIt({ content: [{ type: 'text', text }], structuredContent: { a: 2 } })).toMatch(/^text JSON: \{/)
})

test('a secret does not show, in whatever form', () => {
  const text = describeIt({ content: [{ type: 'text', text: '{"password":"hunter2hunter2"}' }], structuredContent: { deep: { api_key: 'abcdefghijkl', same: 'hunter2hunter2' } } })
  expect(text).not.toMatch(/abcdefghijkl|"password": "hunter2/)
})

test('properties that hold mark what varies, also where a text says it again', () => {
  const asEquals = (a: unknown, b: unknown): boolean => (b as { asymmetricMatch(other: unknown): boolean }).asymmetricMatch(a)
  const found = laidOut(receivedResult({ content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } })!, redactor, { ...varying, equals: asEquals })
  expect(found).toEqual({ text: 'text as structuredContent\nstructuredContent: {\n  "a": <any number>,\n}' })
})

test('a text for which a property was named is shown', () => {
  const found = laidOut(receivedResult({ content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } })!, redactor, { properties: { content: [{ text: expect.any(String) }] }, equals: (a, b) => (b as { asymmetricMatch(other: unknown): boolean }).asymmetricMatch(a) })
  expect(found).toMatchObject({ text: expect.stringMatching(/^text: <any>\n/) })
})

test('a property that does not hold is told by its place', () => {
  const found = laidOut(receivedResult({ content: [], structuredContent: { a: 'x' } })!, redactor, varying)
  expect(found).toMatchObject({ mismatch: { pointer: '/structuredContent/a', actual: 'x' } })
})

test('that a result is no error may be named where the server left it out', () => {
  expect(laidOut(receivedResult({ content: [] })!, redactor, { properties: { isError: false }, equals: Object.is })).toEqual({ text: 'content: []' })
})
