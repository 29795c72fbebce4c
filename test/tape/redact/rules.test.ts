import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ShadowcatError } from '../../../src/errors.ts'
import { createRedactor } from '../../../src/tape/redact.ts'
import { createFields } from '../../../src/tape/redact/fields.ts'
import { type Rule, expressionRule, longest, namedRules, valueRules } from '../../../src/tape/redact/rules.ts'
import { createTrigger } from '../../../src/tape/redact/trigger.ts'
import { looks } from './secrets.ts'

const fields = createFields([])

function matches({ pattern, accepts, span }: Rule, text: string): boolean {
  return [...text.matchAll(pattern)].some((match) => {
    const { start, end } = span?.(text, match) ?? { start: 0, end: 0 }
    return accepts?.(span ? text.slice(start, end) : (match.slice(1).find((part) => part !== undefined) ?? match[0])) ?? true
  })
}

describe('built-in looks', () => {
  test('each secret has one, and what it is scanned for stands in its JSON', () => {
    fc.assert(fc.property(fc.constantFrom(...Object.keys(looks)).chain((kind) => looks[kind]!), ({ text }) => {
      const rules = valueRules.filter((rule) => matches(rule, text))
      expect(rules).not.toEqual([])
      for (const rule of rules) expect(createTrigger([...rule.triggers, '\\\\u']).inBytes(Buffer.from(JSON.stringify(`x\n${text}`)))).toBe(true)
    }), { numRuns: 300 })
  })

  test('no expression repeats without a limit', () => {
    for (const { pattern } of [...valueRules, ...namedRules(fields, true), ...namedRules(fields, false)]) expect(pattern.source.replace(/\[(?:\\.|[^\]\\])*\]/g, 'X').replace(/\\./g, 'x')).not.toMatch(/[*+]/)
    expect(longest).toBeGreaterThan(10_000)
  })

  test.each([
    ['bearer', 'Bearer abcdefgh1', true],
    ['bearer', 'bearer authentication', false],
    ['basic', 'Basic dXNlcjpwYXNz', true],
    ['basic', 'basic information', false],
    ['userinfo', 'redis://:pw@host', true],
    ['userinfo', 'ssh://git@github.com', false],
  ])('of the kind %s %j is told apart from prose', (kind, text, expected) => {
    expect(valueRules.filter((rule) => rule.kind === kind).some((rule) => matches(rule, text))).toBe(expected)
  })
})

describe('names in running text', () => {
  const found = (text: string, loose: boolean): boolean => namedRules(fields, loose).some((rule) => matches(rule, text))

  test.each(['password=x', 'a&api_key=x', '"token":"x"', "'secret': 'x'", '\\"token\\":\\"x\\"', '{"token": 12', 'X-Api-Key: a1b2c3', 'Cookie: a=b', 'cookie: a=b; c'])('%j is found in messages', (text) => {
    expect(found(text, false)).toBe(true)
  })

  test.each(['password: x', 'token = x', 'authorization: x y'])('%j is found in stderr alone', (text) => {
    expect([found(text, false), found(text, true)]).toEqual([false, true])
  })

  test.each(['password==x', 'token=token', 'tokens=5', 'password: ', 'secret=string', 'Cookie: good'])('%j is nothing', (text) => {
    expect(found(text, false)).toBe(false)
  })
})

describe('rules of the user', () => {
  test('keep their flags and match everywhere', () => {
    expect(expressionRule('/a\\/b/iy').pattern.flags).toBe('gi')
    expect('xA/Bx a/b'.match(expressionRule('/a\\/b/i').pattern)).toEqual(['A/B', 'a/b'])
  })

  test.each(['/a', '/[/', '/a?/', '/a/zz'])('%s is refused', (rule) => {
    expect(() => expressionRule(rule)).toThrow(ShadowcatError)
  })
})

test("a file's name is no field's name", () => {
  const text = 'cat: /etc/passwd: No such file or directory'
  expect(createRedactor().text(text)).toBe(text)
})
