import { expect, test } from 'vitest'
import { alike, createPlaceholders, placeholderStart, placeholders } from '../../../src/tape/redact/placeholder.ts'

function match(kind: string, value: string, number = false): Parameters<ReturnType<typeof createPlaceholders>['issue']>[0] {
  return { kind, value, number, start: 0, end: 0, levels: 0 }
}

test('each value has one placeholder, counted by kind, whatever kind it is seen as later', () => {
  const known = createPlaceholders()
  expect(['a', 'b', 'a'].map((value) => known.issue(match('jwt', value)))).toEqual(['[redacted:jwt#1]', '[redacted:jwt#2]', '[redacted:jwt#1]'])
  expect(known.issue(match('token', 'a'))).toBe('[redacted:jwt#1]')
  expect(known.issue(match('token', '7'))).toBe('[redacted:token#1]')
  expect(known.issue(match('token', '7', true))).toBe('[redacted:number#1]')
  expect([...known.values]).toEqual([['[redacted:jwt#1]', 'a'], ['[redacted:jwt#2]', 'b'], ['[redacted:token#1]', '7'], ['[redacted:number#1]', '7']])
})

test('reserved ones are not given', () => {
  const known = createPlaceholders()
  known.reserve('x [redacted:jwt#1] [redacted:jwt#3] [redacted:jwt#0]')
  expect(['a', 'b'].map((value) => known.issue(match('jwt', value)))).toEqual(['[redacted:jwt#2]', '[redacted:jwt#4]'])
})

test('a placeholder is recognised, and needs no escape in JSON', () => {
  const placeholder = createPlaceholders().issue(match('api-key', 'x'))
  expect(placeholder.startsWith(placeholderStart)).toBe(true)
  expect(`a${placeholder}b`.match(placeholders)).toEqual([placeholder])
  expect(JSON.stringify(placeholder)).toBe(`"${placeholder}"`)
})

test('kinds and ordinals of one tape do not count beside those of another', () => {
  expect(alike('a [redacted:jwt#1] b [redacted:token#12], [redacted:no]')).toBe('a [redacted] b [redacted], [redacted:no]')
})
