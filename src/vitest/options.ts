/** What users give the plugin, and a test over it: checked, completed, and made plain. */
import { resolve } from 'node:path'
import { ShadowcatError, nearest } from '../errors.ts'
import { checkObject, checkTexts, show } from '../open/check.ts'
import { type Config, anchored, checkPointer, loadConfig } from '../open/config.ts'
import { type UpstreamSpecification, checkSpecification } from '../open/specification.ts'
import { type WorldSpecification, checkWorld } from '../open/world.ts'
import { checkRevision } from '../proxy/era.ts'
import type { Settings, WorldSettings } from './settings.ts'

/** What one file or test may say for itself: `test.override({ shadowcat: { … } })`, or `meta: { shadowcat: { … } }` of a test. */
export type TestOptions = {
  /** The server that is recorded: `{ command: ['node', 'server.js'] }`, `{ wassette: true }` or `{ components: ['tools.wasm'] }`. In replay it is never started. */
  upstream?: UpstreamSpecification
  /** JSON pointers into messages (`/params/arguments/now`) that are left out of matching and comparing; `*` stands for one part. A test's come on top of the plugin's. */
  ignore?: readonly string[]
  /** Time and randomness in tests, and in components that run here. */
  world?: WorldOptions
  /** Requests over HTTP that the code under test makes: `live` unless given, which keeps none; `record` puts those through `fetch` on the tape and plays them from it. */
  http?: 'live' | 'record'
  /** What happens to a request over HTTP that nothing answers, and that would leave this machine: `error` unless given. */
  onUnhandledRequest?: 'error' | 'warn' | 'bypass'
  /** The revision of MCP that the session asks for: `2025-11-25` unless given; from `2026-07-28` on there is no handshake. */
  protocolVersion?: string
  /** Milliseconds after which a call that is recorded is given up: 60 000 unless given. */
  callTimeout?: number
  /** Whether each test has a session and a tape of its own, as it has unless given, or all tests of a file share one. */
  scope?: 'test' | 'file'
}

/** What `shadowcat(…)` takes; `shadowcat.config.ts` gives upstream, ignore, redact and world where they are absent here. */
export type ShadowcatOptions = TestOptions & {
  /** The folder of tapes, from the project's root: `tapes` unless given. */
  tapes?: string
  /** Field names and `/regular expressions/` that are redacted on tapes besides the built-in rules. */
  redact?: readonly string[]
}

/** Held unless it says otherwise; epoch and seed are chosen at the first recording unless given, and kept from then on. */
export type WorldOptions = {
  /** What clocks say when a test begins, in ISO 8601. */
  epoch?: string
  /** An unsigned 64-bit integer. */
  seed?: number | bigint | string
  /** How far each reading of a component's clock moves it, such as `1ms`; not at all unless given. */
  tick?: string
  /** Whether `Date` stands at the epoch, or is the machine's: for tests that sign requests to a live server. */
  date?: 'held' | 'real'
  /** Whether `Math.random` and `crypto` are seeded, or the machine's. */
  random?: 'held' | 'real'
  /** `real` unless given; `auto`: a timer is due as soon as nothing else is; `manual`: when `world.advance` comes to it. */
  timers?: 'real' | 'auto' | 'manual'
}

const worldKeys = ['epoch', 'seed', 'tick', 'date', 'random', 'timers'] as const
const testKeys = ['upstream', 'ignore', 'world', 'http', 'onUnhandledRequest', 'protocolVersion', 'callTimeout', 'scope'] as const
const choices = {
  http: ['live', 'record'],
  onUnhandledRequest: ['error', 'warn', 'bypass'],
  scope: ['test', 'file'],
} as const
const worldChoices = { date: ['held', 'real'], random: ['held', 'real'], timers: ['real', 'auto', 'manual'] } as const

const example = "{ upstream: { command: ['node', 'server.js'] } }"

/** The settings that options make in a project, all but the update policy. Rejects with 'usage' for what is wrong in them, or in the configuration found upwards from the root. */
export async function toSettings(options: unknown, root: string): Promise<Omit<Settings, 'update' | 'mode' | 'ci'>> {
  const where = 'shadowcat(…)'
  checkOptions(options, where, [...testKeys, 'tapes', 'redact'])
  const { tapes = 'tapes', redact, ...others } = options
  if (typeof tapes !== 'string' || tapes === '') throw new ShadowcatError('usage', `${where}: tapes is to be a folder's path; found ${show(tapes)}`)
  if (redact !== undefined) checkTexts(redact, `${where}: redact`)
  const config = await loadConfig(root)
  const defaults = { root, tapes: resolve(root, tapes), ignore: config.ignore ?? [], redact: redact ?? config.redact ?? [], world: worldOf(config), http: 'live', onUnhandledRequest: 'error', callTimeout: 60_000, scope: 'test' } as const
  return merge({ ...defaults, ...(config.upstream && { upstream: config.upstream }), ...(others.ignore && { ignore: [] }) }, others)
}

/** The settings of one test that says something for itself. Throws 'usage' for what is wrong in it; `where` says which test. */
export function overrideSettings(settings: Settings, options: unknown, where: string): Settings {
  checkOptions(options, where, testKeys)
  return { ...settings, ...merge(settings, options) }
}

function merge<Known extends Omit<Settings, 'update'>>(settings: Known, { upstream, ignore = [], world, ...others }: TestOptions): Known {
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined))
  return { ...settings, ...given, ignore: [...settings.ignore, ...ignore], ...(upstream && { upstream: anchored(upstream, settings.root) }), ...(world && { world: mergeWorld(settings.world, world) }) }
}

/** What is real has no place to begin and no step: a choice drops what it makes meaningless, and the other way round. */
function mergeWorld(settings: WorldSettings, { epoch, seed, tick, date, random, timers }: WorldOptions): WorldSettings {
  const held = { date: date ?? (epoch !== undefined || tick !== undefined ? 'held' : settings.date), random: random ?? (seed !== undefined ? 'held' : settings.random) }
  const kept = {
    ...(held.date === 'held' && { epoch: epoch ?? settings.epoch, tick: tick ?? settings.tick }),
    ...(held.random === 'held' && { seed: seed === undefined ? settings.seed : String(seed) }),
  }
  const given = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined))
  return { ...given, ...held, timers: timers ?? settings.timers }
}

/** The world of a configuration that the command line shares, in the plugin's words. */
function worldOf({ world = {} }: Config): WorldSettings {
  const { epoch, seed, tick, clock } = world
  const given = { ...(epoch !== undefined && { epoch }), ...(tick !== undefined && { tick }), ...(seed !== undefined && seed !== 'real' && { seed }) }
  return mergeWorld({ date: clock ?? 'held', random: seed === 'real' ? 'real' : 'held', timers: 'real' }, given)
}

function checkOptions(value: unknown, where: string, keys: readonly string[]): asserts value is ShadowcatOptions {
  const options = checkObject(value, keys, where, example)
  if (options['upstream'] !== undefined) checkUpstream(options['upstream'], `${where}: upstream`)
  if (options['ignore'] !== undefined) checkTexts(options['ignore'], `${where}: ignore`)
  for (const pointer of (options['ignore'] as string[] | undefined) ?? []) checkPointer(pointer, `${where}: ignore`)
  if (options['world'] !== undefined) checkWorldOptions(options['world'], `${where}: world`)
  checkChoices(options, choices, where)
  const { callTimeout, protocolVersion } = options
  if (protocolVersion !== undefined) checkRevision(protocolVersion, `${where}: protocolVersion`)
  if (callTimeout !== undefined && !(typeof callTimeout === 'number' && callTimeout > 0)) throw new ShadowcatError('usage', `${where}: callTimeout is a number of milliseconds, such as 60_000; found ${show(callTimeout)}`)
}

function checkUpstream(value: unknown, where: string): void {
  if (typeof value === 'object' && value !== null && 'url' in value) {
    throw new ShadowcatError('usage', `${where}: { url } names a server that is reached over HTTP, which this version cannot record yet; name one that it can start: { command }, { wassette } or { components }`)
  }
  checkSpecification(value, where)
}

function checkWorldOptions(value: unknown, where: string): void {
  const { epoch, seed, tick, ...others } = checkObject(value, worldKeys, where, "{ epoch: '2026-01-01T00:00:00Z', seed: 42 }")
  checkChoices(others, worldChoices, where)
  const { date, random } = others
  if (seed === 'real') throw new ShadowcatError('usage', `${where}: seed is to be an unsigned 64-bit integer; for the machine's randomness write random: 'real'`)
  if (seed !== undefined && random === 'real') throw new ShadowcatError('usage', `${where}: seed is what randomness is made of that is held, and random: 'real' is the machine's: leave out one of them`)
  const world: { [Key in keyof WorldSpecification]: unknown } = { epoch, seed, tick, clock: date }
  checkWorld(world, where, (key) => `${where}: ${key === 'clock' ? 'date' : key}`)
}

function checkChoices(options: Record<string, unknown>, allowed: Readonly<Record<string, readonly string[]>>, where: string): void {
  for (const [key, words] of Object.entries(allowed)) {
    const value = options[key]
    if (value === undefined || words.includes(value as string)) continue
    const meant = typeof value === 'string' ? nearest(value, words) : undefined
    throw new ShadowcatError('usage', `${where}: ${key} is ${words.slice(0, -1).join(', ')} or ${words.at(-1)}; found ${show(value)}${meant ? `: did you mean '${meant}'?` : ''}`)
  }
}
