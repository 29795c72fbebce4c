import { expect, test } from 'vitest'
import { Cursor } from '../../src/component/cursor.ts'
import { type Item, Scope, addExport, deeper, sizeOf, unsupported } from '../../src/component/scope.ts'

const cursor = new Cursor(new Uint8Array())
const value: Item = { sort: 'value', size: 1 }

test('each sort counts for itself, and each core sort', () => {
  const scope = new Scope(undefined, cursor)
  expect([scope.add(value), scope.add(value), scope.addCore(0x11), scope.addCore(0x11, 3), scope.addCore(0), scope.coreCount(0x11)]).toEqual([0, 1, 0, 1, 0, 4])
  expect(scope.counts()).toEqual({ function: 0, value: 2, type: 0, component: 0, instance: 0, core: new Map([[0x11, 4], [0, 1]]) })
  expect(() => scope.get('type', 0, cursor)).toThrow('there is no type 0; 0 are declared before')
})

test('scopes know what is around them, as far as there is something', () => {
  const outer = new Scope(undefined, cursor)
  const inner = new Scope(outer, cursor)
  expect(inner.outer(1, cursor)).toBe(outer)
  expect(inner.outer(0, cursor)).toBe(inner)
  expect(() => inner.outer(2, cursor)).toThrow('nothing encloses it 2 levels outwards')
})

test('sizes and depths stay within reason', () => {
  expect(sizeOf([{ size: 2 }, { size: 3 }], cursor)).toBe(6)
  expect(() => sizeOf([{ size: 100_000 }], cursor)).toThrow('more than 100000 parts')
  expect(deeper(3, cursor)).toBe(4)
  expect(() => deeper(100, cursor)).toThrow('nest deeper than 100')
})

test('an export has its name alone', () => {
  const exports = new Map<string, Item>()
  addExport(exports, 'a', value, cursor)
  expect(() => addExport(exports, 'a', value, cursor)).toThrow('"a" is exported twice')
})

test('what is not supported is named in the error\'s facts', () => {
  expect(unsupported('it sings')).toMatchObject({ code: 'usage', message: 'the component cannot be loaded: it sings', facts: { unsupported: 'it sings' } })
})
