/** Finds the bytes of the components that a recording says were there. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { digestOf } from '../digest.ts'
import { ShadowcatError, messageOf, quote, systemCode } from '../errors.ts'
import type { ComponentLoad, InitialState } from '../upstream.ts'
import type { Source } from './components.ts'

/** A component's file, and the policy `ID.policy.yaml` beside it, if there is one. Throws 'usage' when it cannot be read. */
export function readSource(path: string): Source {
  const id = basename(path).replace(/\.wasm$/, '')
  return { id, uri: pathToFileURL(path).href, bytes: read(path) ?? fail(path), policy: read(path.replace(/(?:\.wasm)?$/, '.policy.yaml')) }
}

/**
 * The recorded components: a given one of the same name takes the recorded one's place, as who gives it wants it tried; other bytes come from
 * the recording, or from the file that it names if that has the recorded digest. Policies are the recorded ones. Without recorded components
 * the given ones are there. Throws 'usage' naming component, digest and remedy when there are no bytes.
 */
export function restoreSources(state: InitialState, given: readonly Source[]): readonly Source[] {
  if (state.components.length === 0) return given
  return state.components.map((load): Source => {
    const mine = given.find(({ id }) => id === load.component)
    return { id: load.component, uri: load.uri, bytes: mine?.bytes ?? bytesOf(load), policy: load.policy }
  })
}

function bytesOf(load: ComponentLoad): Uint8Array {
  const { digest, bytes } = load
  if (bytes) return digest === undefined || digestOf(bytes) === digest ? bytes : missing(load, 'the bytes that the recording keeps are others')
  if (digest === undefined) return missing(load, 'it has no digest in the recording')
  const path = pathOf(load.uri)
  const found = path === undefined ? undefined : read(path)
  if (!found) return missing(load, path === undefined ? 'it did not come from a file' : `nothing is at ${path}`)
  return digestOf(found) === digest ? found : missing(load, `what is at ${path} has another digest`)
}

function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined
  } catch (cause) {
    throw new ShadowcatError('malformed', `the recording holds a component from ${quote(uri)}, which is no file URL: ${messageOf(cause)}`, { cause })
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined
    throw new ShadowcatError('usage', `cannot read ${path}: ${messageOf(cause)}`, { cause, facts: { path } })
  }
}

function fail(path: string): never {
  throw new ShadowcatError('usage', `there is no component ${path}; --component takes a .wasm file`, { facts: { path } })
}

function missing({ component, digest, uri }: ComponentLoad, why: string): never {
  const remedy = 'Give the component with --component, or record again with --with-components, so that the recording keeps it.'
  throw new ShadowcatError('usage', `cannot bring back component ${quote(component)} (${digest ?? 'unknown digest'}, from ${quote(uri, 300)}): ${why}. ${remedy}`, { facts: { component, digest, uri } })
}
