/** Brings back the components that were there when a recorded session began, in a fresh directory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { digestOf } from '../digest.ts'
import { ShadowcatError, messageOf, quote } from '../errors.ts'
import type { ComponentLoad, InitialState } from '../upstream.ts'
import { isPlainName } from './components.ts'
import { compiledPath, componentPath, metadataTools, policyPath, readIfThere } from './directory.ts'

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

/** What one Wassette compiled in directories that are gone, by the component's digest: the second run of a large component starts at once. */
export type Compiled = Map<string, Buffer>

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

function layOut(parts: readonly Part[], compiled: Compiled): string {
  const fresh = temporaryFolder()
  for (const { component, bytes, digest, policy } of parts) {
    writeFileSync(componentPath(fresh, component), bytes)
    if (policy) writeFileSync(policyPath(fresh, component), policy)
    const ready = compiled.get(digest)
    if (ready) writeFileSync(compiledPath(fresh, component), ready)
  }
  return fresh
}

/** Wassette trusts a compiled file without a check, so it must be of these very bytes, and whole: the metadata are written after it. */
function keepCompiled(fresh: string, { component, digest }: Part, compiled: Compiled): void {
  if (compiled.has(digest) || !metadataTools(fresh, component)) return
  const binary = readIfThere(componentPath(fresh, component))
  const ready = readIfThere(compiledPath(fresh, component))
  if (binary && ready && digestOf(binary) === digest) compiled.set(digest, ready)
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
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-components-'))
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
