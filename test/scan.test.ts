import { expect, test } from 'vitest'
import { Fault, maxDepth, skipObject, skipSpace, skipString, skipValue } from '../src/scan.ts'

test('a value is skipped to the byte after it', () => {
  const bytes = Buffer.from(' {"a" : [1, "x\\"y"] } ,')
  const start = skipSpace(bytes, 0)
  expect(start).toBe(1)
  expect(skipValue(bytes, start, 0)).toBe(bytes.indexOf(' ,'))
  expect(skipString(bytes, 2)).toBe(5)
})

test('each member of an object is told once, with where its key and value stand', () => {
  const bytes = Buffer.from('{"a":1, "b":{"c":2}}')
  const seen: string[] = []
  skipObject(bytes, 0, 0, (key, keyEnd, value, end) => seen.push(`${bytes.subarray(key, keyEnd)}=${bytes.subarray(value, end)}`))
  expect(seen).toEqual(['"a"=1', '"b"={"c":2}'])
})

test('a fault tells what was expected and where', () => {
  const fault = (text: string) => {
    try {
      skipValue(Buffer.from(text), 0, 0)
    } catch (error) {
      return error instanceof Fault ? `${error.message} @${error.at}` : error
    }
  }
  expect(fault('{"a" 1}')).toBe('":" expected, found "1" @5')
  expect(fault('[1')).toBe('ends where "," or "]" should stand @2')
  expect(fault('"abc')).toBe('unfinished string @0')
  expect(fault('nul')).toBe('unknown word @0')
  expect(fault('['.repeat(maxDepth + 1))).toBe('nested deeper than 1000 levels @1000')
})
