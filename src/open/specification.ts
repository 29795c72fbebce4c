import { ShadowcatError, nearest } from '../errors.ts'
import { parseSize } from '../units.ts'
import { checkObject, checkTexts } from './check.ts'

/** A program that speaks MCP on its stdin and stdout. */
export type CommandSpecification = {
  command: readonly string[]
  /** Variables set for the server besides those it inherits; only their names are kept, and their values are redacted. */
  env?: Readonly<Record<string, string>>
  cwd?: string
}

/** Real Wassette: `true` for the one that WASSETTE_BIN or PATH names. */
export type WassetteSpecification = {
  wassette: true | string | { path?: string; componentDir?: string; args?: readonly string[]; env?: Readonly<Record<string, string>> }
}

/** Components in this process, in a world that is held. */
export type EmbeddedSpecification = {
  /** Files; each may have its policy beside it: `ID.policy.yaml`. */
  components: readonly string[]
  /** Variables that policies may grant, besides those of this process; their values are redacted. */
  env?: Readonly<Record<string, string>>
  /** What each memory of a component may grow to, such as `64MB`; 1GB unless given. */
  memory?: string
}

/** What is to be opened: the one shape for flags, configuration and plugin options. */
export type UpstreamSpecification = CommandSpecification | WassetteSpecification | EmbeddedSpecification

const example = '{ command: ["node", "server.js"] }, { wassette: true } or { components: ["tools.wasm"] }'

/** Throws 'usage' for what is no specification, naming the nearest right key. */
export function checkSpecification(value: unknown, where: string): asserts value is UpstreamSpecification {
  const object = checkObject(value, ['command', 'env', 'cwd', 'wassette', 'url', 'components', 'memory'], where, example)
  if (object['url'] !== undefined) throw notYet(`${where}: url`)
  if (['command', 'wassette', 'components'].filter((kind) => object[kind] !== undefined).length !== 1) throw new ShadowcatError('usage', `${where}: name either a command, wassette, or components, such as ${example}`)
  if (object['command'] !== undefined) checkCommand(object, where)
  else if (object['components'] !== undefined) checkEmbedded(object, where)
  else checkWassette(object['wassette'], `${where}.wassette`)
}

function checkEmbedded({ components, env, memory }: Record<string, unknown>, where: string): void {
  checkTexts(components, `${where}.components`)
  if (env !== undefined) checkEnvironment(env, `${where}.env`)
  if (memory !== undefined) parseSize(String(memory), `${where}.memory`)
}

function checkCommand({ command, env, cwd }: Record<string, unknown>, where: string): void {
  checkTexts(command, `${where}.command`)
  if (command.length === 0) throw new ShadowcatError('usage', `${where}.command is empty; it holds a program and its arguments, such as ["node", "server.js"]`)
  if (env !== undefined) checkEnvironment(env, `${where}.env`)
  if (cwd !== undefined && typeof cwd !== 'string') throw new ShadowcatError('usage', `${where}.cwd is to be a path; found ${JSON.stringify(cwd)}`)
}

function checkWassette(value: unknown, where: string): void {
  if (value === true || typeof value === 'string') return
  const { path, componentDir, args, env } = checkObject(value, ['path', 'componentDir', 'args', 'env'], where, '{ componentDir: "components" }')
  for (const [key, item] of Object.entries({ path, componentDir })) if (item !== undefined && typeof item !== 'string') throw new ShadowcatError('usage', `${where}.${key} is to be a path; found ${JSON.stringify(item)}`)
  if (args !== undefined) checkTexts(args, `${where}.args`)
  if (env !== undefined) checkEnvironment(env, `${where}.env`)
}

function checkEnvironment(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null || !Object.values(value).every((item) => typeof item === 'string')) throw new ShadowcatError('usage', `${where} is to hold texts by variable name`)
}

/** What flags say of the upstream. */
export type UpstreamFlags = {
  upstream?: string | undefined
  rest?: readonly string[] | undefined
  env?: readonly string[] | undefined
  component?: readonly string[] | undefined
  memory?: string | undefined
}

/**
 * The specification that flags give: `--upstream wassette[=PATH]` with Wassette's own flags after `--`, `--upstream embedded` with
 * `--component FILE`, or a command after `--`. Undefined when they name none.
 */
export function fromFlags({ upstream, rest, env: assignments = [], component = [], memory }: UpstreamFlags): UpstreamSpecification | undefined {
  const env = toEnvironment(assignments)
  const embedded = upstream === 'embedded' || (upstream === undefined && rest === undefined && component.length > 0)
  if (embedded && rest) throw new ShadowcatError('usage', '--upstream embedded starts no command: nothing can follow --')
  if (memory !== undefined) parseSize(memory, '--memory')
  if (embedded) return { components: component, ...env, ...(memory !== undefined && { memory }) }
  for (const [flag, given] of Object.entries({ component: component.length > 0, memory: memory !== undefined })) {
    if (given) throw new ShadowcatError('usage', `--${flag} is for --upstream embedded, which runs components in this process`)
  }
  if (upstream === undefined) {
    if (!rest) return undefined
    if (rest.length === 0) throw new ShadowcatError('usage', 'no command follows --; it holds a program and its arguments: -- node server.js')
    return { command: rest, ...env }
  }
  const [kind, ...path] = upstream.split('=')
  if (kind === 'wassette') return { wassette: { ...(path.length > 0 && { path: path.join('=') }), ...(rest && { args: rest }), ...env } }
  if (URL.canParse(upstream)) throw notYet(`--upstream ${upstream}`)
  const meant = nearest(upstream, ['wassette', 'embedded'])
  throw new ShadowcatError('usage', `unknown upstream ${JSON.stringify(upstream)}: ${meant ? `did you mean ${meant}?` : 'it is wassette, wassette=PATH, embedded, or a command after --'}`)
}

function toEnvironment(assignments: readonly string[]): { env?: Record<string, string> } {
  if (assignments.length === 0) return {}
  const pairs = assignments.map((assignment) => {
    const equals = assignment.indexOf('=')
    if (equals < 1) throw new ShadowcatError('usage', `--env takes NAME=VALUE; ${equals === 0 ? 'one of them has no name' : `${JSON.stringify(assignment)} has no "="`}`)
    return [assignment.slice(0, equals), assignment.slice(equals + 1)] as const
  })
  return { env: Object.fromEntries(pairs) }
}

function notYet(what: string): ShadowcatError {
  return new ShadowcatError('usage', `${what}: this version opens commands (-- node server.js), wassette (--upstream wassette) and components (--upstream embedded) only`)
}
