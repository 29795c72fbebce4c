/** Types and values in jco's form. Left out is what JSON cannot say to Wassette: NaN, infinities, some(none), and sides of results without payload. */
import fc from 'fast-check'
import { typedLists } from '../../src/component/lists.ts'
import { toCamelCase } from '../../src/component/names.ts'
import type { ValueType } from '../../src/component/types.ts'

const finite = { noNaN: true, noDefaultInfinity: true }

export function arbitraryValue(type: ValueType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'bool':
      return fc.boolean()
    case 's8':
    case 'u8':
    case 's16':
    case 'u16':
    case 's32':
    case 'u32': {
      const bits = Number(type.kind.slice(1))
      return type.kind.startsWith('s') ? fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }) : fc.integer({ min: 0, max: 2 ** bits - 1 })
    }
    case 's64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    case 'u64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    case 'f32':
      return fc.float(finite)
    case 'f64':
      return fc.double(finite)
    case 'char':
      return fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 12 })
    case 'list': {
      const items = fc.array(arbitraryValue(type.item), { maxLength: 5 })
      const typed = typedLists[type.item.kind]
      return typed ? items.map(typed) : items
    }
    case 'record':
      return fc.tuple(...type.fields.map((field) => arbitraryValue(field.type))).map((values) => Object.fromEntries(type.fields.map(({ name }, index) => [toCamelCase(name), values[index]])))
    case 'tuple':
      return fc.tuple(...type.items.map(arbitraryValue))
    case 'variant':
      return fc.oneof(...type.cases.map(({ name, type: payload }) => (payload ? arbitraryValue(payload).map((val) => ({ tag: name, val })) : fc.constant({ tag: name }))))
    case 'enum':
      return fc.constantFrom(...type.names)
    case 'flags':
      return fc.tuple(...type.names.map(() => fc.boolean())).map((set) => Object.fromEntries(type.names.map((name, index) => [toCamelCase(name), set[index]])))
    case 'option':
      return arbitraryOption(type.item)
    case 'result':
      return fc.oneof(...[sided('ok', type.ok), sided('err', type.error)].filter((side) => side !== undefined))
    case 'unsupported':
      throw new Error(`${type.what} has no values here`)
  }
}

function arbitraryOption(item: ValueType): fc.Arbitrary<unknown> {
  if (item.kind !== 'option') return fc.oneof(fc.constant(undefined), arbitraryValue(item))
  const some = arbitraryValue(item).filter((val) => val !== undefined && (val as { tag?: string }).tag !== 'none').map((val) => ({ tag: 'some', val }))
  return fc.oneof(fc.constant({ tag: 'none' }), some)
}

function sided(tag: string, payload: ValueType | undefined): fc.Arbitrary<unknown> | undefined {
  return payload && arbitraryValue(payload).map((val) => ({ tag, val }))
}

const names = fc.uniqueArray(fc.constantFrom('a', 'b-c', 'long-name-x', 'd1', 'e'), { minLength: 1, maxLength: 4 })

/** Any type that can be passed, a few levels deep. */
export const arbitraryType: fc.Arbitrary<ValueType> = fc.letrec<{ type: ValueType }>((tie) => {
  const scalar = fc.constantFrom('bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string').map((kind) => ({ kind }) as ValueType)
  const inner = tie('type')
  return {
    type: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      scalar,
      inner.map((item): ValueType => ({ kind: 'list', item })),
      inner.map((item): ValueType => ({ kind: 'option', item })),
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((items): ValueType => ({ kind: 'tuple', items })),
      names.chain((labels) => fc.tuple(...labels.map(() => inner)).map((types): ValueType => ({ kind: 'record', fields: labels.map((name, index) => ({ name, type: types[index]! })) }))),
      names.chain((labels) => fc.tuple(...labels.map(() => fc.option(inner, { nil: undefined }))).map((types): ValueType => ({ kind: 'variant', cases: labels.map((name, index) => ({ name, type: types[index] })) }))),
      names.map((labels): ValueType => ({ kind: 'enum', names: labels })),
      names.map((labels): ValueType => ({ kind: 'flags', names: labels })),
      fc.tuple(inner, inner).map(([ok, error]): ValueType => ({ kind: 'result', ok, error })),
    ),
  }
}).type
