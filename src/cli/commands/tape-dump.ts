import { dumpTape } from '../../tape/dump.ts'
import { openTape } from '../../tape/reader.ts'
import { type Command, exit } from '../command.ts'
import { writeOut } from '../terminal.ts'

/** Characters that are written together. */
const piece = 64 * 1024

export const tapeDumpCommand: Command = {
  name: 'tape dump',
  summary: 'print a tape as JSON Lines, messages byte for byte',
  usage: ['shadowcat tape dump TAPE'],
  operands: [1, 1],
  flags: { 'no-timing': { describes: 'leave the times out, so that two dumps differ in content alone' }, json: { describes: 'changes nothing: a dump is JSON Lines anyway' } },
  examples: [
    ["shadowcat tape dump first.tape | grep '\"tools/call\"'", 'for grep and jq'],
    ["git config diff.shadowcat.textconv 'npx shadowcat tape dump --no-timing'", 'git diff shows tapes (with *.tape binary diff=shadowcat in .gitattributes)'],
  ],
  async run({ operands, switches }) {
    const tape = openTape(operands[0]!)
    try {
      let text = ''
      for (const line of dumpTape(tape, { timing: !switches['no-timing'] })) {
        text += line
        if (text.length < piece) continue
        if (!(await writeOut(text))) return exit.good
        text = ''
      }
      await writeOut(text)
      return exit.good
    } finally {
      tape.close()
    }
  },
}
