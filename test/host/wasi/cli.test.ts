import { expect, test } from 'vitest'
import { environment, exit, stderr, stdin, stdout, terminalInput, terminalOutput, terminalStderr, terminalStdin, terminalStdout } from '../../../src/host/wasi/cli.ts'
import { inPass, thrownBy } from '../components.ts'

test('the environment is what is granted; the trace holds names, and no values', () => {
  inPass((pass) => {
    expect([environment.getEnvironment(), environment.getArguments(), environment.initialCwd()]).toEqual([[['A', 'value'], ['B', 'value']], [], undefined])
    expect(pass.trace[0]!.value).toBe('A B')
  }, { variables: [['A', 'value'], ['B', 'value']] })
})

test('exit ends the call with its status', () => {
  for (const [act, status] of [[() => exit.exit({ tag: 'ok' }), 0], [() => exit.exit({ tag: 'err' }), 1], [() => exit.exitWithCode(7), 7]] as const)
    inPass(() => expect(thrownBy(act)).toMatchObject({ kind: 'exit', message: `Exited with i32 exit status ${status}` }))
})

test('output is kept with the pass, and there is no input', () => {
  inPass((pass) => {
    stdout.getStdout().blockingWriteAndFlush(Buffer.from('out'))
    stderr.getStderr().write(Buffer.from('err'))
    expect(pass.output).toEqual({ stdout: 'out', stderr: 'err' })
    expect(thrownBy(() => stdin.getStdin().read(1n))).toEqual({ tag: 'closed' })
  })
})

test('nothing is a terminal', () => {
  inPass(() => expect([terminalStdin.getTerminalStdin(), terminalStdout.getTerminalStdout(), terminalStderr.getTerminalStderr()]).toEqual([undefined, undefined, undefined]))
  expect([Object.keys(terminalInput), Object.keys(terminalOutput)]).toEqual([['TerminalInput'], ['TerminalOutput']])
})
