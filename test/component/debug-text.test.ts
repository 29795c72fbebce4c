import { expect, test } from 'vitest'
import { membersDebugText, numberDebugText, toDebugText } from '../../src/component/debug-text.ts'
import { readExactly } from '../../src/component/numbers.ts'
import { NumberLiteral, parseExact } from '../../src/json.ts'

const debug = (json: string): string => toDebugText(parseExact(Buffer.from(json)), readExactly)

test('values are shown as Rust shows them', () => {
  expect(debug('{"a":[true,null,"x",1,-2.50,18446744073709551615,1e30]}')).toBe(
    'Object {"a": Array [Bool(true), Null, String("x"), Number(1), Number(-2.5), Number(18446744073709551615), Number(1e+30)]}',
  )
  expect(debug('{}')).toBe('Object {}')
  expect(debug('[]')).toBe('Array []')
})

test('strings are escaped as Rust escapes them', () => {
  expect(debug(String.raw`"q\" b\\ n\n r\r t\t 0\u0000 ' e\u0301 \u00a0 \u200b é 🐈"`)).toBe(String.raw`String("q\" b\\ n\n r\r t\t 0\0 ' e\u{301} \u{a0} \u{200b} é 🐈")`)
})

test('members and numbers stand for themselves too', () => {
  expect(membersDebugText(new Map([['tag', 'x']]), readExactly)).toBe('{"tag": String("x")}')
  expect(numberDebugText(new NumberLiteral('1.0'), readExactly)).toBe('Number(1.0)')
})
