import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExact } from '../../../src/json.ts'
import { compactJson, jsonText } from '../../../src/vitest/matchers/json-text.ts'
import { Varying } from '../../../src/vitest/matchers/notation.ts'

const exact = (json: string) => parseExact(Buffer.from(json))

test('keys are sorted, numbers are as they were written, and every member ends with a comma', () => {
  expect(jsonText(exact('{"b":[1.0,1E2,{}],"a":{"c":null}}'))).toBe('{\n  "a": {\n    "c": null,\n  },\n  "b": [\n    1.0,\n    1E2,\n    {},\n  ],\n}')
  expect(compactJson(exact('{"b":[1.0,1E2,{}],"a":{"c":null}}'))).toBe('{ "a": { "c": null }, "b": [1.0, 1E2, {}] }')
})

test('one more member adds a line, and changes no other', () => {
  const lines = jsonText(exact('{"a":1,"c":3}')).split('\n')
  expect(jsonText(exact('{"a":1,"b":2,"c":3}')).split('\n').filter((line) => !lines.includes(line))).toEqual(['  "b": 2,'])
})

test('what varies is written as its pattern, and what reads like one is not', () => {
  expect(jsonText(new Map<string, Varying | string>([['a', new Varying('number')], ['<any>', '<any number>']]))).toBe('{\n  "\\<any>": "\\<any number>",\n  "a": <any number>,\n}')
  expect(compactJson([new Varying()])).toBe('[<any>]')
})

test('without its last commas it is JSON that says the same', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = jsonText(exact(JSON.stringify(value)))
    fc.pre(!/<any/.test(text) && !/[\\\u2400-\u2421]/.test(text))
    expect(JSON.parse(text.replaceAll(/,(?=\n *[\]}])/g, ''))).toEqual(JSON.parse(JSON.stringify(value)))
  }))
})
