import type { Command, Flag } from './command.ts'
import { commonFlags } from './command.ts'
import { paletteFor } from '../palette.ts'

/** What `shadowcat --help` prints. */
export function overview(commands: readonly (readonly [name: string, summary: string])[]): string {
  const { bold, dim } = paletteFor(process.stdout)
  const rows = commands.map(([name, summary]) => `  ${name.padEnd(13)} ${summary}`)
  return [
    `${bold('shadowcat')} records real MCP sessions, replays them without the server, and tells what differs.`,
    '',
    ...rows,
    '',
    '  shadowcat COMMAND --help shows flags and examples of one command',
    '',
    bold('Start here'),
    '  shadowcat record first.tape --script calls.jsonl -- node server.js',
    '  shadowcat replay first.tape',
    '  shadowcat verify first.tape -- node server.js',
    '',
    dim('Exit codes: 0 good, 1 what was checked does not hold, 2 used wrongly or could not run'),
    '',
  ].join('\n')
}

/** What `shadowcat COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const { bold, dim } = paletteFor(process.stdout)
  const flags: [string, Flag][] = Object.entries({ ...command.flags, help: commonFlags.help })
  const names = flags.map(([name, flag]) => `${flag.short ? `-${flag.short}, ` : ''}--${name}${flag.value ? ` ${flag.value}` : ''}`)
  const width = Math.min(28, Math.max(...names.map((name) => name.length)))
  return [
    `${bold(`shadowcat ${command.name}`)}: ${command.summary}`,
    '',
    ...command.usage.map((line) => `  ${line}`),
    '',
    bold('Flags'),
    ...flags.flatMap(([, flag], index) => flagLines(names[index]!, flag, width)),
    '',
    bold('Examples'),
    ...command.examples.flatMap(([line, says]) => [`  ${dim(`# ${says}`)}`, `  ${line}`]),
    '',
  ].join('\n')
}

function flagLines(name: string, flag: Flag, width: number): string[] {
  const describes = `${flag.describes}${flag.repeats ? ' (repeatable)' : ''}`
  const words = wrap(describes, 76 - width)
  const [first = '', ...more] = words
  const lines = more.map((line) => `  ${' '.repeat(width)}  ${line}`)
  return name.length > width ? [`  ${name}`, `  ${' '.repeat(width)}  ${first}`, ...lines] : [`  ${name.padEnd(width)}  ${first}`, ...lines]
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
