import { expect, test } from 'vitest'
import { readComponent } from '../../src/component/reader.ts'
import { assemble, nameBytes, sections } from './assemble.ts'

test('what an enclosing component has can be named from within', async () => {
  const { functions } = await assemble(`
    (type $t (list u16))
    (core module $m (func (export "f") (param i32 i32)) (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
    (component $c
      (alias outer 1 $t (type $u))
      (alias outer 1 $m (core module $n))
      (core instance $i (instantiate $n))
      (func (export "f") (param "x" $u) (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
    (instance $i (instantiate $c))
    (alias export $i "f" (func $f))
    (export "g" (func $f))`)
  expect(functions).toMatchObject([{ name: 'g', type: { parameters: [{ name: 'x', type: { kind: 'list', item: { kind: 'u16' } } }] } }])
})

const empty = [5, 1, 1, 0] as const

test.each([
  ['an export that is not there', [[...empty], [6, 1, 1, 0, 0, ...nameBytes('x')]], /instance 0 exports no "x"/],
  ['an export of another sort', [[7, 1, 0x7f], [5, 1, 1, 1, 0, ...nameBytes('t'), 3, 0], [6, 1, 1, 0, 0, ...nameBytes('t')]], /the export "t" of instance 0 is a type, not a function/],
  ['an instance that is not there', [[6, 1, 1, 0, 5, ...nameBytes('x')]], /there is no instance 5/],
  ['a function of a core instance', [[6, 1, 1, 1, 0, ...nameBytes('x')]], /a core instance exports no function/],
  ['an instance from outside', [[6, 1, 5, 2, 0, 0]], /a instance of an enclosing component cannot be named|an instance of an enclosing component/],
  ['nothing outside', [[6, 1, 3, 2, 1, 0]], /nothing encloses it 1 levels outwards/],
  ['no way', [[6, 1, 3, 7]], /0x7 is no way to name something/],
  ['no sort', [[6, 1, 9, 7]], /0x9 is no sort of thing/],
] as [string, [number, ...number[]][], RegExp][])('%s is told', (_title, parts, message) => {
  expect(() => readComponent(sections(...parts))).toThrow(message)
})
