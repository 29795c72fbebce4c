import { paletteFor } from '../palette.ts'

/** Columns of a stream: a terminal's own; 80 where it does not say. */
export function columns(stream: NodeJS.WriteStream): number {
  return stream.columns || Number(process.env['COLUMNS']) || 80
}

/** Writes results to stdout, and resolves when they are out: false when the reader has gone (`| head`), which is no error. */
export function writeOut(text: string): Promise<boolean> {
  return write(process.stdout, text)
}

function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => (error.code === 'EPIPE' ? resolve(false) : reject(error))
    stream.once('error', fail)
    stream.write(text, (error) => {
      if (error) return fail(error)
      stream.removeListener('error', fail)
      resolve(true)
    })
  })
}

let redact = (text: string): string => text

/** From here on nothing is printed for people before this has seen it. */
export function redactOutput(rule: (text: string) => string): void {
  redact = rule
}

/** Words for people go to stderr; nobody is there to be told when that fails. */
export function print(line: string): void {
  process.stderr.write(`${redact(line)}\n`)
}

/** One error, for people. */
export function printError(message: string): void {
  print(`${paletteFor(process.stderr).red('error:')} ${message}`)
}

/** Something to know that ends nothing. */
export function printWarning(message: string): void {
  print(`${paletteFor(process.stderr).yellow('warning:')} ${message}`)
}

/** A line that is replaced by the next one on a terminal, and not shown elsewhere. */
export type Progress = { show(text: string): void; clear(): void }

/** Progress on stderr, when that is a terminal. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const live = stream.isTTY === true
  return {
    show(text) {
      if (live) stream.write(`\r\u001b[2K${text.slice(0, columns(stream) - 1)}`)
    },
    clear() {
      if (live) stream.write('\r\u001b[2K')
    },
  }
}
