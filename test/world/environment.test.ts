import { expect, test } from 'vitest'
import { varyVariables, visible } from '../../src/world/environment.ts'

test('a component sees what is granted and set, in order of the names', () => {
  expect(visible({ B: '2', A: '1', SECRET: 's' }, ['B', 'A', 'MISSING', 'A'])).toEqual([['A', '1'], ['B', '2']])
})

test('a name that every object has is not a variable', () => {
  expect(visible({}, ['constructor', '__proto__', 'toString'])).toEqual([])
})

test('a name is granted exactly: no prefix, no pattern, no other case', () => {
  expect(visible({ API_KEY: 'k' }, ['API', 'api_key', '*', 'API_*'])).toEqual([])
})

test('varied, the same names have other values, or none is set', () => {
  expect(varyVariables([['HOME', '/home/me'], ['DEBUG', 'true'], ['EMPTY', '']], 'content')).toEqual([['HOME', '/ovtl/tl'], ['DEBUG', 'false'], ['EMPTY', '']])
  expect(varyVariables([['HOME', '/home/me']], 'failure')).toEqual([])
})
