import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../src/digest.ts'
import { readSource, restoreSources } from '../../src/host/restore.ts'
import type { ComponentLoad } from '../../src/upstream.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shadowcat-restore-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const bytes = Buffer.from('bytes')
const load = (facts: Partial<ComponentLoad> = {}): ComponentLoad => ({ component: 'tool', uri: pathToFileURL(join(folder, 'tool.wasm')).href, digest: digestOf(bytes), initial: true, ...facts })
const restored = (...components: ComponentLoad[]) => restoreSources({ components }, [])

test('a file is known by its stem, with the policy beside it', () => {
  const path = join(folder, 'tool.wasm')
  writeFileSync(path, bytes)
  expect(readSource(path)).toEqual({ id: 'tool', uri: pathToFileURL(path).href, bytes, policy: undefined })
  writeFileSync(join(folder, 'tool.policy.yaml'), 'p')
  expect(readSource(path).policy?.toString()).toBe('p')
  expect(() => readSource(join(folder, 'other.wasm'))).toThrow(/there is no component .*other\.wasm; --component takes a \.wasm file/)
})

test('kept bytes come back, with the recorded policy', () => {
  const policy = Buffer.from('p')
  expect(restored(load({ bytes, policy }))).toMatchObject([{ id: 'tool', bytes, policy }])
})

test('without kept bytes the recorded file is taken, if it is the same', () => {
  writeFileSync(join(folder, 'tool.wasm'), bytes)
  expect(restored(load())[0]!.bytes).toEqual(bytes)
})

test('a given component takes the place of the recorded one, under its policy; others that are given are not there', () => {
  const given = ['tool', 'other'].map((id) => ({ id, uri: 'file:///new', bytes: Buffer.from('new'), policy: Buffer.from('new') }))
  const policy = Buffer.from('recorded')
  expect(restoreSources({ components: [load({ bytes, policy })] }, given)).toEqual([{ id: 'tool', uri: load().uri, bytes: Buffer.from('new'), policy }])
  expect(restoreSources({ components: [] }, given)).toBe(given)
})

describe('what cannot be brought back is named with digest and remedy', () => {
  test.each<[Partial<ComponentLoad>, RegExp]>([
    [{}, /cannot bring back component "tool" \(sha256:[\da-f]{64}, from "file:.*tool\.wasm"\): nothing is at .*tool\.wasm\. Give the component with --component, or record again with --with-components/],
    [{ uri: 'oci://x/y' }, /it did not come from a file/],
    [{ digest: undefined }, /unknown digest.*it has no digest in the recording/],
    [{ bytes: Buffer.from('others') }, /the bytes that the recording keeps are others/],
    [{ uri: 'file://%zz' }, /which is no file URL/],
  ])('%o', (facts, message) => expect(() => restored(load(facts))).toThrow(message))

  test('another file', () => {
    writeFileSync(join(folder, 'tool.wasm'), 'another')
    expect(() => restored(load())).toThrow(/what is at .* has another digest/)
  })
})
