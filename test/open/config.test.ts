import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkConfig, checkPointer, defineConfig, loadConfig } from '../../src/open/config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shadowcat-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the nearest configuration upwards is found, in each of its forms', async () => {
  const inner = join(folder, 'a/b')
  mkdirSync(inner, { recursive: true })
  writeFileSync(join(folder, 'shadowcat.config.json'), '{"ignore":["/params/arguments/now"]}')
  expect(await loadConfig(inner)).toEqual({ ignore: ['/params/arguments/now'], path: join(folder, 'shadowcat.config.json') })
  writeFileSync(join(folder, 'a/shadowcat.config.js'), 'export default { redact: ["pin"] }')
  expect(await loadConfig(inner)).toMatchObject({ redact: ['pin'] })
  writeFileSync(join(inner, 'shadowcat.config.ts'), 'const c: { upstream: { command: string[] } } = { upstream: { command: ["node"] } }\nexport default c')
  expect(await loadConfig(inner)).toMatchObject({ upstream: { command: ['node'] } })
})

test('what cannot be read is quoted by path', async () => {
  writeFileSync(join(folder, 'shadowcat.config.json'), '{')
  await expect(loadConfig(folder)).rejects.toThrow(`cannot read ${join(folder, 'shadowcat.config.json')}`)
})

test.each([
  [{ upstreams: {} }, 'c.json: unknown key "upstreams": did you mean "upstream"?'],
  [{ upstream: { comand: [] } }, 'c.json: upstream: unknown key "comand": did you mean "command"?'],
  [{ ignore: 'x' }, 'c.json: ignore: an array of strings is expected'],
  [{ ignore: ['now'] }, 'c.json: ignore: "now" is no JSON pointer; one looks like /params/arguments/now'],
  [{ world: { epoch: 'yesterday' } }, 'c.json: world: epoch is to be an ISO 8601 time'],
  [{ world: { seed: 2n ** 64n } }, 'c.json: world: seed is to be an unsigned 64-bit integer'],
  [{ world: { seed: -1 } }, 'unsigned 64-bit integer'],
  [{ world: { sead: 1 } }, 'did you mean "seed"?'],
  [undefined, 'c.json: an object is expected'],
])('%o is refused', (value, message) => expect(() => checkConfig(value, 'c.json')).toThrow(message))

test('good ones pass as they are', () => {
  const config = defineConfig({ upstream: { wassette: true }, ignore: ['/result'], redact: ['pin', '/x/'], world: { epoch: '2026-01-01T00:00:00Z', seed: '18446744073709551615' } })
  expect(checkConfig(config, 'x')).toBe(config)
  expect(() => checkPointer('/a', 'x')).not.toThrow()
})
