import { readFileSync } from 'node:fs'
import { ShadowcatError } from './errors.ts'
import { codeFolder } from './own-file.ts'

/** This package's version, as its manifest says. */
export function packageVersion(): string {
  return (version ??= (JSON.parse(readFileSync(new URL('../package.json', codeFolder), 'utf8')) as { version: string }).version)
}

/** Each session says it: it is read once. */
let version: string | undefined

/** Throws 'usage' on a Node that is too old: the database would fall there without a word. */
export function checkNode(node: string = process.versions.node): void {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 12)) throw new ShadowcatError('usage', `shadowcat needs Node 22.12 or newer; this is v${node}`)
}
