import { expect, test } from 'vitest'
import { parseExact } from '../../../src/json.ts'
import { layOut } from '../../../src/vitest/matchers/layout.ts'

function layOutJson(json: string, repeats: number[] = []): string {
  return layOut(parseExact(Buffer.from(json)), { repeats: new Set(repeats) })
}

test('text stands as it is, structured content is laid out with sorted keys and exact numbers', () => {
  expect(layOutJson('{"content":[{"type":"text","text":"one"},{"type":"text","text":"two\\n\\n  three"}],"structuredContent":{"b":1.0,"a":18446744073709551615,"c":[{},[],null,true,"x\\n"]}}')).toBe(`text: one
text:
  two

    three
structuredContent: {
  "a": 18446744073709551615,
  "b": 1.0,
  "c": [
    {},
    [],
    null,
    true,
    "x\\n",
  ],
}`)
})

test('an error is shown as one, before all else; that a result is none is not worth a line', () => {
  expect(layOutJson('{"isError":true,"content":[{"type":"text","text":"no such city"}]}')).toBe('isError: true\ntext: no such city')
  expect(layOutJson('{"isError":false,"content":[]}')).toBe('content: []')
})

test('text that only repeats what is structured is said once', () => {
  expect(layOutJson('{"content":[{"type":"text","text":"{\\"a\\":1}"}],"structuredContent":{"a":1}}', [0])).toBe('text as structuredContent\nstructuredContent: {\n  "a": 1,\n}')
})

test('nothing of a result is left out: meta data and members that nobody knows are laid out at the end', () => {
  expect(layOutJson('{"content":[],"_meta":{"x":1},"resultType":"complete","extra":[1],"structuredContent":null}')).toBe('structuredContent: null\nextra: [\n  1,\n]\n_meta: {\n  "x": 1,\n}')
  expect(layOutJson('{"content":[],"resultType":"input_required"}')).toBe('content: []\nresultType: "input_required"')
})

test('what is no result at all is laid out as JSON', () => {
  expect(layOutJson('[1]')).toBe('result: [\n  1,\n]')
  expect(layOutJson('{"content":5}')).toBe('content: 5')
})
