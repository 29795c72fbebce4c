import { ShadowcatError, messageOf, nearest } from '../errors.ts'
import { packageVersion } from '../version.ts'
import { type Command, exit, parseCommand } from './command.ts'
import { commandHelp, overview } from './help.ts'
import { printError, writeOut } from './terminal.ts'

type Entry = { summary: string; load: () => Promise<Command> }

/** Every command, imported when it is called. */
const commands: Record<string, Entry> = {
  forward: { summary: 'stand between a client and a server on stdio, and record', load: async () => (await import('./commands/forward.ts')).forwardCommand },
  record: { summary: 'record a script of calls', load: async () => (await import('./commands/record.ts')).recordCommand },
  replay: { summary: 'answer from a tape, without the server', load: async () => (await import('./commands/replay.ts')).replayCommand },
  verify: { summary: 'send a tape to a live server again, and tell what differs', load: async () => (await import('./commands/verify.ts')).verifyCommand },
  tape: { summary: 'list, show, dump, diff, validate, redact and recover tapes', load: async () => (await import('./commands/tape.ts')).tapeCommand },
}

/** Runs one command line and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  try {
    if (name === '--version' || name === '-V') return print(`${packageVersion()}\n`)
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') return await help(rest[0])
    const command = await find(name).load()
    const parsed = parseCommand(command, rest)
    return parsed.switches['help'] ? print(commandHelp(command)) : await command.run(parsed)
  } catch (error) {
    if (!(error instanceof ShadowcatError) && process.env['SHADOWCAT_DEBUG']) throw error
    printError(error instanceof ShadowcatError ? error.message : `this is a bug in shadowcat: ${messageOf(error)} (SHADOWCAT_DEBUG=1 shows where)`)
    return exit.failed
  }
}

async function help(name: string | undefined): Promise<number> {
  const text = name === undefined ? overview(Object.entries(commands).map(([key, { summary }]) => [key, summary])) : commandHelp(await find(name).load())
  return print(text)
}

async function print(text: string): Promise<number> {
  await writeOut(text)
  return exit.good
}

function find(name: string): Entry {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (entry) return entry
  const meant = nearest(name, Object.keys(commands))
  throw new ShadowcatError('usage', `unknown command ${JSON.stringify(name)}: ${meant ? `did you mean ${meant}?` : 'see shadowcat --help'}`)
}
