import { transpileBytes } from '@bytecodealliance/jco-transpile'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { toCamelCase } from '../../src/component/names.ts'
import { readAsWassette } from '../../src/component/numbers.ts'
import { type Outcome, toJsonText, toToolResult } from '../../src/component/results.ts'
import { toTools } from '../../src/component/schema.ts'
import type { ValueType } from '../../src/component/types.ts'
import { argumentsFromJson, valueFromJson } from '../../src/component/values.ts'
import { messageOf } from '../../src/errors.ts'
import { parseExact } from '../../src/json.ts'
import { arbitraryType, arbitraryValue } from './arbitrary-value.ts'
import { fixture, fixtureBytes } from './assemble.ts'
import { calls, made } from './questions.ts'
import { recorded } from './recorded.ts'

/** Node has it; the compiler is not told. */
const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } }

type Functions = Record<string, (...values: unknown[]) => unknown>

const tools = new Map(toTools(fixture('types')).map((tool) => [tool.definition.name, tool.function]))
let instance: Record<string, unknown>

/** jco's code of types.wasm, which has no imports that are functions. */
beforeAll(async () => {
  const { files } = await transpileBytes(fixtureBytes('types'), { name: 'types', instantiation: 'sync', emitTypescriptDeclarations: false } as never)
  const source = Buffer.from(files['types.js'] as Uint8Array).toString('base64')
  const { instantiate } = (await import(/* @vite-ignore */ `data:text/javascript;base64,${source}`)) as { instantiate: (core: (name: string) => object, imports: object) => Record<string, unknown> }
  instance = instantiate((name) => new WebAssembly.Module(files[name] as Uint8Array), {})
})

function call(tool: string, given: unknown[]): Outcome {
  const { instance: within, name } = tools.get(tool)!
  const functions = (within === undefined ? instance : instance[within]) as Functions
  try {
    return { returned: functions[toCamelCase(name)]!(...given) }
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown
    return { thrown }
  }
}

/** The bytes of a whole answer, as the host is to make them. */
function answer(tool: string, given: string): string {
  const { type } = tools.get(tool)!
  try {
    const { text, structured } = toToolResult(type, call(tool, argumentsFromJson(type, parseExact(Buffer.from(given)), readAsWassette)), readAsWassette)
    return `{"content":[{"type":"text","text":${JSON.stringify(text)}}]${structured === undefined ? '' : `,"structuredContent":${structured}`},"isError":false}`
  } catch (error) {
    return `{"content":[{"type":"text","text":${JSON.stringify(`Error: ${messageOf(error)}`)}}],"isError":true}`
  }
}

describe('a call through jco\'s code answers what a real Wassette answered, to the byte', () => {
  const answers = recorded<string[]>('calls.json')
  const all = [...calls, ...made.map((tool) => ({ tool, arguments: '{"value":1,"negative":true}' }))]
  test.each(all.map((asked, index) => ({ ...asked, index })))('$tool $arguments', ({ tool, arguments: given, index }) => {
    expect(answer(tool, given)).toBe(answers[index])
  })
})

describe('10,000 values go into JSON and come back equal', () => {
  const scalars: ValueType[] = (['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string'] as const).map((kind) => ({ kind }))
  const point: ValueType = { kind: 'record', fields: [{ name: 'x-axis', type: { kind: 'f64' } }, { name: 'y', type: { kind: 's32' } }] }
  const composites: ValueType[] = [
    ...scalars.map((item): ValueType => ({ kind: 'list', item })),
    point,
    { kind: 'tuple', items: [{ kind: 'u8' }, { kind: 'string' }, point] },
    { kind: 'variant', cases: [{ name: 'one-case', type: { kind: 'u64' } }, { name: 'none' }, { name: 'point', type: point }] },
    { kind: 'enum', names: ['a', 'b-c', 'd'] },
    { kind: 'flags', names: ['read', 'can-write', 'x'] },
    { kind: 'option', item: { kind: 'string' } },
    { kind: 'option', item: { kind: 'option', item: { kind: 'u8' } } },
    { kind: 'result', ok: { kind: 's64' }, error: point },
    { kind: 'list', item: { kind: 'option', item: { kind: 'list', item: { kind: 'u16' } } } },
  ]
  test.each([...scalars, ...composites].map((type) => ({ type, title: JSON.stringify(type) })))('$title', ({ type }) => {
    fc.assert(fc.property(arbitraryValue(type), (value) => roundTrip(type, value)), { numRuns: 10_000 })
  })

  test('of any type', () => {
    const typed = arbitraryType.chain((type) => fc.tuple(fc.constant(type), arbitraryValue(type)))
    fc.assert(fc.property(typed, ([type, value]) => roundTrip(type, value)), { numRuns: 10_000 })
  })

  /** Compared without `toEqual`, which would take most of the time. */
  function roundTrip(type: ValueType, value: unknown): void {
    const json = toJsonText(type, value)
    const back = valueFromJson(type, parseExact(Buffer.from(json)))
    if (!same(back, value)) expect(back).toEqual(value)
  }
})

test('values of every type go through a component and come back equal', () => {
  const echoes = [...tools].filter(([tool, { type }]) => tool.includes('_same-') && type.result !== undefined && !tool.includes('bare') && !tool.includes('-result'))
  for (const [tool, { type }] of echoes) {
    fc.assert(
      fc.property(arbitraryValue(type.result!), (value) => {
        const outcome = call(tool, [value])
        expect('returned' in outcome && same(outcome.returned, value)).toBe(true)
      }),
      { numRuns: 30 },
    )
  }
})

test('a call without an object of arguments is refused in Wassette\'s words', () => {
  const { type } = tools.get('described')!
  expect(() => argumentsFromJson(type, null)).toThrow('expected object shape for object, found: expected object, got Null')
})

test('a number beyond all floats, and a resource, are refused', () => {
  expect(() => valueFromJson({ kind: 'f64' }, parseExact(Buffer.from('1e400')))).toThrow('cannot interpret number as i64 or f64: Number(NaN)')
  expect(() => valueFromJson({ kind: 'unsupported', what: 'the resource x' }, 'x')).toThrow('cannot interpret resource from JSON')
})

/** Whether two values of jco's form are equal, typed arrays and -0 included. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || a.constructor !== b.constructor) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
