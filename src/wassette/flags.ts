/** Wassette's own flags, as far as shadowcat must understand them. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ShadowcatError, messageOf } from '../errors.ts'

/** What was said of the component directory, under either name, and everything else, untouched. */
export type Flags = { directories: string[]; rest: string[] }

const directoryNames = new Set(['--component-dir', '--plugin-dir'])

/** Takes the component directory out of the flags; `--x DIR` and `--x=DIR`. Throws 'usage' when the directory is missing. */
export function splitFlags(args: readonly string[]): Flags {
  const flags: Flags = { directories: [], rest: [] }
  for (let at = 0; at < args.length; at++) {
    const [name, value] = splitFlag(args[at]!)
    if (!directoryNames.has(name)) {
      flags.rest.push(args[at]!)
      continue
    }
    const directory = value ?? args[++at]
    if (directory === undefined || directory === '') throw new ShadowcatError('usage', `${name} needs a directory, as in ${name} components`)
    flags.directories.push(directory)
  }
  return flags
}

/** `--x=y` is name and value; anything else a name alone. */
function splitFlag(arg: string): [name: string, value: string | undefined] {
  const at = arg.startsWith('--') ? arg.indexOf('=') : -1
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}

/** Variables that `--env K=V` and `--env-file FILE` hand to components: their values are secrets until proved otherwise. */
export function givenEnvironment(args: readonly string[], cwd = '.'): Record<string, string> {
  const given: Record<string, string> = {}
  eachValue(args, (name, value) => {
    if (name === '--env') assign(given, value)
    if (name === '--env-file') for (const line of readEnvironmentFile(resolve(cwd, value))) assign(given, line)
  })
  return given
}

/** The flags without those values, for the tape: `--env API_KEY`. */
export function namesOnly(rest: readonly string[]): string[] {
  return rest.map((arg, at) => {
    if (arg.startsWith('--env=')) return `--env=${nameOf(arg.slice('--env='.length))}`
    return rest[at - 1] === '--env' ? nameOf(arg) : arg
  })
}

function eachValue(args: readonly string[], visit: (name: string, value: string) => void): void {
  args.forEach((arg, at) => {
    const [name, value = args[at + 1]] = splitFlag(arg)
    if (value !== undefined) visit(name, value)
  })
}

function nameOf(assignment: string): string {
  return assignment.split('=', 1)[0]!
}

function assign(given: Record<string, string>, assignment: string): void {
  const at = assignment.indexOf('=')
  if (at > 0) given[assignment.slice(0, at).trim()] = assignment.slice(at + 1)
}

function readEnvironmentFile(file: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split(/\r?\n/)
    return lines.filter((line) => !line.trimStart().startsWith('#')).map((line) => line.replace(/^\s*export\s+/, '').replace(/=\s*(['"])(.*)\1\s*$/, '=$2'))
  } catch (cause) {
    throw new ShadowcatError('usage', `cannot read --env-file ${file}: ${messageOf(cause)}`, { cause })
  }
}
