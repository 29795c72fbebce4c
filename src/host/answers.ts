/** What this server says, as JSON text: a component's integers may be of 64 bits, so nothing is parsed and written again. */
import { stringifyJson } from '../json.ts'
import { type Id, type Message, parseMessage } from '../message.ts'

/** The result of a tool: its text, the JSON text of `structuredContent` if there is one, and whether it failed. */
export type ToolAnswer = { readonly text: string; readonly structured?: string | undefined; readonly isError: boolean }

export function said(text: string): ToolAnswer {
  return { text, isError: false }
}

/** A failing tool, in words. */
export function failed(reason: string): ToolAnswer {
  return { text: `Error: ${reason}`, isError: true }
}

/** Of a result that JavaScript cannot hold as one text: what takes one byte in a component may take twelve characters here. */
export const tooLarge = failed('the result is too large to be written as JSON')

/** Less than the longest text that JavaScript has, so that an answer has room around it. */
const mostCharacters = 500_000_000

/** A tool's answer as the JSON text of `result`; that it is too large when it is. */
export function toolResult(answer: ToolAnswer): string {
  try {
    const text = write(answer)
    return text.length > mostCharacters ? write(tooLarge) : text
  } catch (error) {
    // A text cannot be longer than the longest.
    if (error instanceof RangeError) return write(tooLarge)
    throw error
  }
}

function write({ text, structured, isError }: ToolAnswer): string {
  const content = `"content":[{"type":"text","text":${JSON.stringify(text)}}]`
  return `{${content}${structured === undefined ? '' : `,"structuredContent":${structured}`},"isError":${isError}}`
}

/** The answer to a request. `result` is the JSON text of an object; what `first` holds comes before its members. */
export function createAnswer(id: Id, result: string, first: object = {}): Message {
  const before = stringifyJson(first).slice(1, -1)
  const between = before === '' || result === '{}' ? '' : ','
  return parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{${before}${between}${result.slice(1)}}`))
}
