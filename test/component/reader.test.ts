import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toLeb } from '../../src/component/cursor.ts'
import { limitMemory } from '../../src/component/memory.ts'
import { readComponent, textIn } from '../../src/component/reader.ts'
import { toTools } from '../../src/component/schema.ts'
import { checkImports } from '../../src/component/support.ts'
import { ShadowcatError } from '../../src/errors.ts'
import { assemble, fixture, fixtureBytes, nameBytes, sections } from './assemble.ts'

test('imports come with their interfaces, indices and what they must export', () => {
  expect(fixture('toolbox').imports).toEqual([
    { name: 'wasi:clocks/wall-clock@0.2.0', sort: 'instance', index: 0, section: 1, exports: [{ name: 'datetime', sort: 'type' }, { name: 'now', sort: 'function' }] },
    { name: 'wasi:random/random@0.2.0', sort: 'instance', index: 1, section: expect.any(Number), exports: [{ name: 'get-random-u64', sort: 'function' }] },
  ])
})

test('functions of the world and of exported interfaces come in the order of the file', () => {
  const { functions, exports } = fixture('documented')
  expect(functions.map(({ instance, name: own }) => `${instance ?? ''} ${own}`)).toEqual([
    ' zebra', 'local:docs/first@0.1.0-rc.2 zeta', 'local:docs/first@0.1.0-rc.2 alpha', ' apple', 'local:docs/a-second one', 'plain-instance one', ' one',
  ])
  expect(exports.map(({ name: own, sort, index }) => [own, sort, index]).slice(0, 2)).toEqual([['zebra', 'function', 0], ['local:docs/first@0.1.0-rc.2', 'instance', 0]])
})

test('types are resolved through aliases, nested components and instances', () => {
  const mirror = fixture('toolbox').functions.find((exported) => exported.name === 'mirror')!
  const point = { kind: 'record', fields: [{ name: 'x', type: { kind: 'f64' } }, { name: 'y', type: { kind: 'f64' } }, { name: 'label', type: { kind: 'string' } }] }
  expect(mirror).toEqual({ instance: 'local:toolbox/shapes', name: 'mirror', type: { parameters: [{ name: 'point', type: point }], result: point, async: false } })
})

test('sections say how many indices are taken after each, and where their content is', () => {
  const { sections: found, bytes } = fixture('toolbox')
  expect(found[0]!.start).toBe(8)
  for (const [index, section] of found.entries()) {
    expect(bytes[section.start]).toBe(section.id)
    expect(found[index + 1]?.start ?? bytes.length).toBe(section.content.end)
  }
  const last = found.at(-1)!.counts
  expect(last).toMatchObject({ component: 1, instance: 4, value: 0 })
  expect(last.core.get(0x11)).toBe(2)
})

test('aliases of types of imported instances are told', async () => {
  const { sections: found } = await assemble(`
    (import "a:b/c" (instance $i (type $t (list u8)) (export "bytes" (type (eq $t)))))
    (alias export $i "bytes" (type $bytes))
    (import "f" (func (param "x" $bytes)))`)
  expect(found.flatMap((section) => section.aliases ?? [])).toContainEqual({ sort: 'type', core: undefined, instance: 0, name: 'bytes' })
})

test('core modules are found wherever they are, and custom sections of components', async () => {
  const { bytes, coreModules, customs } = await assemble(`
    (core module (memory 1))
    (component (core module) (@custom "inner" "x"))
    (@custom "outer" "hello")`)
  expect(coreModules).toHaveLength(2)
  for (const { start } of coreModules) expect(Buffer.from(bytes.subarray(start, start + 4)).toString('latin1')).toBe('\0asm')
  expect(customs.filter(({ name: own }) => own !== 'component-name').map((custom) => [custom.name, textIn(bytes, custom.data), custom.nested])).toEqual([['inner', 'x', true], ['outer', 'hello', false]])
  expect(() => textIn(Uint8Array.of(0xff), { start: 0, end: 1 })).toThrow('not UTF-8')
})

describe('what is no component is refused by name', () => {
  test.each([
    ['a core module', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), 'usage', /it is a core module, not a component; `wasm-tools component new` makes one of it/],
    ['another version', Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0a, 0, 1, 0]), 'malformed', /its version is 10, layer 1; a component is of version 13, layer 1, at byte 4/],
    ['nothing', new Uint8Array(), 'malformed', /it is no WebAssembly: it begins with "", at byte 0/],
    ['a page', Buffer.from('<!DOCTYPE html><html>'), 'malformed', /it begins with "<!DOCTYP"/],
    ['a start function', sections([9, 0]), 'usage', /it has a start function, which no WASI 0.2 component has/],
    ['values', sections([12, 0]), 'usage', /it has values/],
    ['a section of another number', sections([99, 0]), 'malformed', /no sections of the number 99, at byte 10 in section 99/],
  ] as const)('%s', (_title, bytes, code, message) => {
    const error = caught(() => readComponent(bytes))
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

describe('what is malformed is told with its place', () => {
  test.each([
    ['a section that ends too early', sections([7]), /2 bytes|it ends too early/],
    ['more than was declared', sections([7, 0, 0]), /more follows than was declared, at byte 11 in types/],
    ['an index that is not there', sections([5, 1, 0, 3, 0]), /there is no component 3; 0 are declared before/],
    ['a count beyond the file', sections([7, 0xff, 0xff, 0xff, 0xff, 0x0f]), /it says that 4294967295 things follow/],
    ['a core module that is none', sections([1, 1, 2, 3, 4, 5, 6, 7, 8]), /a core module does not begin as one, at byte 10/],
    ['an export twice', sections([7, 1, 0x72, 1, ...nameBytes('a'), 0x7f], [11, 1, 0, ...nameBytes('t'), 3, 0, 0], [11, 1, 0, ...nameBytes('t'), 3, 0, 0]), /"t" is exported twice/],
    ['an export of another sort', sections([7, 2, 0x7f, 0x40, 0, 1, 0], [11, 1, 0, ...nameBytes('t'), 3, 0, 1, 1, 1]), /the type "t" is said to be a function/],
    ['core types beyond the file', sections([3, 9]), /9 types follow/],
  ] as const)('%s', (_title, bytes, message) => {
    expect(caught(() => readComponent(bytes))).toMatchObject({ code: 'malformed', message: expect.stringMatching(message) })
  })
})

test('components nest only so deep', () => {
  let bytes = sections()
  for (let depth = 0; depth < 120; depth++) {
    bytes = sections([4, ...bytes])
  }
  expect(() => readComponent(bytes)).toThrow(/nest deeper than 100/)
})

test('small files that declare enormous types are refused at once', () => {
  const tuples = Array.from({ length: 40 }, (_, index) => [0x6f, 2, index, index])
  expect(() => readComponent(sections([7, 41, 0x7f, ...tuples.flat()]))).toThrow(/a type has more than 100000 parts/)
  const bundles = Array.from({ length: 30 }, (_, index) => [1, 2, 0, ...nameBytes('a'), 5, index, 0, ...nameBytes('b'), 5, index])
  expect(() => readComponent(sections([5, 31, 1, 0, ...bundles.flat()]))).toThrow(/a type has more than 100000 parts/)
  const options = Array.from({ length: 200 }, (_, index) => [0x6b, (index & 0x7f) | 0x80, index >> 7])
  expect(() => readComponent(sections([7, ...toLeb(201), 0x7f, ...options.flat()]))).toThrow(/types nest deeper than 100/)
})

/** Reads a file in every way; what is wrong must be told in one error of our own. */
function readAll(bytes: Uint8Array): string {
  try {
    const component = readComponent(bytes)
    checkImports(component)
    JSON.stringify(toTools(component).map((tool) => tool.definition))
    limitMemory(component, 64 * 1024 * 1024)
    return ''
  } catch (error) {
    if (!(error instanceof ShadowcatError)) throw error
    expect(['malformed', 'usage']).toContain(error.code)
    if (error.code === 'malformed') expect(error.message).toMatch(/^malformed component: .+, at byte \d+ in .+$/s)
    expect(error.message.length).toBeLessThan(300)
    return error.code
  }
}

const sources = ['types', 'toolbox', 'documented', 'http', 'files', 'clock'].map((source) => fixtureBytes(source))

test('1000 cut files are read or refused, and cut within a section always refused', () => {
  const cut = fc.constantFrom(...sources).chain((bytes) => fc.tuple(fc.constant(bytes), fc.nat(bytes.length - 1)))
  fc.assert(
    fc.property(cut, ([bytes, length]) => {
      const said = readAll(bytes.subarray(0, length))
      const whole = readComponent(bytes)
      if (!whole.sections.some((section) => section.content.end === length) && length !== 8) expect(said).toBe('malformed')
    }),
    { numRuns: 1000 },
  )
})

test('1000 files with flipped bits are read or refused', () => {
  const flips = fc.constantFrom(...sources).chain((bytes) => fc.tuple(fc.constant(bytes), fc.array(fc.nat(bytes.length * 8 - 1), { minLength: 1, maxLength: 8 })))
  fc.assert(
    fc.property(flips, ([bytes, bits]) => {
      const flipped = Uint8Array.from(bytes)
      for (const bit of bits) flipped[bit >> 3]! ^= 1 << (bit & 7)
      readAll(flipped)
    }),
    { numRuns: 1000 },
  )
})

test('1000 files of random bytes behind a preamble are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readAll(Uint8Array.from([...sections(), ...bytes]))
    }),
    { numRuns: 1000 },
  )
})

function caught(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
