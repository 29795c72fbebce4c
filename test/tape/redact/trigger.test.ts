import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTrigger } from '../../../src/tape/redact/trigger.ts'

function occurs(patterns: string[], text: string): boolean {
  const trigger = createTrigger(patterns)
  expect(trigger.inText(`??${text}??`, 2, text.length + 2)).toBe(trigger.inBytes(Buffer.from(text)))
  return trigger.inBytes(Buffer.from(text))
}

describe('a trigger', () => {
  test('finds characters, sets, ranges, repetitions and what is escaped', () => {
    expect(occurs(['ghp_'], 'a ghghp_x')).toBe(true)
    expect(occurs(['ghp_'], 'a ghp-')).toBe(false)
    expect(occurs(['[sr]k_'], 'xrk_')).toBe(true)
    expect(occurs(['k[^a-z]k'], 'kakak')).toBe(false)
    expect(occurs(['k[^a-z]k'], 'kakk-k')).toBe(true)
    expect(occurs(['a[-_]*b*c'], 'a-_-c')).toBe(true)
    expect(occurs(['\\[\\*'], 'x[*')).toBe(true)
    expect(occurs(['[[]x'], '[x')).toBe(true)
    expect(occurs(['\\\\u'], '\\u')).toBe(true)
  })

  test('finds one pattern inside the failing beginning of another', () => {
    expect(occurs(['abcd', 'bce'], 'abce')).toBe(true)
    expect(occurs(['://[^/ ]*@', 'sk-'], 'http://xsk-')).toBe(true)
  })

  test('takes the beginning for what follows a quotation mark', () => {
    expect(occurs(['[^a-z]sk-'], 'sk-')).toBe(true)
    expect(occurs(['[^a-z]sk-'], 'task-')).toBe(false)
  })

  test('takes everything past ASCII as one character', () => {
    expect(occurs(['a[^a-z]*b'], 'aé😀b')).toBe(true)
    expect(occurs(['[a-z][a-z]'], 'éé')).toBe(false)
  })

  test('finds what regular expressions find, however many patterns there are', () => {
    const atom = fc.oneof(fc.constantFrom('a', 'b', 'c', '-', '\\\\'), fc.constantFrom('[ab]', '[^a]', '[a-b-]'))
    const pattern = fc.array(fc.tuple(atom, fc.constantFrom('', '', '', '*')), { minLength: 1, maxLength: 4 }).map((steps) => steps.map((step) => step.join('')).join('')).filter((one) => !/^(?:[^*]|\[[^\]]*\]|\\\\)\*$/.test(one))
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '-', '\\'), { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(fc.property(fc.array(pattern, { minLength: 1, maxLength: 5 }), text, (patterns, sample) => {
      fc.pre(patterns.every((one) => !new RegExp(one).test('')))
      // The quotation mark before the text belongs to it, unless a pattern takes that alone.
      fc.pre(patterns.every((one) => !new RegExp(one).test('"')))
      expect(occurs(patterns, sample)).toBe(patterns.some((one) => new RegExp(one).test(`"${sample}`)))
    }), { numRuns: 1000 })
  })

  test('without patterns finds nothing', () => {
    expect(occurs([], 'anything')).toBe(false)
  })
})
