import { ShadowcatError, messageOf, nearest } from '../errors.ts'
import { packageVersion } from '../version.ts'
import { type Command, exit, parseCommand } from './command.ts'
import { commandHelp, overview } from './help.ts'
import { isRedacted, outliveStderr, printError, redactOutput, writeOut } from './terminal.ts'

type Entry = { summary: string; load: () => Promise<Command> }

/** Every command, imported when it is called; a family's members have two words. */
const commands: Record<string, Entry> = {
  forward: { summary: 'stand between a client and a server on stdio, and record', load: async () => (await import('./commands/forward.ts')).forwardCommand },
  record: { summary: 'record a script of calls', load: async () => (await import('./commands/record.ts')).recordCommand },
  replay: { summary: 'answer from a tape, without the server', load: async () => (await import('./commands/replay.ts')).replayCommand },
  verify: { summary: 'send a tape to a live server again, and tell what differs', load: async () => (await import('./commands/verify.ts')).verifyCommand },
  'tape list': { summary: 'what tapes there are, and what is in them', load: async () => (await import('./commands/tape-list.ts')).tapeListCommand },
  'tape show': { summary: 'read a tape: who called what, what came back', load: async () => (await import('./commands/tape-show.ts')).tapeShowCommand },
  'tape dump': { summary: 'a tape as JSON Lines, byte for byte', load: async () => (await import('./commands/tape-dump.ts')).tapeDumpCommand },
  'tape diff': { summary: 'how two tapes differ', load: async () => (await import('./commands/tape-diff.ts')).tapeDiffCommand },
  'tape validate': { summary: 'check that tapes are whole', load: async () => (await import('./commands/tape-validate.ts')).tapeValidateCommand },
  'tape redact': { summary: 'take more secrets out of a tape', load: async () => (await import('./commands/tape-redact.ts')).tapeRedactCommand },
  'tape recover': { summary: 'make a tape of a killed recording\'s journal', load: async () => (await import('./commands/tape-recover.ts')).tapeRecoverCommand },
}

/** Runs one command line and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  outliveStderr()
  try {
    if (args[0] === '--version' || args[0] === '-V') return await print(`${packageVersion()}\n`)
    const [words, rest] = splitName(args)
    if (isHelp(words[0]) || isHelp(words[1]) || isHelp(rest[0])) return await help((isHelp(words[0]) ? rest : words).filter((word) => !isHelp(word)))
    const command = await find(words).load()
    const parsed = parseCommand(command, rest)
    return parsed.switches['help'] ? await print(commandHelp(command)) : await command.run(parsed)
  } catch (error) {
    if (!(error instanceof ShadowcatError) && process.env['SHADOWCAT_DEBUG']) throw error
    if (!isRedacted()) await redactByDefault()
    printError(error instanceof ShadowcatError ? error.message : `this is a bug in shadowcat: ${messageOf(error)} (SHADOWCAT_DEBUG=1 shows where)`)
    return exit.failed
  }
}

/** A command line that was not understood may hold a secret all the same. */
async function redactByDefault(): Promise<void> {
  const { createRedactor, secretEnvironment } = await import('../tape/redact.ts')
  const redactor = createRedactor({ environment: secretEnvironment(process.env) })
  redactOutput((text) => redactor.text(text))
}

/** A command's name has one word, or two where the first names a family. */
function splitName(args: readonly string[]): [words: string[], rest: readonly string[]] {
  const [first = 'help', second] = args
  const family = Object.keys(commands).some((name) => name.startsWith(`${first} `))
  return family && second !== undefined && !second.startsWith('-') ? [[first, second], args.slice(2)] : [[first], args.slice(1)]
}

function isHelp(word: string | undefined): boolean {
  return word === 'help' || word === '--help' || word === '-h'
}

/** Help on everything, on a family, or on one command. */
async function help(words: readonly string[]): Promise<number> {
  const name = words.join(' ')
  if (Object.hasOwn(commands, name)) return print(commandHelp(await commands[name]!.load()))
  const members = Object.entries(commands).filter(([key]) => name === '' || key.startsWith(`${name} `))
  if (members.length === 0) find(words)
  return print(overview(members.map(([key, { summary }]) => [key, summary])))
}

async function print(text: string): Promise<number> {
  await writeOut(text)
  return exit.good
}

/** Words of the command line besides the commands. */
const others = ['help', '--help', '--version']

function find(words: readonly string[]): Entry {
  const name = words.join(' ')
  if (Object.hasOwn(commands, name)) return commands[name]!
  const members = Object.keys(commands).filter((key) => key.startsWith(`${name} `))
  if (members.length > 0) throw new ShadowcatError('usage', `shadowcat ${name} needs one of ${members.map((key) => key.slice(name.length + 1)).join(', ')}`)
  const meant = nearest(name, [...Object.keys(commands), ...others])
  throw new ShadowcatError('usage', `unknown command ${JSON.stringify(name)}: ${meant ? `did you mean ${meant}?` : 'see shadowcat --help'}`)
}
