import { expect, test } from 'vitest'
import { registerMatchers } from '../../../src/vitest/matchers/register.ts'
import { sessionWith, textResult } from './session.ts'

registerMatchers()

const { results: [result] } = sessionWith({ name: 'a', result: '{"content":[{"type":"text","text":"one\\n\\ntwo"}],"structuredContent":{"n":1.0,"id":18446744073709551615}}' })

test("a result in vitest's own snapshots is laid out", () => {
  expect(result).toMatchInlineSnapshot(`
    text:
      one

      two
    structuredContent: {
      "id": 18446744073709551615,
      "n": 1.0,
    }
  `)
})

test('so it is within other values', () => {
  expect({ list: [result] }).toMatchInlineSnapshot(`
    {
      "list": [
        text:
          one

          two
        structuredContent: {
          "id": 18446744073709551615,
          "n": 1.0,
        },
      ],
    }
  `)
})

test('what is no result of the exact session is left to vitest', () => {
  expect(textResult('a')).toMatchInlineSnapshot(`
    {
      "content": [
        {
          "text": "a",
          "type": "text",
        },
      ],
    }
  `)
})
