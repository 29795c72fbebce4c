import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Json, NumberLiteral, elements, exactText, findMember, parseExact, scanJson, splice, stringAt, stringifyJson, textOf, toJson } from '../src/json.ts'
import { jsonText } from './arbitrary.ts'

const bytes = (text: string) => Buffer.from(text)

test('what JSON.parse takes is taken, and means the same', () => {
  fc.assert(
    fc.property(jsonText(), (text) => {
      const parsed = toJson(parseExact(bytes(text)))
      const plain = JSON.parse(Buffer.from(text).toString()) as Json
      expect(asPlain(parsed)).toEqual(asPlain(plain))
    }),
    { numRuns: 500 },
  )
})

test('what JSON.parse refuses is refused, wherever a text is cut or changed', () => {
  fc.assert(
    fc.property(jsonText(), fc.nat(), fc.constantFrom('', '"', '{', '}', ',', ':', '\\', 'x', '0', '\u0001', ' '), (text, position, inserted) => {
      const at = position % (text.length + 1)
      for (const damaged of [text.slice(0, at), text.slice(0, at) + inserted + text.slice(at), text.slice(0, at) + inserted + text.slice(at + 1)]) {
        const wellFormed = Buffer.from(damaged).toString()
        expect(accepts(() => scanJson(bytes(damaged))), damaged).toBe(accepts(() => JSON.parse(wellFormed)))
      }
    }),
    { numRuns: 1000 },
  )
})

test('integers past 2^53−1 are bigints, others numbers', () => {
  expect(toJson(parseExact(bytes('[9007199254740991, 9007199254740992, -18446744073709551615, 1.0, 1e30]')))).toEqual([
    9007199254740991, 9007199254740992n, -18446744073709551615n, 1, 1e30,
  ])
})

test('numbers keep their digits', () => {
  expect(parseExact(bytes('1.0'))).toEqual(new NumberLiteral('1.0'))
})

test('a bigint is written as a bare integer', () => {
  expect(stringifyJson({ n: 18446744073709551615n })).toBe('{"n":18446744073709551615}')
})

test('nesting past the limit is refused in words, and never overflows the stack', () => {
  expect(() => scanJson(bytes('['.repeat(200_000)))).toThrow('nested deeper than 1000 levels at byte 1000')
  expect(() => scanJson(bytes('{"a":'.repeat(200_000)))).toThrow('nested deeper than 1000 levels')
  expect(scanJson(bytes('['.repeat(1000) + ']'.repeat(1000)))).toEqual({ start: 0, end: 2000 })
})

test('a deep value is parsed in one pass', () => {
  const text = `${'[1,'.repeat(999)}${JSON.stringify('x'.repeat(1_000_000))}${']'.repeat(999)}`
  expect(stringifyJson(toJson(parseExact(bytes(text))))).toBe(text)
})

test('invalid UTF-8 is refused', () => {
  expect(() => scanJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow('invalid UTF-8')
})

test('members are found by their decoded keys, the last of a repeated one', () => {
  const text = bytes('{"a":{"b":1},"\\u0061":{"b":[2, 3]}}')
  const found = findMember(text, scanJson(text), 'a', 'b')!
  expect(textOf(text, found)).toBe('[2, 3]')
  expect(elements(text, found).map((span) => textOf(text, span))).toEqual(['2', '3'])
  expect(findMember(text, scanJson(text), 'a', 'c')).toBeUndefined()
  expect(findMember(text, scanJson(text), 'a', 'b', 'c')).toBeUndefined()
})

test('splicing changes nothing else', () => {
  const text = bytes(' {"id" : 7 , "x":1.0}')
  expect(splice(text, findMember(text, scanJson(text), 'id')!, '"é"').toString()).toBe(' {"id" : "é" , "x":1.0}')
  expect(stringAt(bytes('"\\u00e9"'), 0, 8)).toBe('é')
})

test('exact values are written as they came, without white space', () => {
  expect(exactText(parseExact(Buffer.from('{ "b" : [ 1.50, 1e2, null, true ], "a" : { "n" : 12345678901234567890 } }')))).toBe('{"b":[1.50,1e2,null,true],"a":{"n":12345678901234567890}}')
})

function accepts(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch {
    return false
  }
}

/** Bigints as the numbers that JSON.parse would have made of them. */
function asPlain(value: Json): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(asPlain)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, item]) => [key, asPlain(item)])
}
