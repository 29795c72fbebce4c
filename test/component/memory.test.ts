import { describe, expect, test } from 'vitest'
import { limitMemory } from '../../src/component/memory.ts'
import { readComponent } from '../../src/component/reader.ts'
import { assemble, fixture } from './assemble.ts'

const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Module: new (bytes: Uint8Array) => object; Instance: new (module: object) => { exports: { memory: { grow(pages: number): number; buffer: ArrayBuffer } } } }
}

/** Every memory that the core modules of a component export, each in an instance of its own. */
function memories(bytes: Uint8Array): { grow(pages: number): number; buffer: ArrayBuffer }[] {
  return readComponent(bytes).coreModules.map(({ start, end }) => new WebAssembly.Instance(new WebAssembly.Module(bytes.slice(start, end))).exports.memory)
}

const megabyte = 1024 * 1024

describe('a limited memory', () => {
  test.each([
    ['without a maximum', '(memory (export "memory") 2)', 16],
    ['with a greater one', '(memory (export "memory") 2 1000)', 16],
    ['with a smaller one, which stays', '(memory (export "memory") 2 3)', 3],
  ])('%s', async (_title, memory, most) => {
    const [limited] = memories(limitMemory(await assemble(`(core module ${memory})`), megabyte))
    expect(limited!.buffer.byteLength).toBe(2 * 65_536)
    expect(limited!.grow(most - 2)).toBe(2)
    expect(() => limited!.grow(1)).toThrow()
  })
})

test('memories of nested components are limited, and nothing else changes', async () => {
  const component = await assemble('(component (component (core module (memory (export "memory") 1))) (@custom "c" "x")) (core module (memory (export "memory") 1))')
  const limited = limitMemory(component, 2 * 65_536)
  for (const memory of memories(limited)) {
    expect(memory.grow(1)).toBe(1)
    expect(() => memory.grow(1)).toThrow()
  }
  expect(readComponent(limited).customs.map(({ name }) => name)).toEqual(component.customs.map(({ name }) => name))
  expect(memories(component.bytes)[0]!.grow(10)).toBe(1)
})

test('a component of several kilobytes stays readable, with the same functions', () => {
  const component = fixture('types')
  const limited = readComponent(limitMemory(component, 64 * megabyte))
  expect(limited.functions).toEqual(component.functions)
})

test('without memories of its own a component stays the same bytes', () => {
  const component = fixture('documented')
  expect(limitMemory(component, megabyte)).toBe(component.bytes)
})

test('a memory that is larger from the start is refused with both sizes', async () => {
  const component = await assemble('(core module (memory 32))')
  expect(() => limitMemory(component, megabyte)).toThrow("the component's memory has 2.0 MB from the start, more than the limit of 1.0 MB: raise it with --memory")
})

test('a 64-bit memory is limited too', async () => {
  const component = await assemble('(core module (memory i64 1))')
  const limited = limitMemory(component, megabyte)
  const { start, end } = readComponent(limited).coreModules[0]!
  expect(Buffer.from(limited.subarray(start, end)).includes(Buffer.from([5, 4, 1, 5, 1, 16]))).toBe(true)
})
