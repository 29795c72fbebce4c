import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Cursor, toLeb } from '../../src/component/cursor.ts'

const of = (...bytes: number[]): Cursor => new Cursor(Uint8Array.from(bytes))

test('what was written as LEB128 is read back', () => {
  fc.assert(fc.property(fc.nat(2 ** 32 - 1), (value) => void expect(of(...toLeb(value)).u32()).toBe(value)))
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => void expect(of(...toLeb(value)).u64()).toBe(value)))
})

test('an integer with needless bytes is read, one with too many bits is not', () => {
  expect(of(0x80, 0x80, 0x80, 0x80, 0x00).u32()).toBe(0)
  expect(() => of(0x80, 0x80, 0x80, 0x80, 0x10).u32()).toThrow('an integer has more than 32 bits, at byte 0 in the file')
  expect(() => of(0x80, 0x80, 0x80, 0x80, 0x80, 0).u32()).toThrow('more than 32 bits')
  expect(() => of(...Array.from({ length: 9 }, () => 0xff), 2).u64()).toThrow('more than 64 bits')
})

test('names are UTF-8', () => {
  expect(of(2, 0xc3, 0xa9).name()).toBe('é')
  expect(() => of(1, 0xff).name()).toThrow('a name is not UTF-8, at byte 1')
  expect(() => of(5, 0x61).name()).toThrow('5 bytes should follow, and 1 do')
})

describe('a vector', () => {
  test('is read as far as its count says', () => {
    const cursor = of(2, 7, 8, 9)
    expect(cursor.vector(() => cursor.byte())).toEqual([7, 8])
    expect(cursor.done).toBe(false)
  })

  test('of more than the file can hold is refused before anything is read', () => {
    expect(() => of(200, 1, 0).vector(() => expect.unreachable())).toThrow('it says that 200 things follow, and ends before')
  })

  test('has a share in what one file may declare', () => {
    const cursor = of(1, 0)
    cursor.spend(500_000)
    expect(() => cursor.vector(() => 0)).toThrow('the file declares more than 500000 things')
  })
})

test('a part ends where it ends, and is passed over', () => {
  const cursor = of(1, 2, 3)
  const part = cursor.part(2, 'a part')
  expect([part.byte(), part.byte(), cursor.byte(), cursor.done]).toEqual([1, 2, 3, true])
  expect(() => part.byte()).toThrow('it ends too early, at byte 2 in a part')
  expect(of(1, 2).rest()).toEqual(Uint8Array.of(1, 2))
})

test('what is optional is there, or not, or malformed', () => {
  expect(of(0).optional(() => 5)).toBeUndefined()
  expect(of(1).optional(() => 5)).toBe(5)
  expect(() => of(2).optional(() => 5)).toThrow('0x2 says neither that something follows nor that nothing does')
})
