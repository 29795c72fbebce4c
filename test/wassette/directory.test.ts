import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestOf } from '../../src/digest.ts'
import { compiledPath, componentIds, componentPath, metadataTools, policyPath, readIfThere } from '../../src/wassette/directory.ts'
import { temporary } from './real.ts'

test('components are the .wasm files, in order; none where there is no directory', () => {
  const folder = temporary()
  for (const name of ['b.wasm', 'a.b.wasm', 'c.cwasm', 'b.policy.yaml', '.wasm']) writeFileSync(join(folder, name), '')
  expect(componentIds(folder)).toEqual(['a.b', 'b'])
  expect(componentIds(join(folder, 'gone'))).toEqual([])
})

test('what is there and cannot be read is an error that names it', () => {
  const folder = temporary()
  mkdirSync(join(folder, 'a.policy.yaml'))
  expect(() => readIfThere(policyPath(folder, 'a'))).toThrow(/cannot read .*a\.policy\.yaml/)
  expect(readIfThere(componentPath(folder, 'a'))).toBeUndefined()
  expect(compiledPath(folder, 'a')).toBe(join(folder, 'a.cwasm'))
})

test('tools come from the metadata file, if it can be read', () => {
  const folder = temporary()
  const write = (text: string): void => writeFileSync(join(folder, 'a.metadata.json'), text)
  expect(metadataTools(folder, 'a')).toBeUndefined()
  write('{"tool_names":["x","y"]}')
  expect(metadataTools(folder, 'a')).toEqual(['x', 'y'])
  for (const half of ['{"tool_na', '[]', '{"tool_names":[1]}', 'null']) {
    write(half)
    expect(metadataTools(folder, 'a'), half).toBeUndefined()
  }
})

test('a digest is sha256 in hexadecimal digits', () => {
  expect(digestOf(Buffer.from('abc'))).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
