import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ComponentLoad } from '../../src/upstream.ts'
import { digestOf } from '../../src/digest.ts'
import { prepareRestoration } from '../../src/wassette/restore.ts'
import { temporary } from './real.ts'

const bytes = Buffer.from('component')

function load(facts: Partial<ComponentLoad> = {}): ComponentLoad {
  return { component: 'a', uri: 'file:///nowhere/a.wasm', digest: digestOf(bytes), initial: true, ...facts }
}

/** What lies in a directory that was laid out; it goes with the test. */
function laidOut(components: ComponentLoad[], directory = '/nowhere'): Record<string, string> {
  const restoration = prepareRestoration({ components }, directory, new Map())
  const fresh = restoration.layOut()
  onTestFinished(() => restoration.remove(fresh))
  return Object.fromEntries(readdirSync(fresh).map((name) => [name, readFileSync(join(fresh, name), 'utf8')]))
}

describe('a component comes from', () => {
  test('the bytes that were kept', () => {
    expect(laidOut([load({ bytes })])).toEqual({ 'a.wasm': 'component' })
    expect(laidOut([load({ bytes, digest: undefined })])).toEqual({ 'a.wasm': 'component' })
  })

  test('the recorded file, if it is the same', () => {
    const file = join(temporary(), 'é a.wasm')
    writeFileSync(file, bytes)
    expect(laidOut([load({ uri: pathToFileURL(file).href })])).toEqual({ 'a.wasm': 'component' })
  })

  test('the directory given, if it is the same there', () => {
    const directory = temporary()
    writeFileSync(join(directory, 'a.wasm'), bytes)
    expect(laidOut([load()], directory)).toEqual({ 'a.wasm': 'component' })
    expect(laidOut([load({ uri: 'oci://host/a:1' })], directory)).toEqual({ 'a.wasm': 'component' })
  })
})

test('policies come with their components, and nothing else comes', () => {
  expect(laidOut([load({ bytes, policy: Buffer.from('version: "1.0"') }), load({ component: 'b', bytes })])).toEqual({ 'a.wasm': 'component', 'a.policy.yaml': 'version: "1.0"', 'b.wasm': 'component' })
  expect(laidOut([])).toEqual({})
})

test('of a component that several sessions found, the first state counts', () => {
  const policy = Buffer.from('granted later')
  expect(laidOut([load({ bytes }), load({ bytes, policy })])).toEqual({ 'a.wasm': 'component' })
})

describe('refuses with component, digest and remedy', () => {
  const refusal = (facts: Partial<ComponentLoad>, directory = '/nowhere') => () => prepareRestoration({ components: [load(facts)] }, directory, new Map())

  test('when it is nowhere', () => {
    expect(refusal({})).toThrow(/component "a" \(sha256:[\da-f]{64}, from "file:\/\/\/nowhere\/a.wasm"\): nothing is at \/nowhere\/a\.wasm\. .*--with-components/)
    expect(refusal({ uri: 'oci://host/a:1' })).toThrow(/from "oci:\/\/host\/a:1"\): nothing is at \/nowhere\/a\.wasm/)
  })

  test('when it has changed', () => {
    const directory = temporary()
    writeFileSync(join(directory, 'a.wasm'), 'another')
    expect(refusal({}, directory)).toThrow(/what is at .*a\.wasm has another digest.*--with-components/)
    expect(refusal({ bytes: Buffer.from('x') })).toThrow(/the bytes that the recording keeps are others/)
  })

  test('when nothing tells which it was', () => {
    expect(refusal({ digest: undefined })).toThrow(/it has no digest in the recording/)
  })

  test('when its name is a way out of the directory, or its URL is none', () => {
    for (const component of ['../a', 'a/b', 'a\\b', '..', '.hidden', '', 'a\0']) expect(refusal({ component, bytes }), component).toThrow(/cannot be the name of a file/)
    expect(refusal({ uri: 'file://host/%00' })).toThrow(/is no file URL/)
  })
})

test('what was compiled in a directory is there in the next, unless the component was another by then, or it was broken off', () => {
  const compiled = new Map()
  const other = (component: string) => load({ component, bytes: Buffer.from(component), digest: digestOf(Buffer.from(component)) })
  const restoration = prepareRestoration({ components: [load({ bytes }), other('b'), other('c')] }, '/nowhere', compiled)
  const first = restoration.layOut()
  for (const name of ['a.cwasm', 'b.cwasm', 'c.cwasm']) writeFileSync(join(first, name), `compiled ${name}`)
  for (const id of ['a', 'b']) writeFileSync(join(first, `${id}.metadata.json`), '{"tool_names":["x"]}')
  writeFileSync(join(first, 'b.wasm'), 'loaded anew')
  restoration.remove(first)
  expect(existsSync(first)).toBe(false)
  const second = restoration.layOut()
  expect(readFileSync(join(second, 'a.cwasm'), 'utf8')).toBe('compiled a.cwasm')
  expect(readdirSync(second).toSorted()).toEqual(['a.cwasm', 'a.wasm', 'b.wasm', 'c.wasm'])
  restoration.remove(second)
})
