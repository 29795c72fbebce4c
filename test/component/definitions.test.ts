import { describe, expect, test } from 'vitest'
import { readComponent } from '../../src/component/reader.ts'
import type { ValueType } from '../../src/component/types.ts'
import { assemble, nameBytes, sections } from './assemble.ts'

/** The type that a function gives, written in WAT. */
async function typeOf(text: string): Promise<ValueType | undefined> {
  const { functions } = await assemble(`(type $t ${text}) (import "t" (type $u (eq $t))) (import "f" (func $f (result $u))) (export "g" (func $f))`)
  return functions[0]!.type.result
}

describe('every type of values is read', () => {
  test.each<[string, ValueType]>([
    ['(record (field "a" u8) (field "b-c" (list string)))', { kind: 'record', fields: [{ name: 'a', type: { kind: 'u8' } }, { name: 'b-c', type: { kind: 'list', item: { kind: 'string' } } }] }],
    ['(variant (case "x") (case "y" f32))', { kind: 'variant', cases: [{ name: 'x', type: undefined }, { name: 'y', type: { kind: 'f32' } }] }],
    ['(tuple bool char s8 s16 s32 s64 u16 u32 u64 f64)', { kind: 'tuple', items: (['bool', 'char', 's8', 's16', 's32', 's64', 'u16', 'u32', 'u64', 'f64'] as const).map((kind) => ({ kind })) }],
    ['(flags "a" "b")', { kind: 'flags', names: ['a', 'b'] }],
    ['(enum "a" "b")', { kind: 'enum', names: ['a', 'b'] }],
    ['(option (option u8))', { kind: 'option', item: { kind: 'option', item: { kind: 'u8' } } }],
    ['(result u8 (error string))', { kind: 'result', ok: { kind: 'u8' }, error: { kind: 'string' } }],
    ['(result)', { kind: 'result', ok: undefined, error: undefined }],
    ['(result (error string))', { kind: 'result', ok: undefined, error: { kind: 'string' } }],
    ['string', { kind: 'string' }],
    ['(list u8 4)', { kind: 'unsupported', what: 'a list of fixed length' }],
    ['(map string u8)', { kind: 'unsupported', what: 'a map' }],
    ['(stream)', { kind: 'unsupported', what: 'a stream (WASI 0.3)' }],
    ['(future u8)', { kind: 'unsupported', what: 'a future (WASI 0.3)' }],
  ])('%s', async (text, type) => {
    expect(await typeOf(text)).toEqual(type)
  })
})

test('a resource has the name that it is imported or exported under', async () => {
  const { functions } = await assemble(`
    (import "door" (type $door (sub resource)))
    (import "f" (func $f (param "self" (borrow $door))))
    (export "g" (func $f))
    (type $own (resource (rep i32)))
    (export $window "window" (type $own))
    (core module $m (func (export "f") (param i32)))
    (core instance $i (instantiate $m))
    (func $h (param "self" (own $window)) (canon lift (core func $i "f")))
    (export "h" (func $h))`)
  expect(functions.map(({ type }) => type.parameters[0]!.type)).toEqual([{ kind: 'unsupported', what: 'the resource door' }, { kind: 'unsupported', what: 'the resource window' }])
})

test('types of components, and types that name what is outside of them, are read', async () => {
  const { imports } = await assemble(`
    (type $t (list u8))
    (type $c (component (import "i" (instance)) (alias outer 1 $t (type $u)) (export "f" (func (param "x" $u)))))
    (import "c" (component (type $c)))`)
  expect(imports).toMatchObject([{ name: 'c', sort: 'component', index: 0 }])
})

describe('malformed definitions are told', () => {
  test.each([
    ['no type', [7, 1, 0x50], /0x50 is no type, at byte 11 in types/],
    ['a record without fields', [7, 1, 0x72, 0], /a type has no parts/],
    ['an empty name', [7, 1, 0x6e, 1, 0], /a name is empty, at byte 13/],
    ['a type that comes later', [7, 1, 0x70, 1], /there is no type 1; 0 are declared before/],
    ['a function as a value', [7, 2, 0x40, 0, 1, 0, 0x70, 0], /a value's type is a function/],
    ['a handle of no resource', [7, 2, 0x7f, 0x69, 0], /a handle is of a value, not of a resource/],
    ['named results', [7, 1, 0x40, 0, 1, 1], /named results is of an older format/],
    ['no results', [7, 1, 0x40, 0, 2], /0x2 is no list of results/],
    ['a refining case', [7, 1, 0x71, 1, 1, 0x61, 0, 1], /refines another is of an older format/],
    ['no declaration', [7, 1, 0x42, 1, 9], /0x9 declares nothing/],
    ['an import in an instance\'s type', [7, 1, 0x42, 1, 3, 0, 1, 0x61, 3, 1], /0x3 declares nothing/],
    ['a resource of other bits', [7, 1, 0x3f, 0x7e], /represented by something else than an i32/],
    ['an import that is nothing', [10, 1, 0, ...nameBytes('a'), 9], /0x9 is nothing that is imported or exported/],
    ['a name of another form', [10, 1, 7], /0x7 is no form of a name/],
    ['a bound of another form', [10, 1, 0, ...nameBytes('a'), 3, 7], /0x7 bounds no type/],
    ['a function of a value\'s type', [7, 1, 0x7f, /* the next section */], /^/],
    ['a core function', [10, 1, 0, ...nameBytes('a'), 0, 0], /only a module is imported or exported/],
  ] as [string, [number, ...number[]], RegExp][])('%s', (title, section, message) => {
    const parts: [number, ...number[]][] = title.startsWith('a function of') ? [section, [10, 1, 0, ...nameBytes('a'), 1, 0]] : [section]
    const expected = title.startsWith('a function of') ? /the type of a function is that of a value/ : message
    expect(() => readComponent(sections(...parts))).toThrow(expected)
  })

  test('a value, and types of core modules, are refused by name', () => {
    expect(() => readComponent(sections([10, 1, 0, ...nameBytes('a'), 2, 1, 0x7f]))).toThrow('it imports or exports a value')
    expect(() => readComponent(sections([7, 1, 0x42, 1, 0, 0x50, 0]))).toThrow('it declares types of core modules')
  })
})
