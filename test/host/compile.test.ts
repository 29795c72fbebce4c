import { expect, test } from 'vitest'
import { compile } from '../../src/host/compile.ts'
import { filesOf } from './components.ts'

test('the core modules have their files’ names, and the code is text', async () => {
  const { code, modules } = compile(await filesOf('toolbox'))
  expect(code).toContain('export function instantiate(')
  expect([...(await modules).keys()].sort()).toEqual(['component.core.wasm', 'component.core2.wasm'])
})

test('a malformed module rejects', async () => {
  const { modules } = compile({ 'component.js': Buffer.from(''), 'component.core.wasm': Buffer.from('x') })
  await expect(modules).rejects.toThrow('WebAssembly.compile()')
})
