import { describe, expect, test } from 'vitest'
import { toSchema, toTools } from '../../src/component/schema.ts'
import { builtInTools } from '../../src/component/built-in-tools.ts'
import { assemble, fixture } from './assemble.ts'
import { listed } from './questions.ts'
import { recorded } from './recorded.ts'

describe('a component\'s tools are those that a real Wassette lists, to the byte', () => {
  const tools = recorded<Record<string, string>>('tools.json')
  test.each(listed)('%s', (name) => {
    const definitions = toTools(fixture(name)).map((tool) => tool.definition)
    expect(JSON.stringify({ tools: [...definitions, ...builtInTools] })).toBe(tools[name])
  })
})

test('a tool knows its function', () => {
  const mirror = toTools(fixture('toolbox')).find(({ definition }) => definition.name === 'local_toolbox_shapes_mirror')
  expect(mirror!.function).toMatchObject({ instance: 'local:toolbox/shapes', name: 'mirror' })
})

describe('functions whose types cannot be passed are refused, in words that name them', () => {
  test.each([
    ['a resource', '(import "a:b/c" (instance $i (export "thing" (type (sub resource))))) (alias export $i "thing" (type $thing)) (import "f" (func $f (param "x" (own $thing)))) (export "take" (func $f))', /the function take takes or gives the resource thing, which is not supported/],
    ['inside a list', '(import "a:b/c" (instance $i (export "thing" (type (sub resource))))) (alias export $i "thing" (type $thing)) (import "f" (func $f (result (list (borrow $thing))))) (export "give" (func $f))', /the function give takes or gives the resource thing/],
    ['a stream', '(import "f" (func $f (result (stream u8)))) (export "f2" (func $f))', /the function f2 takes or gives a stream \(WASI 0.3\)/],
    ['a future', '(import "f" (func $f (result (future)))) (export "f2" (func $f))', /a future \(WASI 0.3\)/],
    ['an error context', '(import "f" (func $f (result error-context))) (export "f2" (func $f))', /an error context/],
    ['asynchronous', '(import "f" (func $f async)) (export "f2" (func $f))', /the function f2 is asynchronous \(WASI 0.3\)/],
  ])('%s', async (_title, text, message) => {
    const component = await assemble(text)
    expect(() => toTools(component)).toThrow(message)
  })
})

test('what cannot be passed has no schema', () => {
  expect(() => toSchema({ kind: 'unsupported', what: 'a map' })).toThrow('a map is not supported')
})
