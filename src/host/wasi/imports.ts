import { toCamelCase } from '../../component/names.ts'
import type { Import } from '../../component/reader.ts'
import { ShadowcatError } from '../../errors.ts'
import { environment, exit, stderr, stdin, stdout, terminalInput, terminalOutput, terminalStderr, terminalStdin, terminalStdout } from './cli.ts'
import { monotonicClock, wallClock } from './clocks.ts'
import { store } from './config.ts'
import { preopens, types as filesystemTypes } from './filesystem.ts'
import { outgoingHandler, types as httpTypes } from './http.ts'
import { error, streams } from './io.ts'
import { poll } from './poll.ts'
import { insecure, insecureSeed, random } from './random.ts'

/** Every interface that is offered, by its name without a version, as jco's code takes them. They find the pass that runs by themselves. */
export const imports: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'wasi:cli/environment': environment,
  'wasi:cli/exit': exit,
  'wasi:cli/stderr': stderr,
  'wasi:cli/stdin': stdin,
  'wasi:cli/stdout': stdout,
  'wasi:cli/terminal-input': terminalInput,
  'wasi:cli/terminal-output': terminalOutput,
  'wasi:cli/terminal-stderr': terminalStderr,
  'wasi:cli/terminal-stdin': terminalStdin,
  'wasi:cli/terminal-stdout': terminalStdout,
  'wasi:clocks/monotonic-clock': monotonicClock,
  'wasi:clocks/wall-clock': wallClock,
  'wasi:config/store': store,
  'wasi:filesystem/preopens': preopens,
  'wasi:filesystem/types': filesystemTypes,
  'wasi:http/outgoing-handler': outgoingHandler,
  'wasi:http/types': httpTypes,
  'wasi:io/error': error,
  'wasi:io/poll': poll,
  'wasi:io/streams': streams,
  'wasi:random/insecure': insecure,
  'wasi:random/insecure-seed': insecureSeed,
  'wasi:random/random': random,
}

/** Throws 'usage', in words that name it, when a component imports what is not offered here. */
export function checkOffered(imported: readonly Import[]): void {
  for (const { name, sort, exports } of imported) {
    if (sort !== 'instance' && sort !== 'function') continue
    // an interface of types alone asks for nothing
    if (sort === 'instance' && exports.every((item) => item.sort === 'type')) continue
    const members = imports[name.replace(/@.*$/, '')]
    if (!members) throw new ShadowcatError('usage', `the component cannot be loaded: it imports ${name}, which is not offered`, { facts: { import: name } })
    const missing = exports.find((item) => item.sort === 'function' && !isOffered(members, item.name))
    if (missing) throw new ShadowcatError('usage', `the component cannot be loaded: it imports ${missing.name} of ${name}, which is not offered`, { facts: { import: name } })
  }
}

/** `now`, `[constructor]fields`, `[method]fields.get` or `[static]fields.from-list`. */
function isOffered(members: Readonly<Record<string, unknown>>, name: string): boolean {
  const [, kind, resource, member] = /^\[(\w+)\]([^.]+)(?:\.(.+))?$/.exec(name) ?? []
  if (kind === undefined) return toCamelCase(name) in members
  const type = members[toPascalCase(resource!)] as { prototype: object } | undefined
  if (kind === 'constructor' || !type) return type !== undefined
  return toCamelCase(member!) in (kind === 'static' ? type : type.prototype)
}

function toPascalCase(name: string): string {
  const camel = toCamelCase(name)
  return camel.charAt(0).toUpperCase() + camel.slice(1)
}
