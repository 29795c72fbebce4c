import fc from 'fast-check'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { fromReference, toReference } from '../../src/tape/reference.ts'

test.each([
  ['file:///project/components/time.wasm', '../components/time.wasm'],
  ['file:///project/tapes/time.wasm', './time.wasm'],
  ['file:///project/tapes/deep/a:b.wasm', './deep/a:b.wasm'],
  ['file:///project/tapes', '../tapes'],
  ['file:///project/tapes/..hidden/a.wasm', './..hidden/a.wasm'],
  ['file:///project/[redacted:token#1]/a.wasm', '../[redacted:token#1]/a.wasm'],
])('%s is kept as %s', (uri, reference) => {
  expect(toReference(uri, '/project/tapes')).toBe(reference)
  expect(fromReference(reference, '/project/tapes')).toBe(uri)
})

test.each(['file:///elsewhere/time.wasm', 'file:///time.wasm', 'oci://ghcr.io/a/b:1', 'file://host/share/a.wasm', 'file:///project/../other/a.wasm', ''])('%j stays as it is', (uri) => {
  expect(toReference(uri, '/project/tapes')).toBe(uri)
  expect(fromReference(uri, '/project/tapes')).toBe(uri)
})

test('a reference leads from the folder where the tape stands now', () => {
  expect(fromReference('../components/time.wasm', '/other/clone/tapes')).toBe('file:///other/clone/components/time.wasm')
})

test('every path comes back as the URI that it had', () => {
  const folder = fc.array(fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !/[/\\\0]/.test(name) && name !== '.' && name !== '..'), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(folder, folder, folder, (shared, tape, file) => {
      const home = `/${[...shared, ...tape].join('/')}`
      const uri = pathToFileURL(`/${[...shared, ...file].join('/')}`).href
      expect(fromReference(toReference(uri, home), home)).toBe(uri)
    }),
  )
})
