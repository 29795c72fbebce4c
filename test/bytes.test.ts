import { expect, test } from 'vitest'
import { asBuffer } from '../src/bytes.ts'

test('a view shares its bytes, from where they begin to where they end', () => {
  const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
  const buffer = asBuffer(bytes)
  expect([...buffer]).toEqual([2, 3])
  bytes[0] = 9
  expect(buffer[0]).toBe(9)
})

test('what is a Buffer stays itself', () => {
  const buffer = Buffer.from('x')
  expect(asBuffer(buffer)).toBe(buffer)
})
