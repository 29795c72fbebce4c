import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ShadowcatError, messageOf } from '../errors.ts'
import { type Cache, type Files, openCache } from './cache.ts'

const transpiler = '@bytecodealliance/jco-transpile'
const options = { name: 'component', instantiation: 'sync', emitTypescriptDeclarations: false, base64Cutoff: 0 } as const

/** A component as JavaScript and core modules, by file name. `finding` is what a person should know. */
export type Transpiled = { files: Files; finding?: string | undefined }

/**
 * What jco makes of a component: from the cache, or made now and kept there. Throws 'usage' when jco-transpile, an optional peer, is not
 * installed, and 'malformed' when jco cannot read the component.
 */
export async function transpile(component: Uint8Array, cache: Cache = openCache()): Promise<Transpiled> {
  const version = transpilerVersion()
  const key = createHash('sha256').update(JSON.stringify([version, options])).update(component).digest('hex')
  const known = cache.read(key)
  if (known) return { files: known }
  const { transpileBytes } = await import('@bytecodealliance/jco-transpile')
  const files = await transpileBytes(component, { ...options }).then(
    (result) => result.files as Files,
    (cause: unknown) => {
      throw new ShadowcatError('malformed', `jco cannot translate the component: ${messageOf(cause)}`, { cause })
    },
  )
  return { files, finding: cache.write(key, files) }
}

function transpilerVersion(): string {
  try {
    const entry = createRequire(import.meta.url).resolve(transpiler)
    return (JSON.parse(readFileSync(entry.replace(/dist[\\/].*$/, 'package.json'), 'utf8')) as { version: string }).version
  } catch (cause) {
    throw new ShadowcatError('usage', `components run by way of ${transpiler}, which is not installed: npm install --save-dev ${transpiler}`, { cause })
  }
}
