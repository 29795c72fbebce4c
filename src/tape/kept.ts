/** What is written down besides messages, redacted as they are. */
import { isUtf8 } from 'node:buffer'
import { asBuffer } from '../bytes.ts'
import { ShadowcatError } from '../errors.ts'
import { type Json, type Span, eachMember, elements, findMember, splice, stringAt, textOf } from '../json.ts'
import { type Message, createMessage, parseMessage } from '../message.ts'
import type { ExternalState } from '../upstream.ts'
import type { Redactor } from './redact.ts'

type Rules = Pick<Redactor, 'message' | 'text'>

/** Facts of an upstream or a world: a command or a URL may hold a secret in spite of itself. */
export function redactFacts<T extends { [fact: string]: Json }>(facts: T, redactor: Rules): T {
  return redactor.message(createMessage(facts)).value as T
}

/** JSON by the rules for messages, other text as text, and what is neither as it is; the same object when it holds no secret. */
export function redactBytes(bytes: Uint8Array, redactor: Rules): Uint8Array {
  const buffer = asBuffer(bytes)
  if (!isUtf8(buffer)) return bytes
  const message = parse(buffer)
  const text = message ? '' : buffer.toString()
  const kept = message ? redactor.message(message).bytes : Buffer.from(redactor.text(text))
  return kept.equals(buffer) ? bytes : kept
}

/** What a call used, without its secrets; the same object when it holds none. */
export function redactState(state: ExternalState, redactor: Rules): ExternalState {
  const request = redactStateText(state.request, redactor)
  const response = state.response && redactStateText(state.response, redactor)
  return request === state.request && response === state.response ? state : { ...state, request, response }
}

/**
 * A request or response of external state without its secrets; the same object when it holds none. Besides what is redacted of any JSON these
 * are the values of telling names in `headers`, a list of names and values, and what is secret in contents that stand in base64.
 */
export function redactStateText(bytes: Uint8Array, redactor: Rules): Uint8Array {
  const message = parse(asBuffer(bytes))
  if (!message) return redactBytes(bytes, redactor)
  const changes = [...headerChanges(message, redactor), ...contentChanges(message, redactor)].sort((a, b) => b.span.start - a.span.start)
  const kept = changes.reduce((text, { span, text: replacement }) => splice(text, span, replacement), message.bytes)
  return redactBytes(changes.length === 0 ? bytes : kept, redactor)
}

/** Nothing when the bytes are no JSON. */
function parse(bytes: Buffer): Message | undefined {
  try {
    return parseMessage(bytes)
  } catch (error) {
    if (error instanceof ShadowcatError && error.code === 'malformed') return undefined
    throw error
  }
}

type Change = { span: Span; text: string }

const quoteMark = 0x22

/** Each header is judged as a member of an object, so that the same names tell. */
function headerChanges({ bytes, span }: Message, redactor: Rules): Change[] {
  const headers = findMember(bytes, span, 'headers')
  if (!headers) return []
  return elements(bytes, headers).flatMap((pair) => {
    const [name, value] = elements(bytes, pair)
    if (!name || !value || bytes[name.start] !== quoteMark) return []
    const member = parseMessage(Buffer.from(`{${textOf(bytes, name)}:${textOf(bytes, value)}}`))
    const kept = redactor.message(member)
    return kept === member ? [] : [{ span: value, text: firstValue(kept) }]
  })
}

function firstValue({ bytes, span }: Message): string {
  let text = ''
  eachMember(bytes, span, (_key, _keyEnd, start, end) => {
    text = textOf(bytes, { start, end })
  })
  return text
}

/** In base64 stands what is no UTF-8; a secret among such bytes is ASCII all the same, and found as in a string. */
function contentChanges({ bytes, span }: Message, redactor: Rules): Change[] {
  return [findMember(bytes, span, 'base64'), findMember(bytes, span, 'answer', 'base64')].flatMap((content) => {
    if (!content || bytes[content.start] !== quoteMark) return []
    const text = Buffer.from(stringAt(bytes, content.start, content.end), 'base64').toString('latin1')
    const kept = redactor.message(createMessage(text)).value as string
    return kept === text ? [] : [{ span: content, text: `"${Buffer.from(kept, 'latin1').toString('base64')}"` }]
  })
}
