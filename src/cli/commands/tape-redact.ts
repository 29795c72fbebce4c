import { redactTape } from '../../tape/rewrite.ts'
import { counted } from '../../units.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { redactFlag, setUp } from '../setup.ts'
import { print, writeOut } from '../terminal.ts'

export const tapeRedactCommand: Command = {
  name: 'tape redact',
  summary: 'take secrets out of a tape that exists, in its place or into another',
  usage: ['shadowcat tape redact TAPE [--redact FIELD|/REGEX/] [--output TAPE]'],
  operands: [1, 1],
  flags: { ...redactFlag, output: { value: 'TAPE', describes: 'write here, and leave the first one as it is' }, json: commonFlags.json },
  examples: [["shadowcat tape redact first.tape --redact pin --redact '/ACME-\\d+/'", 'besides the built-in rules and those of the configuration']],
  async run(parsed) {
    const { createRedactor } = await setUp(parsed, '')
    const { path, entries, changed } = redactTape(parsed.operands[0]!, createRedactor(), { output: parsed.texts['output'] })
    if (parsed.switches['json']) await writeOut(`${JSON.stringify({ tape: path, messages: entries, changed })}\n`)
    else print(`redacted ${changed} of ${counted(entries, 'message')} in ${path}`)
    return exit.good
  },
}
