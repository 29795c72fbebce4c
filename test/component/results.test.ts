import { describe, expect, test } from 'vitest'
import { toJsonText, toToolResult } from '../../src/component/results.ts'
import type { FunctionType, ValueType } from '../../src/component/types.ts'

const giving = (result?: ValueType): FunctionType => ({ parameters: [], result, async: false })
const string: ValueType = { kind: 'string' }

describe('a tool\'s answer', () => {
  test('without a result is null, and has no structure', () => {
    expect(toToolResult(giving(), { returned: undefined })).toEqual({ text: 'null' })
  })

  test('that is a string in JSON is that string; all else is compact JSON', () => {
    expect(toToolResult(giving(string), { returned: 'a "b"' })).toEqual({ text: 'a "b"', structured: '{"result":"a \\"b\\""}' })
    expect(toToolResult(giving({ kind: 'f64' }), { returned: Number.NaN })).toEqual({ text: 'NaN', structured: '{"result":"NaN"}' })
    expect(toToolResult(giving({ kind: 'list', item: string }), { returned: ['x'] })).toEqual({ text: '["x"]', structured: '{"result":["x"]}' })
  })

  test('of a result says which side it is: what is thrown is the error', () => {
    const type = giving({ kind: 'result', ok: { kind: 'u64' }, error: string })
    expect(toToolResult(type, { returned: 2n ** 64n - 1n }).text).toBe('{"ok":18446744073709551615}')
    expect(toToolResult(type, { thrown: 'no' }).text).toBe('{"err":"no"}')
    expect(toToolResult(giving({ kind: 'result' }), { thrown: undefined }).text).toBe('{"err":null}')
  })

  test('cannot be an error where there is none', () => {
    expect(() => toToolResult(giving(string), { thrown: 'no' })).toThrow('cannot fail with one')
  })
})

test.each<[ValueType, unknown, string]>([
  [{ kind: 'f32' }, Math.fround(0.1), '0.10000000149011612'],
  [{ kind: 'f64' }, -Infinity, '"-inf"'],
  [{ kind: 'option', item: { kind: 'option', item: string } }, { tag: 'some', val: undefined }, 'null'],
  [{ kind: 'option', item: string }, null, 'null'],
  [{ kind: 'list', item: { kind: 'u64' } }, BigUint64Array.of(1n), '[1]'],
  [{ kind: 'flags', names: ['a-b', 'c'] }, { aB: true, c: false }, '["a-b"]'],
  [{ kind: 'record', fields: [{ name: 'a-b', type: { kind: 'bool' } }] }, { aB: false }, '{"a-b":false}'],
  [{ kind: 'variant', cases: [{ name: 'x' }, { name: 'y', type: string }] }, { tag: 'y', val: 'z' }, '{"tag":"y","val":"z"}'],
])('%o of %o is %s', (type, value, json) => {
  expect(toJsonText(type, value)).toBe(json)
})

test('a resource cannot be said', () => {
  expect(() => toJsonText({ kind: 'unsupported', what: 'a stream' }, undefined)).toThrow('a stream cannot be said in JSON')
})
