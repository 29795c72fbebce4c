import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ShadowcatError, messageOf, systemCode } from '../errors.ts'
import { type Cache, type Files, openCache } from './cache.ts'

const transpiler = '@bytecodealliance/jco-transpile'
const options = { name: 'component', instantiation: 'sync', emitTypescriptDeclarations: false, base64Cutoff: 0 } as const

/** A component as JavaScript and core modules, by file name. `finding` is what a person should know. */
export type Transpiled = { files: Files; finding?: string | undefined }

/**
 * What jco makes of a component: from the cache, or made now and kept there. Throws 'usage' when it has to be made and jco-transpile, an
 * optional peer, is not installed, and 'malformed' when jco cannot read the component.
 */
export async function transpile(component: Uint8Array, cache: Cache = openCache()): Promise<Transpiled> {
  const keyOf = (version: string): string => createHash('sha256').update(JSON.stringify([version, options])).update(component).digest('hex')
  const installed = installedVersion()
  // Where it is not installed, what it made last is as good as what it would make.
  const version = installed ?? cache.read(keyOf('last'))?.['version']?.toString()
  const known = version === undefined ? undefined : cache.read(keyOf(version))
  if (known) return { files: known }
  if (installed === undefined) throw new ShadowcatError('usage', `components run by way of ${transpiler}, which is not installed: npm install --save-dev ${transpiler}`, { facts: { package: transpiler } })
  const { transpileBytes } = await import('@bytecodealliance/jco-transpile')
  const files = await transpileBytes(component, { ...options }).then(
    (result) => result.files as Files,
    (cause: unknown) => {
      throw new ShadowcatError('malformed', `jco cannot translate the component: ${messageOf(cause)}`, { cause })
    },
  )
  return { files, finding: cache.write(keyOf(installed), files) ?? cache.write(keyOf('last'), { version: Buffer.from(installed) }) }
}

function installedVersion(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(transpiler)
    return (JSON.parse(readFileSync(entry.replace(/dist[\\/].*$/, 'package.json'), 'utf8')) as { version: string }).version
  } catch (error) {
    if (systemCode(error) === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
