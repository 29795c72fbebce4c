/** What a host is made of, as plain data: it can be sent to a thread, and a host there behaves as one here. */
import { createRedactor } from '../tape/redact.ts'
import type { RecordedState } from '../upstream.ts'
import { createDisk } from '../world/disk.ts'
import { createScratchFiles } from '../world/scratch-files.ts'
import type { Variation } from '../world/variation.ts'
import { type WorldOptions, createWorld } from '../world/world.ts'
import { openCache } from './cache.ts'
import type { Compiled } from './compile.ts'
import { type Loader, type Source, createLoader } from './components.ts'
import { Host } from './host.ts'
import type { Limits } from './limits.ts'
import { createPlayedWorld } from './played-world.ts'
import type { Setting } from './setting.ts'

/** Rules and secret values, as a redactor takes them. */
export type Redaction = Parameters<typeof createRedactor>[0]

export type Description = {
  /** What is there when a session begins. */
  readonly sources: readonly Source[]
  readonly setting: Setting
  readonly environment: Readonly<Record<string, string>>
  readonly limits: Partial<Limits>
  /** Bytes that each memory of a component may have. */
  readonly memory?: number | undefined
  /** Where translations are kept. */
  readonly cacheFolder?: string | undefined
  /** What a recording says of the outside: with it nothing else is asked, neither network nor disk. */
  readonly state?: readonly RecordedState[] | undefined
  /** How that recording was redacted. */
  readonly redaction?: Redaction | undefined
  /** Whether what calls write to files stays in memory. */
  readonly scratch?: boolean | undefined
  readonly variation?: Variation | undefined
  /** Components that are compiled already, by digest. */
  readonly compiled?: ReadonlyMap<string, Compiled> | undefined
}

/** What tests put in the place of network and disk. */
export type Surroundings = Pick<WorldOptions, 'exchange' | 'files' | 'report'>

export type HostParts = {
  /** Shared by hosts that follow one another; one of its own unless given. */
  load?: Loader | undefined
  given?: Surroundings | undefined
  warn?: ((text: string) => void) | undefined
}

/** A host in a new world. It is to be started. */
export function createHost(description: Description, { given, warn, load = loaderOf(description, warn) }: HostParts = {}): Host {
  const { sources, limits, state, redaction } = description
  const options = toWorldOptions(description, given)
  const { world, begin } = state ? createPlayedWorld(options, state, createRedactor(redaction)) : { world: createWorld(options) }
  return new Host({ load, world, begin, limits, sources, warn })
}

export function loaderOf({ memory, cacheFolder, compiled }: Pick<Description, 'memory' | 'cacheFolder' | 'compiled'>, warn?: (text: string) => void): Loader {
  return createLoader({ memory, cache: openCache(cacheFolder), compiled, warn })
}

/** The world that is described; made anew for each host, as what is played is played once. */
export function toWorldOptions({ setting, environment, variation, scratch }: Description, given: Surroundings = {}): WorldOptions {
  const files = scratch ? createScratchFiles(given.files ?? createDisk()) : given.files
  return { ...given, ...setting, environment, variation, files }
}
