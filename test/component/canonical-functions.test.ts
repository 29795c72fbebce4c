import { expect, test } from 'vitest'
import { readComponent } from '../../src/component/reader.ts'
import { assemble, sections } from './assemble.ts'

test('lifts take indices of functions, all others of core functions', async () => {
  const { sections: found } = await assemble(`
    (type $r (resource (rep i32)))
    (core func $new (canon resource.new $r))
    (core func $rep (canon resource.rep $r))
    (core func $drop (canon resource.drop $r))
    (import "f" (func $f))
    (core func $lowered (canon lower (func $f)))
    (func (canon lift (core func $lowered)))`)
  const { counts } = found.findLast((section) => section.id !== 0)!
  expect([counts.function, counts.core.get(0)]).toEqual([2, 4])
})

test.each([
  ['a lift of a value\'s type', [[7, 1, 0x7f], [8, 1, 0, 0, 0, 0, 0]], /a lifted function's type is that of a value/],
  ['a lift with something in between', [[8, 1, 0, 9]], /a lift is followed by something else than 0/],
  ['a lower with something in between', [[8, 1, 1, 9]], /a lower is followed by something else than 0/],
  ['a lower of what is not there', [[8, 1, 1, 0, 5]], /there is no function 5/],
  ['no option', [[8, 1, 0, 0, 0, 1, 77]], /0x4d is no option of a canonical function/],
  ['no canonical function', [[8, 1, 0x99]], /0x99 is no canonical function/],
  ['an asynchronous lift', [[8, 1, 0, 0, 0, 1, 6]], /it has asynchronous functions \(WASI 0.3\)/],
  ['an asynchronous built-in', [[8, 1, 0x05]], /it uses the canonical function 0x5, which is asynchronous \(WASI 0.3\)/],
] as [string, [number, ...number[]][], RegExp][])('%s is told', (_title, parts, message) => {
  expect(() => readComponent(sections(...parts))).toThrow(message)
})
