import { expect, test } from 'vitest'
import { createPairs, shapeOf } from '../../src/replay/placeholders.ts'

test('a shape leaves out which secret it is, and keeps its kind', () => {
  expect(shapeOf('"a":"[redacted:jwt#2]"').names).toEqual(['[redacted:jwt#2]'])
  expect(shapeOf('"[redacted:jwt#2]"').shape).toBe(shapeOf('"[redacted:jwt#31]"').shape)
  expect(shapeOf('"[redacted:jwt#2]"').shape).not.toBe(shapeOf('"[redacted:github#2]"').shape)
  expect(shapeOf('nothing')).toEqual({ shape: 'nothing', names: [] })
})

test('a text that looks like a shape is not one', () => {
  expect(shapeOf('"[redacted:jwt#1]"').shape).not.toBe(shapeOf('"[redacted:jwt#]"').shape)
})

test('two secrets stay two, one stays one', () => {
  const pairs = createPairs()
  expect(pairs.fit(['r1', 'r1'], ['l7', 'l7'])).toBe(true)
  expect(pairs.fit(['r1', 'r1'], ['l7', 'l8'])).toBe(false)
  expect(pairs.fit(['r1', 'r2'], ['l7', 'l7'])).toBe(false)
  expect(pairs.fit(['r1'], [])).toBe(false)
  pairs.join(['r1'], ['l7'])
  expect(pairs.fit(['r1'], ['l7'])).toBe(true)
  expect(pairs.fit(['r1'], ['l8'])).toBe(false)
  expect(pairs.fit(['r2'], ['l7'])).toBe(false)
  expect(pairs.liveOf('r1')).toBe('l7')
  expect(pairs.liveOf('r2')).toBeUndefined()
})

test('a live text is told in the tape’s names', () => {
  const pairs = createPairs()
  pairs.join(['[redacted:jwt#1]'], ['[redacted:jwt#2]'])
  expect(pairs.toRecorded('x [redacted:jwt#2] [redacted:jwt#9]')).toBe('x [redacted:jwt#1] [redacted:jwt#9]')
})
