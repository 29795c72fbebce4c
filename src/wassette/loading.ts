/** Follows what Wassette says on stderr while it loads the components that were there at its start. */
import { basename } from 'node:path'
import type { ShadowcatError } from '../errors.ts'

/** The tracing span in which Wassette 0.4 and later load at start-up, and the line that ends it: whatever loaded, whatever failed. */
const span = 'load_existing_components_async'
const completed = 'Background component loading completed'

export type Loading = {
  /** Takes a line of stderr or several; returns what of them people should see. */
  line(text: string): string
  /** The process has gone, with an error when nobody asked for that. */
  gone(error?: ShadowcatError): void
  /** Resolves when all are loaded or have failed; rejects when the process goes before. */
  ready(progress?: (text: string) => void): Promise<void>
}

/**
 * The environment under which Wassette says how loading goes. Without RUST_LOG it does; a person's own setting is kept, and the one span added
 * to it. `hidden` tells that these lines are then not for people.
 */
export function loadingEnvironment(setting: string | undefined): { RUST_LOG?: string; hidden: boolean } {
  return setting === undefined || setting === '' ? { hidden: false } : { RUST_LOG: `${setting},wassette[${span}]=info`, hidden: true }
}

export function followLoading(components: readonly string[], hidden: boolean): Loading {
  const waiting = new Set(components)
  const failures: string[] = []
  const over = Promise.withResolvers<void>()
  // Told to those who ask for ready(); nobody else has to catch it.
  over.promise.catch(() => undefined)
  let progress: ((text: string) => void) | undefined
  let hiding = false
  let done = false

  function tell(): void {
    if (components.length === 0) return
    const count = `${components.length - waiting.size} of ${components.length} components ready`
    progress?.([count, ...(waiting.size > 0 && !done ? [`compiling ${list([...waiting])}`] : []), ...failures].join('; '))
  }

  function follow(line: string): void {
    const loaded = /component loaded component_id="?([^\s"]+)"?/.exec(line)?.[1]
    if (loaded !== undefined && waiting.delete(loaded)) tell()
    const failed = /Failed to load component: (.*)/.exec(line)?.[1]
    if (failed !== undefined) fail(failed)
    if (!line.includes(completed)) return
    done = true
    hiding = false
    over.resolve()
  }

  function fail(reason: string): void {
    const id = componentIn(reason)
    if (id !== undefined) waiting.delete(id)
    failures.push(`could not load ${id === undefined ? '' : `${id}.wasm: `}${reason}`)
    tell()
  }

  /** A line that has no time in front belongs to the one before it. */
  function shown(line: string): boolean {
    if (/^\d{4}-\d\d-\d\dT/.test(line)) hiding = hidden && line.includes(span)
    return !hiding
  }

  function take(raw: string): string {
    const line = withoutColour(raw)
    const result = shown(line) ? raw : ''
    if (line.includes(span)) follow(line.trimEnd())
    return result
  }

  return {
    line(text) {
      return done ? text : text.split(/(?<=\n)/).map(take).join('')
    },
    gone: (error) => (error ? over.reject(error) : over.resolve()),
    async ready(told) {
      progress = told
      if (!done) tell()
      await over.promise
      progress = undefined
    },
  }
}

/** At most three names. */
function list(ids: readonly string[]): string {
  const names = ids.slice(0, 3).map((id) => `${id}.wasm`)
  return ids.length > 3 ? `${names.join(', ')} and ${ids.length - 3} more` : names.join(', ')
}

function componentIn(reason: string): string | undefined {
  const path = /from path: (.*?\.wasm)(?=[.:]|$)/.exec(reason)?.[1]
  return path && basename(path, '.wasm')
}

function withoutColour(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\u001b\[[\d;]*m/g, '')
}
