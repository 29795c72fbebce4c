/** Starts a server as a child process: its own process group, no shell, raw streams. */
import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { execa } from 'execa'
import { ShadowcatError, messageOf, systemCode } from '../errors.ts'
import { shellWord } from '../shell.ts'
import { type Grace, defaultGrace, endGroup, sweepGroup, within } from './life-cycle.ts'
import { forgetGroup, reapAtEnd, startReaper } from './reaper.ts'
import { readStderr } from './stderr.ts'

/** What to start and how. */
export type ServerSpec = {
  /** The program and its arguments; no shell reads them. */
  command: readonly string[]
  cwd?: string | undefined
  /** Set on top of this process's own environment; `undefined` takes a variable away. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Told each whole line (or several) of its stderr, redacted. */
  stderr?: ((text: string) => void) | undefined
  /** Takes secrets out of stderr and out of error messages. */
  redact?: ((text: string) => string) | undefined
  grace?: Partial<Grace> | undefined
}

/** How a process ended. `stderrTail` is redacted, at most 20 lines. */
export type Exit = { exitCode: number | undefined; signal: string | undefined; stderrTail: string }

/** A process that runs. Its streams are bytes; stdout is to be read at once, in the same tick: Node lets it run off when the process exits. */
export type ServerProcess = {
  readonly pid: number
  readonly stdin: Writable
  readonly stdout: Readable
  /** Resolves when the process has ended, nothing of its group lives and stderr is read; never rejects. */
  readonly exited: Promise<Exit>
  /** Ends the whole group: closes stdin, SIGTERM after `grace.stdin`, SIGKILL after `grace.term`. Resolves when it is gone. */
  stop(): Promise<void>
  /** The error of an exit that nobody asked for; `when` says when, as in "before it answered". */
  exitError(exit: Exit, when: string): ShadowcatError
}

/** How long stderr may stay open after the exit: a process that left the group may hold it for ever. Milliseconds. */
const stderrLimit = 500

/** Starts it. Rejects with a ShadowcatError ('spawn') that names the command and the remedy when that cannot be done. */
export async function spawnServer(spec: ServerSpec): Promise<ServerProcess> {
  const redact = spec.redact ?? ((text: string) => text)
  const name = redact(commandText(spec.command))
  startReaper()
  const subprocess = startProcess(spec, name)
  const { nodeChildProcess: child, pid, stdin, stdout, stderr } = subprocess
  if (pid === undefined) throw spawnError(spec, name, await subprocess)
  reapAtEnd(pid)
  // execa lets a stream run off that nobody has touched in the tick after.
  stdout.pause()
  const said = readStderr(stderr, spec.stderr, redact)
  const gone = new Promise<Pick<Exit, 'exitCode' | 'signal'>>((settle) => {
    child.once('exit', (code, signal) => settle({ exitCode: code ?? undefined, signal: signal ?? undefined }))
  })
  const grace = { ...defaultGrace, ...spec.grace }
  const exited = gone.then(async (ending) => {
    await sweepGroup(pid, grace.term)
    forgetGroup(pid)
    if (!(await within(stderrLimit, said.ended))) stderr.destroy()
    return { ...ending, stderrTail: said.tail }
  })
  let stopping: Promise<void> | undefined
  return {
    pid,
    stdin,
    stdout,
    exited,
    stop: () => (stopping ??= endGroup(pid, () => stdin.end(), gone, grace).then(() => exited).then(() => undefined)),
    exitError: (exit, when) => exitError(name, exit, when),
  }
}

function startProcess(spec: ServerSpec, name: string) {
  const { command, cwd, env } = spec
  const [file, ...args] = command
  if (file === undefined || file === '') throw new ShadowcatError('usage', 'no command was given to start the server: give one, as in `node server.js`')
  try {
    const subprocess = execa(file, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...env },
      // Programs of the project's packages are found as npm's scripts find them, without npx, which takes a second of its own.
      preferLocal: true,
      ...(cwd !== undefined && { localDir: cwd }),
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      encoding: 'buffer',
      buffer: false,
      reject: false,
      // The reaper's task, also when we are killed.
      cleanup: false,
      detached: process.platform !== 'win32',
    })
    return subprocess
  } catch (error) {
    throw spawnError(spec, name, error)
  }
}

/** The command as a person would type it. */
function commandText(command: readonly string[]): string {
  return command.map(shellWord).join(' ')
}

/** Without a cause: Node's error holds the arguments as they were, secrets included. */
function spawnError(spec: ServerSpec, name: string, failure: unknown): ShadowcatError {
  const cause = (failure as { cause?: unknown }).cause ?? failure
  const code = systemCode(cause) ?? systemCode(failure)
  const why = explain(spec, code) ?? (spec.redact?.(messageOf(cause)) ?? messageOf(cause))
  return new ShadowcatError('spawn', `cannot start \`${name}\`: ${why}`, { facts: { command: name, systemCode: code } })
}

function explain({ command, cwd, env }: ServerSpec, code: string | undefined): string | undefined {
  const file = command[0]!
  const path = resolve(cwd ?? '.', file)
  if (cwd !== undefined && !isFolder(cwd)) return `its working directory ${JSON.stringify(cwd)} is not there. Create it, or give another.`
  if (code === 'ENOENT' && file.includes('/') && existsSync(path)) return 'the program is there, but not the interpreter that its first line names.'
  if (code === 'ENOENT' && file.includes('/')) return `there is no ${JSON.stringify(path)} (ENOENT). Check the path.`
  if (code === 'ENOENT') return `no program of that name is on PATH (ENOENT). Check the spelling, install it, or give its whole path.${besides(file, cwd, env)}`
  if (code === 'EACCES' && isFolder(path)) return `${JSON.stringify(path)} is a folder, not a program.`
  if (code === 'EACCES') return 'it may not be executed (EACCES). Make it executable with `chmod +x`, or start it through its interpreter, as in `node server.js`.'
  if (code === 'ENOEXEC') return 'it is no program that this machine can run (ENOEXEC). Start it through its interpreter, as in `node server.js`.'
  return undefined
}

/** A hint for those who forgot the `./`. */
function besides(file: string, cwd: string | undefined, env: ServerSpec['env']): string {
  const folders = (env?.['PATH'] ?? process.env['PATH'] ?? '').split(delimiter)
  const here = join(cwd ?? '.', file)
  return !folders.includes('.') && existsSync(here) ? ` There is one in the working directory: did you mean ./${file}?` : ''
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function exitError(name: string, exit: Exit, when: string): ShadowcatError {
  const { exitCode, signal, stderrTail } = exit
  const how = signal === undefined ? `with exit code ${exitCode}` : `by signal ${signal} (${constants.signals[signal as NodeJS.Signals]})`
  const last = stderrTail === '' ? 'It wrote nothing to stderr; start it by hand to see why.' : `The end of its stderr:\n${stderrTail.replaceAll(/^/gm, '    ')}`
  return new ShadowcatError('exit', `the server \`${name}\` ended ${how} ${when}. ${last}`, { facts: { command: name, exitCode, signal, stderrTail } })
}
