import { expect, test } from 'vitest'
import { parseExact, toJson } from '../../../src/json.ts'
import { jsonText } from '../../../src/vitest/matchers/json-text.ts'
import { type Equals, applyProperties } from '../../../src/vitest/matchers/properties.ts'

/** vitest's own, as matchers have it. */
let equals: Equals
expect.extend({
  toLendEquals() {
    equals = this.equals as Equals
    return { pass: true, message: () => '' }
  },
})
;(expect(0) as unknown as { toLendEquals(): void }).toLendEquals()

const json = '{"structuredContent":{"id":18446744073709551615,"at":"now","list":[1,{"x":2.0}]},"content":[{"type":"text","text":"a"}]}'

function apply(properties: object): ReturnType<typeof applyProperties> {
  const exact = parseExact(Buffer.from(json))
  return applyProperties(exact, toJson(exact), properties, equals)
}

test('places that matchers take are marked, at any depth; the others keep their digits', () => {
  const applied = apply({ structuredContent: { id: expect.any(Number), list: [expect.anything(), { x: 2 }] }, content: [{ text: expect.stringMatching('a') }] })
  expect('tree' in applied && jsonText(applied.tree)).toBe(`{
  "content": [
    {
      "text": <any>,
      "type": "text",
    },
  ],
  "structuredContent": {
    "at": "now",
    "id": <any number>,
    "list": [
      <any value>,
      {
        "x": 2.0,
      },
    ],
  },
}`)
})

test.each([
  [{ structuredContent: { at: expect.any(Number) } }, '/structuredContent/at', 'now'],
  [{ structuredContent: { missing: expect.anything() } }, '/structuredContent/missing', undefined],
  [{ structuredContent: { id: 1n } }, '/structuredContent/id', 18446744073709551615n],
  [{ structuredContent: { list: [1] } }, '/structuredContent/list', [1, { x: 2 }]],
  [{ structuredContent: { at: { deep: expect.anything() } } }, '/structuredContent/at', 'now'],
  [{ structuredContent: { list: { 0: 1 } } }, '/structuredContent/list', [1, { x: 2 }]],
])('what does not hold is told by its place: %#', (properties, pointer, actual) => {
  const applied = apply(properties)
  expect('mismatch' in applied && applied.mismatch).toMatchObject({ pointer, ...(actual !== undefined && { actual }) })
})

test('a place that need not be there is not made', () => {
  const applied = apply({ structuredContent: { missing: expect.toSatisfy((value) => value === undefined) } })
  expect('tree' in applied && jsonText(applied.tree)).not.toContain('missing')
})
