/** Brings back the components that were there when a recorded session began, in a fresh directory. */
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ShadowcatError, messageOf, quote } from '../errors.ts'
import type { ComponentLoad, InitialState } from '../upstream.ts'
import { isPlainName } from './components.ts'
import { compiledPath, componentPath, digestOf, policyPath, readIfThere } from './directory.ts'

/** Components and policies, ready to be laid out in directories. */
export type Restoration = {
  /** Where each came from when it was recorded, by id. */
  origins: ReadonlyMap<string, string>
  /** A fresh directory that holds exactly these. */
  layOut(): string
  /** Removes such a directory; what was compiled in it is kept for the next. */
  remove(directory: string): void
}

type Part = { component: string; bytes: Uint8Array; digest: string; policy?: Uint8Array | undefined }

/** What was compiled in directories that are gone, by digest; a folder that goes when shadowcat ends. */
export type Compiled = { path(digest: string): string }

/**
 * Bytes come from the state; where it keeps none, from the recorded file or `directory`, if they have the recorded digest.
 * Throws a ShadowcatError that names component, digest and remedy when there are none.
 */
export function prepareRestoration(state: InitialState, directory: string, compiled: Compiled): Restoration {
  // A tape of several sessions names a component once for each; the first is the oldest.
  const loads = new Map(state.components.toReversed().map((load) => [load.component, load]))
  const parts = [...loads.values()].map((load): Part => {
    const bytes = bytesOf(load, directory)
    return { component: load.component, bytes, digest: digestOf(bytes), policy: load.policy }
  })
  return {
    origins: new Map([...loads.values()].map(({ component, uri }) => [component, uri])),
    layOut: () => layOut(parts, compiled),
    remove(fresh) {
      for (const part of parts) keepCompiled(fresh, part, compiled)
      removeFolder(fresh)
    },
  }
}

export function createCompiled(): Compiled {
  let folder: string | undefined
  return { path: (digest) => join((folder ??= temporaryFolder('shadowcat-compiled-')), `${digest.replace(':', '-')}.cwasm`) }
}

function layOut(parts: readonly Part[], compiled: Compiled): string {
  const fresh = temporaryFolder('shadowcat-components-')
  for (const { component, bytes, digest, policy } of parts) {
    writeFileSync(componentPath(fresh, component), bytes)
    if (policy) writeFileSync(policyPath(fresh, component), policy)
    // Wassette trusts a compiled file without a check: it must be of these very bytes, and of this very Wassette.
    if (existsSync(compiled.path(digest))) copyFileSync(compiled.path(digest), compiledPath(fresh, component))
  }
  return fresh
}

function keepCompiled(fresh: string, { component, digest }: Part, compiled: Compiled): void {
  const binary = readIfThere(componentPath(fresh, component))
  const path = compiledPath(fresh, component)
  if (binary && existsSync(path) && digestOf(binary) === digest) renameSync(path, compiled.path(digest))
}

function bytesOf(load: ComponentLoad, directory: string): Uint8Array {
  const { component, digest, bytes } = load
  if (!isPlainName(component)) throw new ShadowcatError('malformed', `the recording names a component ${quote(component)}, which cannot be the name of a file`)
  if (bytes) return digest === undefined || digestOf(bytes) === digest ? bytes : fail(load, 'the bytes that the recording keeps are others')
  if (digest === undefined) return fail(load, 'it has no digest in the recording')
  const places = new Set([recordedFile(load.uri), componentPath(directory, component)].filter((path) => path !== undefined))
  const others: string[] = []
  for (const place of places) {
    const found = readIfThere(place)
    if (found && digestOf(found) === digest) return found
    if (found) others.push(place)
  }
  return fail(load, others.length > 0 ? `what is at ${others.join(' and ')} has another digest` : `nothing is at ${[...places].join(' or ')}`)
}

function recordedFile(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined
  } catch (cause) {
    throw new ShadowcatError('malformed', `the recording holds a component from ${quote(uri)}, which is no file URL: ${messageOf(cause)}`, { cause })
  }
}

function fail({ component, digest, uri }: ComponentLoad, why: string): never {
  const remedy = 'Put that very file back, or record again with --with-components, so that the recording keeps it.'
  throw new ShadowcatError('usage', `cannot bring back component ${quote(component)} (${digest ?? 'unknown digest'}, from ${quote(uri, 300)}): ${why}. ${remedy}`, { facts: { component, digest, uri } })
}

const folders = new Set<string>()

/** One that goes when it is removed, at the latest when shadowcat ends by itself. */
function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  if (folders.size === 0) process.once('exit', removeFolders)
  folders.add(folder)
  return folder
}

function removeFolder(folder: string): void {
  folders.delete(folder)
  if (folders.size === 0) process.removeListener('exit', removeFolders)
  rmSync(folder, { recursive: true, force: true })
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
