/** A component directory as Wassette keeps it: `ID.wasm ID.cwasm ID.metadata.json ID.policy.yaml`, and `downloads/`. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ShadowcatError, messageOf, systemCode } from '../errors.ts'

const ending = '.wasm'

/** The ids of the components in a directory, sorted; none when there is no such directory (Wassette will make it). */
export function componentIds(directory: string): string[] {
  const names = reading(directory, () => readdirSync(directory)) ?? []
  return names.filter((name) => name.endsWith(ending) && name.length > ending.length).map((name) => name.slice(0, -ending.length)).sort()
}

export function componentPath(directory: string, id: string): string {
  return join(directory, `${id}${ending}`)
}

/** What Wassette compiled of it. */
export function compiledPath(directory: string, id: string): string {
  return join(directory, `${id}.cwasm`)
}

export function policyPath(directory: string, id: string): string {
  return join(directory, `${id}.policy.yaml`)
}

/** A file's bytes; nothing when it is not there. */
export function readIfThere(path: string): Buffer | undefined {
  return reading(path, () => readFileSync(path))
}

/** The tools of a component as its metadata file lists them (0.4 and later); nothing when it has none that can be read. */
export function metadataTools(directory: string, id: string): string[] | undefined {
  const text = readIfThere(join(directory, `${id}.metadata.json`))?.toString()
  try {
    const { tool_names: names } = JSON.parse(text ?? '{}') as { tool_names?: unknown }
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined
  } catch {
    // Wassette is writing it, or writes it anew when it loads the component.
    return undefined
  }
}

function reading<T>(path: string, read: () => T): T | undefined {
  try {
    return read()
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined
    throw new ShadowcatError('usage', `cannot read ${path}, which belongs to Wassette's component directory: ${messageOf(cause)}`, { cause, facts: { path } })
  }
}
