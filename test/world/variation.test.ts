import { expect, test } from 'vitest'
import { sourcesOf } from '../../src/world/variation.ts'

test('a use is fed by the sources that a person would blame it on', () => {
  expect(sourcesOf({ interface: 'wasi:clocks/wall-clock', function: 'now' })).toEqual(['clock'])
  expect(sourcesOf({ interface: 'wasi:filesystem/types', function: '[method]descriptor.stat-at' })).toEqual(['files', 'clock'])
})

test('what only carries along what was told elsewhere is fed by none', () => {
  for (const name of ['[method]input-stream.blocking-read', '[method]pollable.block', 'constructor']) expect(sourcesOf({ interface: 'wasi:io/streams', function: name })).toEqual([])
})
