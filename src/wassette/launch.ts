/** Finds a Wassette, asks which one it is, and makes the command line that this one understands. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { ShadowcatError, messageOf, quote, systemCode } from '../errors.ts'
import { type Flags, splitFlags } from './flags.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A Wassette that answered: `program` is what to start, `version` such as `0.8.0`. */
export type Wassette = { program: string; version: string }

export type Launch = {
  program: string
  /** What makes it serve stdio. */
  mode: readonly string[]
  /** The user's flags without the component directory's. */
  flags: readonly string[]
  /** The flag under which this version knows its component directory. */
  directoryFlag: '--component-dir' | '--plugin-dir'
  /** Absolute. */
  directory: string
}

const remedies = 'Give its path (--upstream wassette=PATH), or set WASSETTE_BIN to it, or put `wassette` on PATH (https://github.com/microsoft/wassette/releases).'
/** A program that says nothing for so long when asked for its version is none of ours; milliseconds. */
const versionLimit = 20_000

/**
 * The Wassette at `path`, or that WASSETTE_BIN or PATH names, with its version. Rejects with a ShadowcatError ('spawn') that names every remedy
 * when there is none, or when the program there is another one.
 */
export async function findWassette(path: string | undefined, env: Environment, cwd?: string): Promise<Wassette> {
  const program = findProgram(path, env, cwd)
  return { program, version: await askVersion(program, env) }
}

function findProgram(path: string | undefined, env: Environment, cwd = process.cwd()): string {
  const given = path ?? (env['WASSETTE_BIN'] || undefined)
  if (given === undefined) return onPath('wassette', env) ?? fail('no `wassette` is on PATH', {})
  const found = /[/\\]/.test(given) ? resolve(cwd, given) : (onPath(given, env) ?? resolve(cwd, given))
  const origin = path === undefined ? 'WASSETTE_BIN names' : 'the path given is'
  return existsSync(found) ? found : fail(`${origin} ${quote(given, 300)}, and there is nothing`, { path: found })
}

function onPath(name: string, env: Environment): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', ''] : ['']
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find((file) => existsSync(file))
}

async function askVersion(program: string, env: Environment): Promise<string> {
  const said = await versionText(program, env)
  const version = /^(?:wassette[\w-]* )?(\d+\.\d+\.\d+(?:-[\w.]+)?)(?:\s|$)/.exec(said.trim())?.[1]
  return version ?? fail(`${quote(program, 300)} answers --version with ${quote(said.trim())}, so it is another program`, { path: program })
}

function versionText(program: string, env: Environment): Promise<string> {
  const { promise, resolve: answer, reject } = Promise.withResolvers<string>()
  const child = execFile(program, ['--version'], { env: { ...env }, timeout: versionLimit, killSignal: 'SIGKILL', maxBuffer: 65_536 }, (cause, stdout) => {
    if (cause === null) return answer(stdout)
    const code = systemCode(cause)
    const why = cause.killed ? `it gave no version within ${versionLimit / 1000} s` : code ? `it cannot be started (${code})` : `it ended with ${cause.signal ?? `exit code ${cause.code}`} when asked for its version`
    reject(new ShadowcatError('spawn', `${quote(program, 300)} is no Wassette: ${why}. ${remedies}`, { cause, facts: { path: program } }))
  })
  child.stdin?.end()
  return promise
}

function fail(what: string, facts: Record<string, unknown>): never {
  throw new ShadowcatError('spawn', `cannot find Wassette: ${what}. ${remedies}`, { facts })
}

/** Whether this version takes `run --component-dir` (0.4 and later) and not `serve --stdio --plugin-dir`. */
export function isModern(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 0 || minor >= 4
}

/**
 * The command line. The directory is the one that a flag or `componentDir` gives, else the one that Wassette would take by itself.
 * Throws 'usage' when two are given, or none that can be known.
 */
export function planLaunch({ program, version }: Wassette, args: readonly string[], where: { componentDir?: string | undefined; env: Environment; cwd?: string | undefined }): Launch {
  const flags = splitFlags(args)
  const modern = isModern(version)
  const directory = givenDirectory(flags, where.componentDir) ?? (modern ? ownDirectory(where.env) : undefined)
  if (directory === undefined) throw new ShadowcatError('usage', `Wassette ${version} needs to be told where its components are: give --component-dir DIRECTORY`)
  return {
    program,
    mode: modern ? ['run'] : ['serve', '--stdio'],
    flags: flags.rest,
    directoryFlag: modern ? '--component-dir' : '--plugin-dir',
    directory: resolve(where.cwd ?? '.', directory),
  }
}

function givenDirectory(flags: Flags, option: string | undefined): string | undefined {
  const given = [...new Set([...flags.directories, ...(option === undefined ? [] : [option])])]
  if (given.length > 1) throw new ShadowcatError('usage', `Wassette has one component directory, and ${given.length} were given: ${given.map((one) => quote(one, 300)).join(', ')}`)
  return given[0]
}

/** As Wassette finds it (0.4.0 and 0.8.0): its variable, its configuration file, its default. */
function ownDirectory(env: Environment): string {
  const home = env['HOME'] || homedir()
  const configuration = env['WASSETTE_CONFIG_FILE'] || join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'wassette', 'config.toml')
  return env['WASSETTE_COMPONENT_DIR'] || configuredDirectory(configuration) || join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'wassette', 'components')
}

function configuredDirectory(file: string): string | undefined {
  if (!existsSync(file)) return undefined
  try {
    // One top-level string is all that is wanted of the TOML.
    const written = /^\s*component_dir\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/m.exec(readFileSync(file, 'utf8'))
    return written?.[1] === undefined ? written?.[2] : (JSON.parse(`"${written[1]}"`) as string)
  } catch (cause) {
    throw new ShadowcatError('usage', `cannot read Wassette's configuration ${file}: ${messageOf(cause)}. Mend it, or give --component-dir DIRECTORY`, { cause })
  }
}

/** The whole command, for one directory. */
export function withDirectory(launch: Launch, directory: string): string[] {
  return [launch.program, ...launch.mode, launch.directoryFlag, directory, ...launch.flags]
}
