import { expect, test } from 'vitest'
import { type ValueType, partsOf, unsupportedIn } from '../../src/component/types.ts'

const bool: ValueType = { kind: 'bool' }
const stream: ValueType = { kind: 'unsupported', what: 'a stream' }

test.each<[ValueType, number]>([
  [bool, 0], [{ kind: 'list', item: bool }, 1], [{ kind: 'option', item: bool }, 1], [{ kind: 'tuple', items: [bool, bool] }, 2], [{ kind: 'record', fields: [{ name: 'a', type: bool }] }, 1],
  [{ kind: 'variant', cases: [{ name: 'a' }, { name: 'b', type: bool }] }, 1], [{ kind: 'result', error: bool }, 1], [{ kind: 'result' }, 0], [{ kind: 'enum', names: ['a'] }, 0], [{ kind: 'flags', names: ['a'] }, 0],
])('%j has %i parts', (type, count) => {
  expect(partsOf(type)).toHaveLength(count)
})

test('what cannot be passed is found however deep it is', () => {
  expect(unsupportedIn({ kind: 'list', item: { kind: 'result', ok: bool, error: { kind: 'option', item: stream } } })).toBe('a stream')
  expect(unsupportedIn({ kind: 'list', item: bool })).toBeUndefined()
})
