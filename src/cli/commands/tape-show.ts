import { stringifyJson } from '../../json.ts'
import { paletteFor } from '../../palette.ts'
import { describeRecording, showRecording } from '../../tape/show.ts'
import { readTape } from '../../tape/reader.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { columns, writeOut } from '../terminal.ts'

export const tapeShowCommand: Command = {
  name: 'tape show',
  summary: 'read a tape: who called what, how long it took, what came back',
  usage: ['shadowcat tape show TAPE…'],
  operands: [1, Number.POSITIVE_INFINITY],
  flags: { json: commonFlags.json },
  examples: [
    ['shadowcat tape show first.tape', 'cut to the width of the terminal'],
    ['shadowcat tape show first.tape --json', 'everything, for programs'],
  ],
  async run({ operands, switches }) {
    const palette = paletteFor(process.stdout)
    for (const path of operands) {
      const recording = readTape(path)
      if (operands.length > 1 && !switches['json']) await writeOut(`${palette.bold(path)}\n`)
      await writeOut(switches['json'] ? `${stringifyJson({ tape: path, ...describeRecording(recording) })}\n` : showRecording(recording, { palette, width: columns(process.stdout) }))
    }
    return exit.good
  },
}
