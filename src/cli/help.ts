import type { Command, Flag } from './command.ts'
import { commonFlags } from './command.ts'
import { paletteFor } from '../palette.ts'

/** What `shadowcat --help` prints. */
export function overview(commands: readonly (readonly [name: string, summary: string])[]): string {
  const { bold, dim } = paletteFor(process.stdout)
  const rows = commands.map(([name, summary]) => `  ${name.padEnd(13)} ${summary}`)
  return [
    `${bold('shadowcat')} records real MCP sessions, replays them without the server,`,
    'and tells what differs.',
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
    dim('Exit codes: 0 good, 1 what was checked does not hold,'),
    dim('2 used wrongly or could not run, 128+n ended by signal n'),
    '',
  ].join('\n')
}

/** What `shadowcat COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const { bold, dim } = paletteFor(process.stdout)
  const flags: [string, Flag][] = Object.entries({ ...command.flags, help: commonFlags.help })
  const names = flags.map(([name, flag]) => `${flag.short ? `-${flag.short}, ` : ''}--${name}${flag.value ? ` ${flag.value}` : ''}`)
  const column = Math.min(28, Math.max(...names.map((name) => name.length)))
  return [
    ...titleLines(command, bold),
    '',
    ...command.usage.flatMap((line) => commandLines(line, '')),
    '',
    bold('Flags'),
    ...flags.flatMap(([, flag], index) => flagLines(names[index]!, flag, column)),
    '',
    bold('Examples'),
    ...command.examples.flatMap(([line, says]) => [...wrap(`# ${says}`, width - 2).map((part, index) => `  ${dim(index === 0 ? part : `# ${part}`)}`), ...commandLines(line, ' \\')]),
    '',
  ].join('\n')
}

/** Characters to a line. */
const width = 80

function titleLines({ name, summary }: Command, bold: (text: string) => string): string[] {
  const [first = '', ...more] = wrap(`shadowcat ${name}: ${summary}`, width)
  const title = `shadowcat ${name}`
  return [`${bold(title)}${first.slice(title.length)}`, ...more]
}

/** A command that is too long for a line is broken before a flag; an example gets a backslash there, so that it can be copied as it stands. */
function commandLines(line: string, end: string): string[] {
  if (line.length <= width - 2) return [`  ${line}`]
  const parts = wrap(line, width - 8, / (?=--|\[)/)
  return parts.map((part, index) => `${index === 0 ? '  ' : '      '}${part}${index < parts.length - 1 ? end : ''}`)
}

function flagLines(name: string, flag: Flag, column: number): string[] {
  const [first = '', ...more] = wrap(`${flag.describes}${flag.repeats ? ' (repeatable)' : ''}`, width - 4 - column)
  const lines = more.map((line) => `  ${' '.repeat(column)}  ${line}`)
  return name.length > column ? [`  ${name}`, `  ${' '.repeat(column)}  ${first}`, ...lines] : [`  ${name.padEnd(column)}  ${first}`, ...lines]
}

function wrap(text: string, most: number, breaks: string | RegExp = ' '): string[] {
  const lines: string[] = []
  for (const word of text.split(breaks)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
