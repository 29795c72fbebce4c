import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { cacheFolder, openCache } from '../../src/host/cache.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-cache-'))
  made.push(folder)
  return folder
}
const files = { 'a.js': Buffer.from('code'), 'b.wasm': Buffer.from([0, 1, 2]), empty: Buffer.alloc(0) }

test('gives back what was written, and nothing for another key', () => {
  const cache = openCache(join(makeFolder(), 'deep', 'er'))
  expect(cache.write('key', files)).toBeUndefined()
  expect(cache.read('key')).toEqual(files)
  expect(cache.read('other')).toBeUndefined()
})

test('a damaged entry is none: cut anywhere, or with any byte changed', () => {
  const folder = makeFolder()
  const cache = openCache(folder)
  cache.write('key', files)
  const place = join(folder, 'key.cache')
  const whole = readFileSync(place)
  for (let at = 0; at < whole.byteLength; at++) {
    writeFileSync(place, whole.subarray(0, at))
    expect(cache.read('key')).toBeUndefined()
    const flipped = Buffer.from(whole)
    flipped[at]! ^= 1 << at % 8
    writeFileSync(place, flipped)
    expect(cache.read('key')).toBeUndefined()
  }
  cache.write('key', files)
  expect(cache.read('key')).toEqual(files)
})

test('a folder that cannot be made is told of, with the remedy', () => {
  const folder = makeFolder()
  writeFileSync(join(folder, 'file'), '')
  expect(openCache(join(folder, 'file', 'cache')).write('key', files)).toMatch(/^the cache .* cannot be written: ENOTDIR.*; set SHADOWCAT_CACHE to a folder that can$/)
})

test('many processes may write and read the same entry at once', async () => {
  const folder = makeFolder()
  const children = Array.from({ length: 4 }, () => fork(join(import.meta.dirname, 'cache-child.ts'), [folder], { stdio: 'ignore' }))
  const codes = await Promise.all(children.map((child) => new Promise((ended) => child.once('exit', ended))))
  expect(codes).toEqual([0, 0, 0, 0])
  expect(readdirSync(folder)).toEqual(['key.cache'])
})

test('stands where the environment says', () => {
  expect(cacheFolder({ SHADOWCAT_CACHE: '/mine', XDG_CACHE_HOME: '/xdg' })).toBe('/mine')
  expect(cacheFolder({ XDG_CACHE_HOME: '/xdg' })).toBe(join('/xdg', 'shadowcat'))
  expect(cacheFolder({})).toMatch(/\.cache[\\/]shadowcat$/)
})
