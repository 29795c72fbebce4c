import { ShadowcatError, messageOf, systemCode } from '../errors.ts'
import { paletteFor } from '../palette.ts'

/** Columns of a stream: a terminal's own; 80 where it does not say. */
export function columns(stream: NodeJS.WriteStream): number {
  return stream.columns || Number(process.env['COLUMNS']) || 80
}

/** How a stream says that its reader has gone: at once, and again to all who write after that. */
const goneCodes = new Set<string | undefined>(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])

/**
 * Writes results to stdout, and resolves when they are out: false when the reader has gone (`| head`), which is no error.
 * Rejects with a ShadowcatError when they cannot be written: the disk is full.
 */
export function writeOut(text: string): Promise<boolean> {
  return write(process.stdout, text)
}

function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      if (goneCodes.has(systemCode(cause))) resolve(false)
      else reject(new ShadowcatError('closed', `cannot write the result to stdout: ${messageOf(cause)}; see that there is room where it goes`, { cause }))
    }
    stream.once('error', fail)
    stream.write(text, (error) => {
      if (error) return fail(error)
      stream.removeListener('error', fail)
      resolve(true)
    })
  })
}

let redact: ((text: string) => string) | undefined

/** From here on nothing is printed for people before this has seen it. */
export function redactOutput(rule: (text: string) => string): void {
  redact = rule
}

/** Whether what is printed for people is redacted already. */
export function isRedacted(): boolean {
  return redact !== undefined
}

/** Nothing ends because nobody listens on stderr: there is nobody to be told. */
export function outliveStderr(): void {
  process.stderr.on('error', () => undefined)
}

/** Bytes that wait for whoever should read stderr; what comes beyond them is dropped, and counted. */
const mostUnread = 4 * 1024 * 1024
let dropped = 0

/** Text for stderr that is redacted already, such as what the server writes there. */
export function passOn(text: string): void {
  if (process.stderr.writableLength > mostUnread) {
    dropped += text.length
    return
  }
  clearProgress()
  if (dropped > 0) process.stderr.write(`(${dropped} characters are missing here: nobody read them)\n`)
  dropped = 0
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** Words for people go to stderr. */
export function print(line: string): void {
  passOn(redact ? redact(line) : line)
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

let progressShown = false

/** Whatever else is written begins on a line of its own. */
function clearProgress(): void {
  if (progressShown) process.stderr.write('\r\u001b[2K')
  progressShown = false
}

/** Progress on stderr, when that is a terminal. */
export function createProgress(): Progress {
  const stream = process.stderr
  return {
    show(text) {
      if (stream.isTTY !== true) return
      clearProgress()
      progressShown = true
      // oxlint-disable-next-line no-control-regex -- what a script calls its tools must not steer the terminal
      stream.write((redact ? redact(text) : text).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, columns(stream) - 1))
    },
    clear: clearProgress,
  }
}
