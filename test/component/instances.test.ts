import { expect, test } from 'vitest'
import { readComponent } from '../../src/component/reader.ts'
import { assemble, nameBytes, sections } from './assemble.ts'

test('instances of components and bundles have the exports that they are made of', async () => {
  const { functions } = await assemble(`
    (component $c (import "f" (func $f)) (export "same" (func $f)))
    (import "f" (func $f))
    (instance $i (instantiate $c (with "f" (func $f))))
    (instance $bundle (export "inner" (instance $i)) (export "own" (func $f)))
    (export "a:b/c" (instance $bundle))`)
  expect(functions).toMatchObject([{ instance: 'inner', name: 'same' }, { instance: 'a:b/c', name: 'own' }])
})

test.each([
  ['a component that is not there', [[5, 1, 0, 0, 0]], /there is no component 0/],
  ['no instance', [[5, 1, 7]], /0x7 makes no instance/],
  ['an item that is not there', [[5, 1, 1, 1, 0, ...nameBytes('a'), 1, 3]], /there is no function 3/],
  ['a name twice', [[7, 1, 0x7f], [5, 1, 1, 2, 0, ...nameBytes('a'), 3, 0, 0, ...nameBytes('a'), 3, 0]], /"a" is exported twice/],
  ['a core module that is not there', [[2, 1, 0, 0, 0]], /there is no core module 0/],
  ['no core instance', [[2, 1, 7]], /0x7 makes no core instance/],
] as [string, [number, ...number[]][], RegExp][])('%s is told', (_title, parts, message) => {
  expect(() => readComponent(sections(...parts))).toThrow(message)
})
