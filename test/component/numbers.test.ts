import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printFloat, readAsWassette, readExactly, readNumber } from '../../src/component/numbers.ts'

test('integers of 64 bits are integers, all else is a float', () => {
  expect(readNumber('18446744073709551615', readExactly)).toEqual({ integer: 2n ** 64n - 1n })
  expect(readNumber('-9223372036854775808', readExactly)).toEqual({ integer: -(2n ** 63n) })
  for (const text of ['18446744073709551616', '-9223372036854775809', '1.0', '1e2', '-0', '0.5']) expect(readNumber(text, readExactly)).toEqual({ float: Number(text) })
  expect(readNumber('1e400', readExactly)).toEqual({ float: Number.NaN })
})

test('a printed float is read back as itself, and says that it is one', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(printFloat(value))).toBe(value)
      expect(printFloat(value)).toMatch(/[.e]/)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  [0, '0.0'], [-0, '-0.0'], [1, '1.0'], [-1.5, '-1.5'], [0.00001, '0.00001'], [0.000001, '1e-6'], [1e15, '1000000000000000.0'], [1e16, '1e+16'], [1.25e-5, '0.0000125'], [-1e-7, '-1e-7'],
  [123.456, '123.456'], [-0.05, '-0.05'], [Number.NaN, 'NaN'], [Infinity, 'inf'], [-Infinity, '-inf'],
])('%d is printed %s', (value, text) => {
  expect(printFloat(value)).toBe(text)
})

test('Wassette reads short floats exactly, and others to within two neighbours', () => {
  fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -20, max: 10 }), (digits, exponent) => void expect(readAsWassette(`${digits}e${exponent}`)).toBe(Number(`${digits}e${exponent}`))))
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Math.abs(readAsWassette(printFloat(value)) - value)).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -51, 1e-320))
    }),
  )
  expect(readAsWassette('123456789.12345679')).toBe(123456789.1234568)
  expect(readAsWassette('1e400')).toBe(Infinity)
  expect(readAsWassette('0e400')).toBe(0)
  expect(readAsWassette('1e-400')).toBe(0)
  expect(readAsWassette('-1e-99999999999999999999')).toBe(-0)
})
