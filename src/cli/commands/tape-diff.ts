import { ignoring } from '../../canonical.ts'
import { paletteFor } from '../../palette.ts'
import { readTape } from '../../tape/reader.ts'
import { counted } from '../../units.ts'
import { diffRecordings } from '../../verify/compare.ts'
import { differenceJson } from '../../verify/report.ts'
import { showTable } from '../../verify/table.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { ignoreFlag, redactFlag, setUp } from '../setup.ts'
import { columns, writeOut } from '../terminal.ts'

export const tapeDiffCommand: Command = {
  name: 'tape diff',
  summary: 'how two tapes differ; times, and ids that mean the same, do not count',
  usage: ['shadowcat tape diff TAPE TAPE'],
  operands: [2, 2],
  flags: { ...ignoreFlag, ...redactFlag, json: commonFlags.json },
  examples: [['shadowcat tape diff old.tape new.tape', 'exit code 1 when they differ']],
  async run(parsed) {
    const [expected = '', actual = ''] = parsed.operands
    const { ignore, createRedactor } = await setUp(parsed, '')
    const differences = diffRecordings(readTape(expected), readTape(actual), ignoring(ignore))
    const redactor = createRedactor()
    const redact = (text: string): string => redactor.text(text)
    const palette = paletteFor(process.stdout)
    const same = differences.length === 0
    if (parsed.switches['json']) await writeOut(`${JSON.stringify({ same, differences: differences.map((difference) => differenceJson(difference, redact)) })}\n`)
    else if (same) await writeOut(`${palette.green('same')}: nothing differs\n`)
    else await writeOut(`${[`${palette.red('differs')}: ${counted(differences.length, 'difference')}`, ...showTable(differences, { palette, redact, width: columns(process.stdout), rows: Number.POSITIVE_INFINITY })].join('\n')}\n`)
    return same ? exit.good : exit.differs
  },
}
