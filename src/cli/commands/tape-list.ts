import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ShadowcatError, asShadowcatError } from '../../errors.ts'
import { stringifyJson } from '../../json.ts'
import { paletteFor } from '../../palette.ts'
import { summariseTape } from '../../tape/summary.ts'
import { counted, formatSize } from '../../units.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { print, printError, writeOut } from '../terminal.ts'

export const tapeListCommand: Command = {
  name: 'tape list',
  summary: 'what tapes there are, and what is in them',
  usage: ['shadowcat tape list [FOLDER|TAPE…]'],
  operands: [0, Number.POSITIVE_INFINITY],
  flags: { json: commonFlags.json },
  examples: [
    ['shadowcat tape list', 'the tapes under this folder'],
    ['shadowcat tape list tapes --json', 'for programs, one line for each'],
  ],
  async run({ operands, switches }) {
    const paths = (operands.length > 0 ? operands : ['.']).flatMap(tapesAt)
    if (paths.length === 0) print('no tapes here')
    const column = Math.min(40, Math.max(...paths.map((path) => path.length)))
    let code: number = exit.good
    for (const path of paths) {
      try {
        const summary = { tape: path, size: statSync(path).size, ...summariseTape(path) }
        await writeOut(switches['json'] ? `${stringifyJson(summary)}\n` : line(summary, column))
      } catch (error) {
        printError(asShadowcatError(error, 'tape').message)
        code = exit.failed
      }
    }
    return code
  },
}

function tapesAt(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new ShadowcatError('tape', `there is no ${JSON.stringify(path)}: name a folder or a tape that is there`)
  if (!stat.isDirectory()) return [path]
  return globSync('**/*.tape', { cwd: path, exclude: (name) => name === 'node_modules' })
    .sort()
    .map((name) => join(path, name))
}

function line({ tape, size, sessions, messages, calls, recordedAt, upstreams }: { tape: string; size: number } & ReturnType<typeof summariseTape>, column: number): string {
  const { bold, dim } = paletteFor(process.stdout)
  const facts = [counted(calls, 'call'), counted(messages, 'message'), sessions > 1 ? counted(sessions, 'session') : '', formatSize(size), upstreams.filter((kind) => kind !== 'process').join(', '), recordedAt?.slice(0, 10)]
  return `${bold(tape.padEnd(column))}  ${dim(facts.filter(Boolean).join(' · '))}\n`
}
