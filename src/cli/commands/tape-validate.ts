import { stringifyJson } from '../../json.ts'
import { paletteFor } from '../../palette.ts'
import { validateTape } from '../../tape/validate.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { writeOut } from '../terminal.ts'

export const tapeValidateCommand: Command = {
  name: 'tape validate',
  summary: 'check that tapes are whole: the file, its messages, keys and answers',
  usage: ['shadowcat tape validate TAPE…'],
  operands: [1, Number.POSITIVE_INFINITY],
  flags: { json: commonFlags.json },
  examples: [['shadowcat tape validate tapes/*.tape', 'exit code 1 when one of them is not']],
  async run({ operands, switches }) {
    const { red, green } = paletteFor(process.stdout)
    let code: number = exit.good
    for (const path of operands) {
      const findings = validateTape(path)
      if (findings.length > 0) code = exit.differs
      if (switches['json']) await writeOut(`${stringifyJson({ tape: path, sound: findings.length === 0, findings })}\n`)
      else await writeOut(findings.length === 0 ? `${green('sound')}  ${path}\n` : findings.map(({ entry, problem }) => `${red('not sound')}  ${path}${entry ? ` entry ${entry}` : ''}: ${problem}\n`).join(''))
    }
    return code
  },
}
