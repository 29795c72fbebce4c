import { ShadowcatError, asShadowcatError } from '../../errors.ts'
import { type Recovered, recover } from '../../tape/recover.ts'
import { counted } from '../../units.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { createProgress, print, printError, printWarning, writeOut } from '../terminal.ts'

export const tapeRecoverCommand: Command = {
  name: 'tape recover',
  summary: "make a tape of a killed recording's journal",
  usage: ['shadowcat tape recover JOURNAL… [--output TAPE]'],
  operands: [1, Number.POSITIVE_INFINITY],
  flags: { output: { value: 'TAPE', describes: 'write here, also over another tape; beside the journal as STEM.recovered.tape, and over nothing, unless given' }, json: commonFlags.json },
  examples: [['shadowcat tape recover first.tape.4711.journal', 'prints the path of the tape']],
  async run({ operands, texts, switches }) {
    const { output } = texts
    if (output !== undefined && operands.length > 1) throw new ShadowcatError('usage', '--output names one tape, and several journals were given; recover them one by one')
    const progress = createProgress()
    let code: number = exit.good
    for (const journal of operands) {
      try {
        const recovered = await recover(journal, { output, progress: (entries) => progress.show(`${counted(entries, 'message')}…`) })
        progress.clear()
        await writeOut(switches['json'] ? `${JSON.stringify(json(journal, recovered))}\n` : `${recovered.path}\n`)
        report(journal, recovered)
      } catch (error) {
        progress.clear()
        printError(asShadowcatError(error, 'tape').message)
        code = exit.failed
      }
    }
    return code
  },
}

function json(journal: string, { path, entries, sessions, torn, damaged, journal: fate }: Recovered): object {
  return { tape: path, messages: entries, sessions, torn, damaged, journal: fate === 'kept' ? journal : null }
}

function report(journal: string, { entries, torn, damaged, journal: fate }: Recovered): void {
  print(`recovered ${counted(entries, 'message')}${torn > 0 ? `; ${counted(torn, 'byte')} at the end were an unfinished record and were dropped` : ''}`)
  if (damaged > 0) printWarning(`${counted(damaged, 'byte')} of ${journal} could not be read: they were damaged after they were written${fate === 'kept' ? '; the journal is kept' : ''}`)
}
