import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openCache } from '../../src/host/cache.ts'
import { transpile } from '../../src/host/transpile.ts'
import { bytesOf } from './components.ts'

const folder = mkdtempSync(join(tmpdir(), 'shadowcat-transpile-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('translates once, and takes it from the cache then', async () => {
  const cache = openCache(folder)
  const first = await transpile(bytesOf('toolbox'), cache)
  expect(Object.keys(first.files).sort()).toEqual(['component.core.wasm', 'component.core2.wasm', 'component.js'])
  expect(first.finding).toBeUndefined()
  // The translation, and which version of jco made it.
  const [entry, last] = readdirSync(folder).sort((a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size)
  expect(readFileSync(join(folder, last!), 'latin1')).toMatch(/0\.15\.\d+$/)
  const kept = readFileSync(join(folder, entry!))
  const second = await transpile(bytesOf('toolbox'), cache)
  for (const name of Object.keys(first.files)) expect(Buffer.from(second.files[name]!).equals(Buffer.from(first.files[name]!))).toBe(true)

  writeFileSync(join(folder, entry!), kept.subarray(0, -1))
  await transpile(bytesOf('toolbox'), cache)
  expect(readFileSync(join(folder, entry!)).equals(kept)).toBe(true)

  await transpile(bytesOf('greeter'), cache)
  expect(readdirSync(folder).length).toBe(4)
})

test('works without a cache, and says so', async () => {
  const { files, finding } = await transpile(bytesOf('greeter'), { read: () => undefined, write: () => 'the cache cannot be written' })
  expect([Object.keys(files).length, finding]).toEqual([2, 'the cache cannot be written'])
})

test('what jco cannot read is malformed', async () => {
  await expect(transpile(bytesOf('greeter').slice(0, 100), openCache(folder))).rejects.toMatchObject({ code: 'malformed', message: expect.stringContaining('jco cannot translate the component') })
})
