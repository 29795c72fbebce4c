import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, canonicalNumber, differences, escapeKey, ignoring, requestKey, requestValue, valueAt } from '../src/canonical.ts'
import { NumberLiteral, parseExact } from '../src/json.ts'
import { parseMessage } from '../src/message.ts'
import { jsonText, numberText } from './arbitrary.ts'

const exact = (text: string) => parseExact(Buffer.from(text))

test('canonical text says the same as the original, and is its own canonical text', () => {
  fc.assert(
    fc.property(jsonText(), (text) => {
      const once = canonical(exact(text))
      expect(canonical(exact(once))).toBe(once)
      expect(differences(exact(text), exact(once))).toEqual([])
    }),
  )
})

test('spacing, key order and escapes make no difference', () => {
  expect(canonical(exact(' { "b" : 1 , "\\u0061":"\\/" } '))).toBe(canonical(exact('{"a":"/","b":1}')))
})

describe('numbers', () => {
  test.each([
    ['1', '1.0'], ['9007199254740992', '9007199254740993'], ['0', '-0'], ['100', '1e2'], ['0.1', '0.10000000000000001'], ['1e400', '1e401'],
  ])('%s is not %s', (a, b) => expect(canonicalNumber(a)).not.toBe(canonicalNumber(b)))
  test.each([
    ['1.0', '1.00'], ['1e2', '1E+2'], ['1.5', '15e-1'], ['0.0', '0e5'], ['1e2', '100.0'],
  ])('%s is %s', (a, b) => expect(canonicalNumber(a)).toBe(canonicalNumber(b)))
  test('the canonical text is a JSON number of the same value', () => {
    fc.assert(fc.property(numberText, (text) => {
      expect(Number(canonicalNumber(text))).toBe(Number(text))
      expect(canonicalNumber(canonicalNumber(text))).toBe(canonicalNumber(text))
    }))
  })
})

test('every difference is told with its pointer', () => {
  expect(differences(exact('{"a":[1,2],"b/c":{"~":1},"d":null}'), exact('{"a":[1,3,4],"b/c":{"~":1.0},"e":{}}'))).toEqual([
    { pointer: '/a/1', expected: new NumberLiteral('2'), actual: new NumberLiteral('3') },
    { pointer: '/a/2', expected: undefined, actual: new NumberLiteral('4') },
    { pointer: '/b~1c/~0', expected: new NumberLiteral('1'), actual: new NumberLiteral('1.0') },
    { pointer: '/d', expected: null, actual: undefined },
    { pointer: '/e', expected: undefined, actual: new Map() },
  ])
})

test('equal values differ in nothing, and a pointer leads back to what it names', () => {
  fc.assert(fc.property(jsonText(), jsonText(), (a, b) => {
    expect(differences(exact(a), exact(a))).toEqual([])
    for (const { pointer, expected, actual } of differences(exact(a), exact(b))) {
      expect(valueAt(exact(a), pointer)).toEqual(expected)
      expect(valueAt(exact(b), pointer)).toEqual(actual)
    }
    expect(differences(exact(a), exact(b)).length === 0).toBe(canonical(exact(a)) === canonical(exact(b)))
  }))
})

test('ignored places are left out, with all under them, by pointer or by pattern', () => {
  const ignore = ignoring(['/a', '/list/*/at'])
  expect(differences(exact('{"a":{"x":1},"list":[{"at":1,"n":1}]}'), exact('{"a":2,"list":[{"at":2,"n":2}]}'), ignore).map((found) => found.pointer)).toEqual(['/list/0/n'])
  expect(canonical(exact('{"a":1,"list":[{"at":1}]}'), ignore)).toBe('{"list":[{}]}')
})

describe('the request key', () => {
  const key = (params: string) => requestKey(parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`)))
  test('leaves out _meta but for what changes the meaning', () => {
    expect(key('{"name":"a","_meta":{"progressToken":5}}')).toBe(key('{"name":"a"}'))
    expect(key('{"name":"a","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","x":1}}')).not.toBe(key('{"name":"a"}'))
  })
  test('takes empty parameters for none', () => {
    expect(key('{}')).toBe(requestKey(parseMessage(Buffer.from('{"id":1,"method":"tools/call"}'))))
    expect(key('{"_meta":{"progressToken":5}}')).toBe(key('{}'))
    expect(key('[]')).not.toBe(key('{}'))
  })
  test('takes empty arguments for none', () => {
    expect(key('{"name":"a","arguments":{}}')).toBe(key('{"name":"a"}'))
    expect(key('{"name":"a","arguments":{"x":{}}}')).not.toBe(key('{"name":"a"}'))
    expect(key('{"name":"a","arguments":[]}')).not.toBe(key('{"name":"a"}'))
  })
  test('holds method and parameters and not the id', () => {
    const value = requestValue(parseMessage(Buffer.from('{"id":9,"method":"m","params":[1]}')))
    expect(canonical(value)).toBe('{"method":"m","params":[1]}')
  })
})

test('keys are escaped as RFC 6901 says', () => expect(escapeKey('a/b~c')).toBe('a~1b~0c'))
