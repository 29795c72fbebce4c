/** Settings and a folder for tests of what lies below the fixtures. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { UpstreamSpecification } from '../../src/open/specification.ts'
import type { Settings } from '../../src/vitest/settings.ts'

/** The command of a fixture server. */
export function serverNamed(name: string): UpstreamSpecification {
  return { command: [process.execPath, resolve(import.meta.dirname, `../fixtures/servers/${name}.mjs`)] }
}

/** A new folder, and settings that record into it; both go with `using`. */
export function settingsIn(over: Partial<Settings> = {}): { settings: Settings; root: string; [Symbol.dispose](): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'shadowcat-stage-')))
  const settings: Settings = {
    root,
    tapes: join(root, 'tapes'),
    upstream: serverNamed('echo'),
    ignore: [],
    redact: [],
    world: { date: 'held', random: 'held', timers: 'real' },
    http: 'live',
    onUnhandledRequest: 'error',
    callTimeout: 10_000,
    scope: 'test',
    update: 'new',
    ...over,
  }
  return { settings, root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) }
}
