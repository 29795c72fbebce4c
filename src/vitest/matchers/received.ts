/** What a matcher was given, whichever client it comes from. */
import { canonical } from '../../canonical.ts'
import { type Exact, parseExact, stringifyJson } from '../../json.ts'
import { type Message, createMessage } from '../../message.ts'
import { type ToolResult, isToolResult } from '../session/results.ts'
import type { Session } from '../session/session.ts'
import { originOf } from './origin.ts'

/** A tool's answer, from the exact session or from the SDK's client, as a message. `call` is known of the former alone. */
export type ReceivedResult = { readonly message: Message; readonly call?: ToolResult['call']; readonly duration?: number | undefined }

/** Undefined for what is no tool's answer. What the SDK's client gave is looked for among the calls of the test's session, where its numbers are exact. */
export function receivedResult(value: unknown, test?: object): ReceivedResult | undefined {
  if (isToolResult(value)) return { message: value.message, call: value.call, duration: value.duration }
  if (typeof value !== 'object' || value === null || !Array.isArray((value as { content?: unknown }).content)) return undefined
  const session = originOf(test)?.session
  const result = session && exactOf(value as SdkResult, session)
  return result ? receivedResult(result) : { message: createMessage({ jsonrpc: '2.0', id: 0, result: value }) }
}

/** Of a result, what the SDK's client hands on. */
type SdkResult = Pick<ToolResult, 'content'> & Partial<ToolResult>

/** The newest answer of which this may be the copy; none when those that it may be of differ in what a number cannot hold. */
function exactOf(value: SdkResult, { calls }: Session): ToolResult | undefined {
  const text = canonicalOf(value)
  const found = calls.flatMap(({ result }) => (result && isLike(result, value) && canonicalOf((JSON.parse(result.message.bytes.toString()) as { result: SdkResult }).result) === text ? [result] : []))
  const distinct = new Set(found.map(({ message }) => canonical(resultOf(message))))
  return distinct.size === 1 ? found.at(-1) : undefined
}

/** Whether it is worth looking closely. */
function isLike(one: SdkResult, other: SdkResult): boolean {
  return one.content.length === other.content.length && one.content[0]?.text === other.content[0]?.text
}

function canonicalOf({ content, structuredContent, isError = false }: SdkResult): string {
  return canonical(toExact({ content, structuredContent, isError }))
}

/** The result that a message answers with. */
export function resultOf(message: Message): Exact {
  const exact = message.exact instanceof Map ? message.exact.get('result') : undefined
  return exact ?? null
}

export function isSession(value: unknown): value is Session {
  const { calls, callTool } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Session>
  return Array.isArray(calls) && typeof callTool === 'function'
}

/** Any value that is made of JSON, as it is written. */
export function toExact(value: unknown): Exact {
  return parseExact(Buffer.from(stringifyJson(value) ?? 'null'))
}

/** What something is, for the message of a matcher that does not take it. */
export function kindOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise, which is to be awaited before'
  if (value instanceof Error) return `an error: ${value.message}`
  if (isSession(value)) return 'a session'
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return `the ${typeof value} ${String(value)}`
  const keys = Object.keys(value)
  return keys.length === 0 ? 'an object without members' : `an object with ${keys.slice(0, 5).join(', ')}`
}
