import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ShadowcatError, messageOf, systemCode } from '../errors.ts'
import { type Cache, type Files, openCache } from './cache.ts'

const transpiler = '@bytecodealliance/jco-transpile'
/** Besides jco's own. To be counted up when other bytes of a component are handed to jco: it is known by its digest alone. */
const form = 1
const options = { name: 'component', instantiation: 'sync', emitTypescriptDeclarations: false, base64Cutoff: 0 } as const

/** A component as JavaScript and core modules, by file name. `finding` is what a person should know. */
export type Translated = { files: Files; finding?: string | undefined }

/** Which component it is, and how many bytes each of its memories may have. */
export type Subject = { readonly digest: string; readonly memory: number }

/** What jco made of a component before, if that is in the cache. */
export function findTranslation(subject: Subject, cache: Cache = openCache()): Files | undefined {
  // Where it is not installed, what it made last is as good as what it would make.
  const version = installedVersion() ?? cache.read(keyOf(subject, 'last'))?.['version']?.toString()
  return version === undefined ? undefined : cache.read(keyOf(subject, version))
}

/**
 * Has jco translate a component, whose memories are limited already, and keeps that in the cache. Throws 'usage' when jco-transpile, an
 * optional peer, is not installed, and 'malformed' when jco cannot read the component.
 */
export async function translate(component: Uint8Array, subject: Subject, cache: Cache = openCache()): Promise<Translated> {
  const version = installedVersion()
  if (version === undefined) throw new ShadowcatError('usage', `components run by way of ${transpiler}, which is not installed: npm install --save-dev ${transpiler}`, { facts: { package: transpiler } })
  const { transpileBytes } = await import('@bytecodealliance/jco-transpile')
  const files = await transpileBytes(component, { ...options }).then(
    (result) => result.files as Files,
    (cause: unknown) => {
      throw new ShadowcatError('malformed', `jco cannot translate the component: ${messageOf(cause)}`, { cause })
    },
  )
  return { files, finding: cache.write(keyOf(subject, version), files) ?? cache.write(keyOf(subject, 'last'), { version: Buffer.from(version) }) }
}

function keyOf({ digest, memory }: Subject, version: string): string {
  return createHash('sha256').update(JSON.stringify([version, options, form, memory, digest])).digest('hex')
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
