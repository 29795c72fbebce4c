import { expect, test } from 'vitest'
import { exceeded, within } from '../../src/host/limits.ts'

test('gives what the function gives, and throws what it throws', () => {
  expect(within(1000, 1000, () => 'value')).toBe('value')
  expect(() => within(1000, 1000, () => { throw new RangeError('mine') })).toThrow(RangeError)
})

test('cuts an endless loop at its limit, which the message names', () => {
  expect(() => within(20, 1500, () => { for (;;); })).toThrow('the call took longer than its limit of 1.5 s')
})

test('may be used inside itself, as a call that makes another does', () => {
  expect(within(1000, 1000, () => within(1000, 1000, () => 'inner') + within(1000, 1000, () => ' again'))).toBe('inner again')
})

test('a limit that has passed already still ends in its own error', () => {
  expect(() => within(-5, 300, () => { for (;;); })).toThrow('its limit of 300 ms')
})

test('each limit is named with its size', () => {
  expect([exceeded.size(1024 * 1024).message, exceeded.handles(10).message]).toEqual(['the component handed over more than its limit of 1.0 MB at once', 'the component holds more than its limit of 10 handles'])
})
