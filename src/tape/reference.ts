/**
 * Where a component came from, as a tape keeps it: a relative reference (RFC 3986, 4.2) from the tape's folder for what stands near it, so that
 * tapes in a repository tell nothing of the machine, and find their components on another. What is elsewhere keeps its URI.
 */
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Of a file: URI that has more than the root in common with the folder; other URIs stay as they are. */
export function toReference(uri: string, folder: string): string {
  if (!uri.startsWith('file:///')) return uri
  const [from, to] = [segmentsOf(folder), uri.slice('file:///'.length).split('/')]
  const common = to.findIndex((segment, index) => index === to.length - 1 || segment !== from[index])
  if (common < 1 || to.some(isDots)) return uri
  const reference = [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/')
  // What has a colon in its first part would be read as a scheme.
  return reference.startsWith('../') ? reference : `./${reference}`
}

/** The URI that was made a reference. */
export function fromReference(reference: string, folder: string): string {
  if (!/^\.\.?\//.test(reference)) return reference
  const parts = reference.split('/')
  const up = parts.findIndex((part) => !isDots(part))
  const ups = parts.slice(0, up).filter((part) => part === '..').length
  const from = segmentsOf(folder)
  return `file:///${[...from.slice(0, Math.max(0, from.length - ups)), ...parts.slice(up)].join('/')}`
}

/** The same loads, with the URI of each from where the tape stands. */
export function located<T extends { uri: string }>(loads: readonly T[], tape: string): T[] {
  if (loads.length === 0) return []
  const folder = dirname(realpathSync(tape))
  return loads.map((load) => ({ ...load, uri: fromReference(load.uri, folder) }))
}

function segmentsOf(folder: string): string[] {
  return pathToFileURL(folder).href.slice('file:///'.length).split('/').filter((segment) => segment !== '')
}

function isDots(segment: string): boolean {
  return segment === '.' || segment === '..'
}
