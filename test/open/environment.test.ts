import { expect, test } from 'vitest'
import { environmentOf } from '../../src/open/environment.ts'

test('the variables of a server are known by value, for redaction', () => {
  expect(environmentOf({ command: ['x'], env: { A: '1' } })).toEqual({ A: '1' })
  expect(environmentOf({ wassette: { env: { A: '1' }, args: ['--env', 'B=2'] } })).toEqual({ A: '1', B: '2' })
  expect(environmentOf({ components: [], env: { A: '1' } })).toEqual({ A: '1' })
  expect(environmentOf({ wassette: true })).toEqual({})
  expect(environmentOf(undefined)).toEqual({})
})
