/** What tools answer, exact. */
import type { Json } from '../../json.ts'
import type { Message } from '../../message.ts'
import type { Call, Content, ToolResult } from './session.ts'

export type { Call, Content, ToolResult }

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
