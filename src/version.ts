import { readFileSync } from 'node:fs'
import { ShadowcatError } from './errors.ts'
import { codeFolder } from './own-file.ts'

/** This package's version, as its manifest says. */
export function packageVersion(): string {
  return (version ??= (JSON.parse(readFileSync(new URL('../package.json', codeFolder), 'utf8')) as { version: string }).version)
}

/** Each session says it: it is read once. */
let version: string | undefined

/**
 * Throws 'usage' on a Node that is too old. The database is made for version 10 of Node-API, which came with Node 22.14 and 23.6: on an older one it
 * ends the process by SIGSEGV, without a word.
 */
export function checkNode({ node, napi }: { node: string; napi?: string | undefined } = process.versions): void {
  if (Number(napi ?? 0) < 10) throw new ShadowcatError('usage', `shadowcat needs Node 22.14, 24 or newer; this is v${node}`)
}
