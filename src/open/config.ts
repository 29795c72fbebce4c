import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ShadowcatError, messageOf } from '../errors.ts'
import { checkObject, checkTexts } from './check.ts'
import { type UpstreamSpecification, checkSpecification } from './specification.ts'
import { type WorldSpecification, checkWorld } from './world.ts'

/** What `shadowcat.config.ts`, `.js` or `.json` holds. Flags and plugin options win over it. */
export type Config = {
  /** The server, when no flag names one. */
  upstream?: UpstreamSpecification
  /** JSON pointers into messages (`/params/arguments/now`) that are left out of matching and comparing; `*` stands for one part. */
  ignore?: readonly string[]
  /** Field names and `/regular expressions/` that are redacted besides the built-in rules. */
  redact?: readonly string[]
  /** Time and randomness of components that run here; a tape's own win over it when it is verified. */
  world?: WorldSpecification
}

/** Gives editors the type; returns what it is given. */
export function defineConfig(config: Config): Config {
  return config
}

const names = ['shadowcat.config.ts', 'shadowcat.config.js', 'shadowcat.config.json']

/** The configuration found upwards from a folder, and where; empty when there is none. Its paths start from where it stands. Throws 'usage' for what is wrong in it. */
export async function loadConfig(from: string = process.cwd()): Promise<Config & { path?: string }> {
  const path = findConfig(from)
  if (!path) return {}
  const loaded = await load(path)
  const config = checkConfig(loaded, path)
  return { ...config, ...(config.upstream && { upstream: anchored(config.upstream, dirname(path)) }), path }
}

/** A specification whose paths start from this folder: so that it means the same wherever it is used. */
export function anchored(upstream: UpstreamSpecification, folder: string): UpstreamSpecification {
  if ('command' in upstream) return { ...upstream, cwd: resolve(folder, upstream.cwd ?? '.') }
  if ('components' in upstream) return { ...upstream, components: upstream.components.map((path) => resolve(folder, path)) }
  const { wassette } = upstream
  const binary = (path: string): string => (path.includes('/') ? resolve(folder, path) : path)
  if (typeof wassette === 'string') return { wassette: binary(wassette) }
  if (wassette === true) return upstream
  const { path, componentDir } = wassette
  return { wassette: { ...wassette, ...(path !== undefined && { path: binary(path) }), ...(componentDir !== undefined && { componentDir: resolve(folder, componentDir) }) } }
}

function findConfig(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path))
    if (found || folder === dirname(folder)) return found
  }
}

async function load(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8'))
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
    return module.default
  } catch (cause) {
    const remedy = path.endsWith('.ts') && !process.features.typescript ? ' (this Node cannot read TypeScript: use .js or .json, or Node 22.18 or newer)' : ''
    throw new ShadowcatError('usage', `cannot read ${path}: ${messageOf(cause)}${remedy}`, { cause })
  }
}

/** Checks a configuration and says what is wrong with it, naming the nearest right key. */
export function checkConfig(value: unknown, path: string): Config {
  const at = (place: string): string => `${path}: ${place}`
  const config = checkObject(value, ['upstream', 'ignore', 'redact', 'world'], path, 'export default { upstream: { command: ["node", "server.js"] } }')
  if (config['upstream'] !== undefined) checkSpecification(config['upstream'], at('upstream'))
  for (const key of ['ignore', 'redact']) if (config[key] !== undefined) checkTexts(config[key], at(key))
  for (const pointer of (config['ignore'] as string[] | undefined) ?? []) checkPointer(pointer, at('ignore'))
  if (config['world'] !== undefined) checkWorld(config['world'], at('world'))
  return config as Config
}

/** Throws 'usage' unless the text is a JSON pointer. */
export function checkPointer(pointer: string, where: string): void {
  if (!pointer.startsWith('/')) throw new ShadowcatError('usage', `${where}: ${JSON.stringify(pointer)} is no JSON pointer; one looks like /params/arguments/now`)
}
