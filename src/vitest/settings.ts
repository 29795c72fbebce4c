/** What the plugin tells every test file: plain data that crosses to the workers of any pool. */
import { expect, inject } from 'vitest'
import { ShadowcatError } from '../errors.ts'
import type { UpstreamSpecification } from '../open/specification.ts'

/** Checked and complete; paths are absolute. */
export type Settings = {
  /** The project's root; files are named from here. */
  root: string
  /** The folder of tapes. */
  tapes: string
  /** Absent when none was given: then a test that would record fails, and replay needs none. */
  upstream?: UpstreamSpecification
  /** JSON pointers left out of matching and comparing. */
  ignore: readonly string[]
  /** Redaction rules besides the built-in ones. */
  redact: readonly string[]
  world: WorldSettings
  http: 'live' | 'record'
  onUnhandledRequest: 'error' | 'warn' | 'bypass'
  /** The revision of MCP that sessions ask for. Absent when none was given: the tape's era then, or the usual revision. */
  protocolVersion?: string
  /** Milliseconds. */
  callTimeout: number
  scope: 'test' | 'file'
  update: UpdatePolicy
  /** What SHADOWCAT_MODE says; wins over `update`. */
  mode?: Mode
  /** Only some of the tests of a file were asked for, by name or by tags. */
  filtered?: true
  /** The variable by which CI was detected, when that alone is why nothing is recorded. */
  ci?: string
}

/** `new` records missing tapes, `none` none, `all` every tape anew. */
export type UpdatePolicy = 'new' | 'none' | 'all'

export type Mode = 'record' | 'replay' | 'verify'

/** Time and randomness of tests, and of components that run here. Where one is `real`, it is so for components too. */
export type WorldSettings = {
  /** ISO 8601; chosen at the first recording when absent. */
  epoch?: string
  /** A decimal number below 2^64; chosen at the first recording when absent. */
  seed?: string
  /** How far each reading of a component's clock moves it, such as `1ms`. */
  tick?: string
  date: 'held' | 'real'
  random: 'held' | 'real'
  timers: 'real' | 'auto' | 'manual'
}

/** What a test leaves in `task.meta.shadowcat` for the reporter; counts are of calls. */
export type Tally = {
  recorded: number
  replayed: number
  missed: number
  unused: number
  /** Milliseconds that the recorded calls took, less those that the replayed ones did. */
  savedMs: number
  /** Where the test's tape stands or would stand, from the project's root with `/`; the file's where the session is file-scoped. */
  tape: string
  /** Set when there was no tape, and none was recorded because of the update policy. */
  withheld?: true
}

declare module 'vitest' {
  interface ProvidedContext {
    shadowcat: Settings
  }
}

const missing = `shadowcat is not among vitest's plugins; add these two lines to vitest.config.ts:
  import { shadowcat } from 'shadowcat/vitest/plugin'
  plugins: [shadowcat({ upstream: { command: ['node', 'server.js'] } })],`

/** The settings of the running test's project. Throws 'usage' when the plugin is not configured. */
export function readSettings(): Settings {
  const settings = inject('shadowcat') as Settings | undefined
  if (!settings) throw new ShadowcatError('usage', missing)
  const update = liveUpdate() ?? settings.update
  if (update === settings.update) return settings
  const { ci: _, ...others } = settings
  return { ...others, update }
}

/** What vitest's snapshots follow in this very run: in watch mode, the key `u` changes it after the settings were provided. */
function liveUpdate(): UpdatePolicy | undefined {
  const { snapshotState } = expect.getState() as { snapshotState?: { snapshotUpdateState?: UpdatePolicy } }
  return snapshotState?.snapshotUpdateState
}
