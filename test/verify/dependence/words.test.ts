import { expect, test } from 'vitest'
import { deeds, foundWords, listed, nameOf, sources, useWords } from '../../../src/verify/dependence/words.ts'

test('every source has a deed', () => {
  expect(sources.map((source) => deeds[source])).toEqual(['reads the clock', 'draws random numbers', 'goes to the network', 'reads files', 'reads variables'])
})

test('a WASI function is told by its interface, a method by its resource', () => {
  expect(nameOf({ interface: 'wasi:clocks/wall-clock', function: 'now' })).toBe('wall-clock now')
  expect(nameOf({ interface: 'wasi:filesystem/types', function: '[method]descriptor.read' })).toBe('descriptor.read')
  expect(nameOf({ interface: 'wasi:http/types', function: '[static]outgoing-body.finish' })).toBe('outgoing-body.finish')
})

test('uses and numbers are told as people do', () => {
  const now = { interface: 'wasi:clocks/wall-clock', function: 'now' }
  expect([useWords(now, [1]), useWords(now, [1, 3]), listed([]), listed([1, 2, 3])]).toEqual(['wall-clock now, use 1', 'wall-clock now, uses 1 and 3', '', '1, 2 and 3'])
  expect(foundWords({ source: 'clock', component: 'toolbox', use: { component: 'toolbox', ...now, n: 1 } })).toBe('clock, found by running toolbox in the embedded host: wall-clock now, use 1')
  expect(foundWords({ source: 'clock', component: 'toolbox' })).toBe('clock, found by running toolbox in the embedded host')
})
