import { expect, test } from 'vitest'
import { checkObject, checkTexts } from '../../src/open/check.ts'

test('an unknown key is refused with the nearest known one, or all of them', () => {
  expect(() => checkObject({ ignor: 1 }, ['ignore', 'redact'], 'x.json', '{}')).toThrow('x.json: unknown key "ignor": did you mean "ignore"?')
  expect(() => checkObject({ zebra: 1 }, ['ignore', 'redact'], 'x.json', '{}')).toThrow('known are ignore, redact')
  expect(() => checkObject([], ['a'], 'x.json', '{ a: 1 }')).toThrow('x.json: an object is expected, such as { a: 1 }; found []')
  expect(checkObject({ a: 1 }, ['a'], 'x', '{}')).toEqual({ a: 1 })
})

test('only texts are texts', () => {
  expect(() => checkTexts(['a', 1], 'x')).toThrow('x: an array of strings is expected; found ["a",1]')
  expect(() => checkTexts(['a'], 'x')).not.toThrow()
})
