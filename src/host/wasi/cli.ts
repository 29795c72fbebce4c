import { varyVariables } from '../../world/environment.ts'
import { Ended } from '../failure.ts'
import { activePass } from '../pass.ts'
import { absent, defineInterface } from './define.ts'
import { InputStream, OutputStream } from './io.ts'

export const environment = defineInterface('wasi:cli/environment', {
  getEnvironment: () => {
    const variables = tellVariables()
    activePass().note(variables.map(([key]) => key).join(' '))
    return variables
  },
  getArguments: (): string[] => [],
  initialCwd: (): string | undefined => undefined,
})

/** What is granted and set, as the function that runs is to tell it. */
export function tellVariables(): [key: string, value: string][] {
  const pass = activePass()
  const stage = pass.varies('environment')
  return stage ? varyVariables(pass.world.variables, stage) : pass.world.variables
}

export const exit = defineInterface('wasi:cli/exit', {
  exit: (status: { tag: 'ok' | 'err' }) => leave(status.tag === 'ok' ? 0 : 1),
  exitWithCode: leave,
})

function leave(status: number): never {
  throw new Ended('exit', `Exited with i32 exit status ${status}`)
}

export const stdin = defineInterface('wasi:cli/stdin', { getStdin: () => new InputStream(() => undefined) })

export const stdout = defineInterface('wasi:cli/stdout', { getStdout: () => outputTo('stdout') })

export const stderr = defineInterface('wasi:cli/stderr', { getStderr: () => outputTo('stderr') })

function outputTo(name: 'stdout' | 'stderr'): OutputStream {
  const pass = activePass()
  return new OutputStream((bytes) => pass.write(name, bytes))
}

// Nothing here is a terminal.
export const terminalInput = defineInterface('wasi:cli/terminal-input', { TerminalInput: absent() })

export const terminalOutput = defineInterface('wasi:cli/terminal-output', { TerminalOutput: absent() })

export const terminalStdin = defineInterface('wasi:cli/terminal-stdin', { getTerminalStdin: () => undefined })

export const terminalStdout = defineInterface('wasi:cli/terminal-stdout', { getTerminalStdout: () => undefined })

export const terminalStderr = defineInterface('wasi:cli/terminal-stderr', { getTerminalStderr: () => undefined })

