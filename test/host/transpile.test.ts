import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../../src/digest.ts'
import { openCache } from '../../src/host/cache.ts'
import { findTranslation, translate } from '../../src/host/transpile.ts'
import { bytesOf } from './components.ts'

const folder = mkdtempSync(join(tmpdir(), 'shadowcat-transpile-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const memory = 1_000_000
const subjectOf = (name: string) => ({ digest: digestOf(bytesOf(name)), memory })

test('what was translated is found in the cache, by the component and its limit, unless it is damaged', async () => {
  const cache = openCache(folder)
  const subject = subjectOf('toolbox')
  expect(findTranslation(subject, cache)).toBeUndefined()
  const first = await translate(bytesOf('toolbox'), subject, cache)
  expect(Object.keys(first.files).sort()).toEqual(['component.core.wasm', 'component.core2.wasm', 'component.js'])
  expect(first.finding).toBeUndefined()
  // The translation, and which version of jco made it.
  const [entry, last] = readdirSync(folder).sort((a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size)
  expect(readFileSync(join(folder, last!), 'latin1')).toMatch(/0\.15\.\d+$/)
  const found = findTranslation(subject, cache)!
  for (const name of Object.keys(first.files)) expect(Buffer.from(found[name]!).equals(Buffer.from(first.files[name]!))).toBe(true)
  for (const other of [{ ...subject, memory: 2 * memory }, subjectOf('greeter')]) expect(findTranslation(other, cache)).toBeUndefined()

  const kept = readFileSync(join(folder, entry!))
  writeFileSync(join(folder, entry!), kept.subarray(0, -1))
  expect(findTranslation(subject, cache)).toBeUndefined()
  await translate(bytesOf('toolbox'), subject, cache)
  expect(readFileSync(join(folder, entry!)).equals(kept)).toBe(true)
})

test('works without a cache, and says so', async () => {
  const { files, finding } = await translate(bytesOf('greeter'), subjectOf('greeter'), { read: () => undefined, write: () => 'the cache cannot be written' })
  expect([Object.keys(files).length, finding]).toEqual([2, 'the cache cannot be written'])
})

test('what jco cannot read is malformed', async () => {
  await expect(translate(bytesOf('greeter').slice(0, 100), subjectOf('greeter'), openCache(folder))).rejects.toMatchObject({ code: 'malformed', message: expect.stringContaining('jco cannot translate the component') })
})
