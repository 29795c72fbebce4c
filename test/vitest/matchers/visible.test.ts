import { expect, test } from 'vitest'
import { visible, visibleLine } from '../../../src/vitest/matchers/visible.ts'

test('control characters are shown by their picture or as an escape', () => {
  expect(visible('a\u0000\u001b[1m\r\u007f\u0085\u202e\u2066\ud800')).toBe(String.raw`a␀␛[1m␍␡\u0085\u202e\u2066\ud800`)
})

test('line ends, tabs, and letters of every script stay', () => {
  const text = 'a\n\tб \u{1F468}\u200d\u{1F469}\u200d\u{1F467} é 漢'
  expect(visible(text)).toBe(text)
  expect(visibleLine('a\n\tb')).toBe('a␊␉b')
})
