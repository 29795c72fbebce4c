import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPositions, decode, skipSpace, walk } from '../../../src/tape/redact/walk.ts'
import { jsonText } from '../../arbitrary.ts'

/** What a walk visits: leaves with the kinds that their fields gave. */
function visited(text: string, depth = 100, envelope = false): { end: number; seen: string[] } {
  const seen: string[] = []
  const end = walk(text, skipSpace(text, 0), depth, {
    field: (name) => (/^(?:password|token)$/.test(name) ? name : undefined),
    key: (start, stop) => seen.push(`key ${text.slice(start, stop)}`),
    string: (start, stop, field) => seen.push(`${field ?? '-'} ${text.slice(start, stop)}`),
    number: (start, stop, field) => seen.push(`${field ?? '-'} ${text.slice(start, stop)}`),
  }, envelope)
  return { end, seen: seen.filter((leaf) => !leaf.startsWith('key ')) }
}

describe('walking', () => {
  test('ends where the value ends, for any JSON', () => {
    fc.assert(fc.property(jsonText(), (text) => {
      expect(visited(`${text} tail`).end).toBe(text.trimEnd().length)
    }))
  })

  test('refuses what JSON.parse refuses, but for bare control characters', () => {
    fc.assert(fc.property(jsonText(), fc.nat(), fc.constantFrom('', ',', '"', '}', '1', 'x'), (text, at, change) => {
      const broken = `${text.slice(0, at % text.length)}${change}${text.slice((at % text.length) + 1)}`
      const { end } = visited(broken)
      let valid = true
      try {
        JSON.parse(broken)
      } catch {
        valid = false
      }
      if (valid) expect(skipSpace(broken, end)).toBe(broken.length)
      // Escapes are not checked here, the text of a valid message having been scanned before.
      else if (!/\\/.test(broken)) expect(end === -1 || skipSpace(broken, end) < broken.length).toBe(true)
    }), { numRuns: 500 })
    expect(visited('{"a":"x\ny"}').end).toBe(11)
  })

  test('tells the field of what stands under it, also in lists; in objects below, of strings alone', () => {
    expect(visited('{"password":["a",1,[2]],"token":{"x":"b","n":3,"l":["c"]},"other":"d"}').seen).toEqual(['password "a"', 'password 1', 'password 2', 'token "b"', '- 3', 'token "c"', '- "d"'])
  })

  test('takes names in a schema as names, and under `properties` a plain value as a value', () => {
    expect(visited('{"properties":{"password":{"type":"string","properties":{"token":{"type":"number"}}},"token":"x"},"dependentRequired":{"token":["password"]}}').seen).toEqual(['- "string"', '- "number"', 'token "x"', '- "password"'])
  })

  test('leaves a message\'s version and numeric id out', () => {
    expect(visited('{"jsonrpc":"2.0","id":5,"params":{"id":6}}', 100, true).seen).toEqual(['- 6'])
    expect(visited('[{"jsonrpc":"2.0","id":5},{"id":"x"}]', 100, true).seen).toEqual(['- "x"'])
  })

  test('goes as deep as it may', () => {
    expect(visited('[[[1]]]', 3).end).toBe(7)
    expect(visited('[[[1]]]', 2).end).toBe(-1)
  })
})

describe('decoding', () => {
  test('gives what JSON.parse gives, and lets control characters pass', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decode(JSON.stringify(text).slice(1, -1))).toBe(text)
    }))
    expect(decode('a\n\\u0041\\n\\"\\\\')).toBe('a\nA\n"\\')
  })

  test('positions in the decoded text are found in the raw one', () => {
    const raw = 'ab\\n\\u0041c\\\\d'
    const position = createPositions(raw)
    expect([0, 2, 3, 4, 5, 6, 7].map(position)).toEqual([0, 2, 4, 10, 11, 13, 14])
  })
})
