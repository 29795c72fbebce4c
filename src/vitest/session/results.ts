/** What tools answer, exact. */
import type { Json } from '../../json.ts'
import type { Message } from '../../message.ts'
import type { RequestError } from './request-error.ts'
import type { Session } from './session.ts'

/** One part of a tool's answer: `type` tells which of the others are there (`text`; `data` and `mimeType` of an image or audio; `uri`; `resource`). */
export type Content = {
  type: string
  text?: string
  data?: string
  mimeType?: string
  uri?: string
  name?: string
  resource?: { [key: string]: Json }
  [key: string]: Json | undefined
}

/** A call of a tool, by whichever client. It has neither result nor error while it is open, or when its answer never came. */
export type Call = {
  readonly name: string
  readonly arguments: Json
  readonly result?: ToolResult | undefined
  readonly error?: RequestError | undefined
  /** Milliseconds; as recorded when it comes from a tape, else as measured. */
  readonly duration?: number | undefined
}

/** A tool's answer as it stands on the wire; integers past 2^53−1 are bigints. What stands after `_meta` is not enumerable. */
export type ToolResult = {
  content: Content[]
  structuredContent?: Json
  isError: boolean
  _meta?: Json
  /** The answer with its bytes. */
  readonly message: Message
  /** Milliseconds; as recorded when it comes from a tape, else as measured. */
  readonly duration?: number | undefined
  readonly call: { readonly session: Session; readonly name: string; readonly arguments: Json }
}

/** The same for every copy of this module. */
const mark = Symbol.for('shadowcat.tool-result')

/** The result of a tools/call from the answer's message. */
export function toToolResult(message: Message, call: ToolResult['call'], duration: number | undefined): ToolResult {
  const { result } = message.value as { result?: Json }
  const given = (typeof result === 'object' && result !== null && !Array.isArray(result) ? result : {}) as Partial<ToolResult>
  const hidden = { [mark]: { value: true }, message: { value: message }, call: { value: call }, duration: { value: duration } }
  return Object.defineProperties({ ...given, content: given.content ?? [], isError: given.isError ?? false }, hidden) as ToolResult
}

/** Whether a value is what `session.callTool` gave, from whichever copy of this module. */
export function isToolResult(value: unknown): value is ToolResult {
  return typeof value === 'object' && value !== null && mark in value
}
