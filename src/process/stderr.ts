/** What a server says to people: redacted before anyone sees it, its last lines kept for error messages. */
import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

/** `tail` is at most 20 lines and 4 KB of text that was already redacted; `ended` resolves when the stream is over. */
export type Stderr = { readonly tail: string; readonly ended: Promise<void> }

const tailLines = 20
const tailLength = 4096
/** A line that is longer is handed on in parts, characters. */
const lineLimit = 64 * 1024
/** A private key whose end does not come is handed on after so many lines. */
const keyLines = 200

/**
 * Hands every whole line on, redacted: a chunk border cannot cut a secret in two. The lines of a PEM block are redacted together, since no
 * single one of them tells what it is.
 */
export function readStderr(stream: Readable, sink?: (text: string) => void, redact: (text: string) => string = (text) => text): Stderr {
  const decoder = new StringDecoder('utf8')
  let partial = ''
  let block: string[] = []
  let tail: string[] = []

  function takeText(text: string): void {
    const lines = (partial + text).split('\n')
    partial = lines.pop()!
    for (const line of lines) takeLine(`${line}\n`)
    if (partial.length <= lineLimit) return
    takeLine(partial)
    partial = ''
  }

  function takeLine(line: string): void {
    if (block.length > 0 || /-----BEGIN [A-Z0-9 ]+-----/.test(line)) block.push(line)
    else return handOn(line)
    if (/-----END [A-Z0-9 ]+-----/.test(line) || block.length >= keyLines) handOnBlock()
  }

  function handOnBlock(): void {
    const text = block.join('')
    block = []
    if (text !== '') handOn(text)
  }

  function handOn(text: string): void {
    const shown = redact(text)
    tail = [...tail, ...shown.split('\n').filter((line) => line.trim() !== '')].slice(-tailLines)
    sink?.(shown)
  }

  function finish(): void {
    takeText(decoder.end())
    if (partial !== '') takeLine(partial)
    partial = ''
    handOnBlock()
  }

  stream.on('data', (chunk: Buffer) => takeText(decoder.write(chunk)))
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  stream.once('close', () => {
    finish()
    resolve()
  })
  // A pipe that breaks says no more; 'close' follows.
  stream.on('error', (error) => sink?.(`(its stderr broke: ${error.message})\n`))
  return {
    ended,
    get tail() {
      return tail.join('\n').slice(-tailLength)
    },
  }
}
