import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest'
import { type ShadowcatOptions, overrideSettings, toSettings } from '../../src/vitest/options.ts'
import type { Settings } from '../../src/vitest/settings.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shadowcat-options-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function configure(config: object): void {
  writeFileSync(join(root, 'shadowcat.config.json'), JSON.stringify(config))
}

test('nothing needs to be said', async () => {
  expect(await toSettings({}, root)).toEqual({
    root, tapes: join(root, 'tapes'), ignore: [], redact: [], world: { date: 'held', random: 'held', timers: 'real' }, http: 'live', onUnhandledRequest: 'error', callTimeout: 60_000, scope: 'test',
  })
})

test('every option arrives, paths from the root, and all of it crosses to a worker', async () => {
  const options: ShadowcatOptions = {
    upstream: { components: ['a.wasm'] }, tapes: '../recorded', ignore: ['/a'], redact: ['pin'], http: 'record', onUnhandledRequest: 'bypass', protocolVersion: '2026-07-28', callTimeout: 5, scope: 'file',
    world: { epoch: '2026-01-01T00:00:00Z', seed: 18446744073709551615n, tick: '1ms', date: 'held', random: 'held', timers: 'auto' },
  }
  const settings = await toSettings(options, root)
  expect(settings).toEqual({
    ...options, root, tapes: join(root, '../recorded'), upstream: { components: [join(root, 'a.wasm')] },
    world: { epoch: '2026-01-01T00:00:00Z', seed: '18446744073709551615', tick: '1ms', date: 'held', random: 'held', timers: 'auto' },
  })
  expect(JSON.parse(JSON.stringify(settings))).toEqual(settings)
})

test('the configuration that the command line shares gives what the options do not; options win', async () => {
  configure({ upstream: { command: ['node', 'server.js'] }, ignore: ['/a'], redact: ['pin'], world: { epoch: '2026-01-01', seed: '7' } })
  expect(await toSettings({}, root)).toMatchObject({ upstream: { command: ['node', 'server.js'], cwd: root }, ignore: ['/a'], redact: ['pin'], world: { epoch: '2026-01-01', seed: '7', date: 'held', random: 'held' } })
  const given = await toSettings({ upstream: { command: ['other'], cwd: 'in' }, ignore: ['/b'], redact: [], world: { seed: 8 } }, root)
  expect(given).toMatchObject({ upstream: { command: ['other'], cwd: join(root, 'in') }, ignore: ['/b'], redact: [], world: { epoch: '2026-01-01', seed: '8' } })
})

test.each([
  [{ clock: 'real', seed: 'real' }, {}, { date: 'real', random: 'real', timers: 'real' }],
  [{ clock: 'real', seed: 'real' }, { epoch: '2026-01-01', seed: 1 }, { epoch: '2026-01-01', seed: '1', date: 'held', random: 'held', timers: 'real' }],
  [{ epoch: '2026-01-01', seed: '1', tick: '1ms' }, { date: 'real', random: 'real' }, { date: 'real', random: 'real', timers: 'real' }],
  [{ epoch: '2026-01-01' }, { timers: 'manual' }, { epoch: '2026-01-01', date: 'held', random: 'held', timers: 'manual' }],
] as const)('of a configured world %o and a given one %o nothing is kept that means nothing', async (configured, given, world) => {
  configure({ world: configured })
  expect((await toSettings({ world: given }, root)).world).toEqual(world)
})

test.each([
  [{ upsteam: {} }, 'shadowcat(…): unknown key "upsteam": did you mean "upstream"?'],
  [{ upstream: { comand: [] } }, 'shadowcat(…): upstream: unknown key "comand": did you mean "command"?'],
  [{ upstream: { url: 'http://127.0.0.1/mcp' } }, 'shadowcat(…): upstream: { url } names a server that is reached over HTTP, which this version cannot record yet'],
  [{ upstream: {} }, 'shadowcat(…): upstream: name either a command, wassette, or components'],
  [{ ignore: ['now'] }, '"now" is no JSON pointer'],
  [{ redact: 'pin' }, 'shadowcat(…): redact: an array of strings is expected; found "pin"'],
  [{ tapes: '' }, "tapes is to be a folder's path"],
  [{ http: 'recorded' }, `http is live or record; found "recorded": did you mean 'record'?`],
  [{ onUnhandledRequest: 'fail' }, 'onUnhandledRequest is error, warn or bypass; found "fail"'],
  [{ scope: 'suite' }, 'scope is test or file; found "suite"'],
  [{ protocolVersion: 'latest' }, 'shadowcat(…): protocolVersion is a revision of MCP, such as 2025-11-25 or 2026-07-28; found "latest"'],
  [{ protocolVersion: 20260728 }, 'found 20260728'],
  [{ callTimeout: '60s' }, 'callTimeout is a number of milliseconds, such as 60_000; found "60s"'],
  [{ callTimeout: 5n }, 'callTimeout is a number of milliseconds, such as 60_000; found 5n'],
  [{ world: { epok: 1 } }, 'shadowcat(…): world: unknown key "epok": did you mean "epoch"?'],
  [{ world: { date: 'reel' } }, `world: date is held or real; found "reel": did you mean 'real'?`],
  [{ world: { epoch: 'today' } }, 'shadowcat(…): world: epoch is to be an ISO 8601 time'],
  [{ world: { seed: 'real' } }, "write random: 'real'"],
  [{ world: { seed: 1, random: 'real' } }, "seed is what randomness is made of that is held, and random: 'real' is the machine's"],
  [{ world: { epoch: '2026-01-01', date: 'real' } }, "world: epoch is where clocks begin that are held, and shadowcat(…): world: date real are the machine's"],
  [[], 'shadowcat(…): an object is expected'],
])('%o is refused', async (options, message) => expect(toSettings(options, root)).rejects.toThrow(message))

test('what is wrong in the configuration is told with its path', async () => {
  configure({ ignore: 'x' })
  await expect(toSettings({}, root)).rejects.toThrow(`${join(root, 'shadowcat.config.json')}: ignore: an array of strings`)
})

test('a test adds to what is ignored, and replaces the rest', async () => {
  const settings: Settings = { ...(await toSettings({ upstream: { command: ['a'] }, ignore: ['/a'], world: { seed: 1 } }, root)), update: 'new' }
  expect(overrideSettings(settings, { ignore: ['/b'], world: { date: 'real' }, upstream: { command: ['b'] }, callTimeout: undefined }, 'x')).toEqual({
    ...settings, ignore: ['/a', '/b'], upstream: { command: ['b'], cwd: root }, world: { seed: '1', date: 'real', random: 'held', timers: 'real' },
  })
  expect(overrideSettings(settings, {}, 'x')).toEqual(settings)
  expect(() => overrideSettings(settings, { tapes: 'b' }, 'a.test.ts > b')).toThrow('a.test.ts > b: unknown key "tapes"')
})

test('editors complete what may be given', () => {
  expectTypeOf<'command'>().toExtend<keyof Extract<NonNullable<ShadowcatOptions['upstream']>, { command: unknown }>>()
  expectTypeOf<{ tapes: number }>().not.toExtend<ShadowcatOptions>()
  expectTypeOf<{ scope: 'file'; world: { timers: 'auto' } }>().toExtend<ShadowcatOptions>()
})
