/** JSON-RPC 2.0 messages as MCP carries them. The bytes are the truth; what is known of them was found by scanning. */
import { type Envelope, type Id, type Kind, scanEnvelope } from './envelope.ts'
import { ShadowcatError, quote } from './errors.ts'
import { type Exact, type Json, type Span, elements, findMember, parseExact, splice, stringAt, stringifyJson, toJson, toMalformed } from './json.ts'

export type { Id, Kind }

/** One JSON-RPC message, immutable; `value` and `exact` are parsed at most once, when first asked for. */
export class Message {
  readonly bytes: Buffer
  readonly kind: Kind
  readonly id: Id | undefined
  readonly method: string | undefined
  /** Where the JSON value stands in `bytes`. */
  readonly span: Span
  /** Where the id's value stands in `bytes`. */
  readonly idSpan: Span | undefined
  #exact: Exact | undefined
  #value: Json | undefined

  constructor(bytes: Buffer, facts: Envelope) {
    this.bytes = bytes
    this.kind = facts.kind
    this.id = facts.id
    this.method = facts.method
    this.span = facts.span
    this.idSpan = facts.idSpan
  }

  /** The message with every number as it was written. */
  get exact(): Exact {
    return (this.#exact ??= parseExact(this.bytes, this.span))
  }

  /** The message as people want it; see `Json`. */
  get value(): Json {
    return (this.#value ??= toJson(this.exact))
  }
}

const newline = 0x0a

/**
 * One message from the bytes of one line, event or body, without its line end.
 * Throws a ShadowcatError ('malformed') that quotes the bytes when they are not one JSON value.
 */
export function parseMessage(bytes: Buffer): Message {
  let envelope: Envelope
  try {
    envelope = scanEnvelope(bytes)
  } catch (fault) {
    const cause = toMalformed(fault)
    throw new ShadowcatError('malformed', `${cause.message}: ${quote(bytes)}`, { cause, facts: cause.facts })
  }
  return new Message(bytes, envelope)
}

/** A message of our own making; bigints become bare integers. */
export function createMessage(value: unknown): Message {
  return parseMessage(Buffer.from(stringifyJson(value)))
}

/** The code of the MCP SDKs for a connection that is gone: what it can answer no more is answered with it. */
export const connectionClosed = -32000

/** A JSON-RPC error that answers the request with this id. `code` -32000 is the range's first for implementations. */
export function createError(id: Id, code: number, message: string, data?: unknown): Message {
  const error = stringifyJson(data === undefined ? { code, message } : { code, message, data })
  return parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":${id},"error":${error}}`))
}

/** The same message under another id; every other byte stays. */
export function withId(message: Message, id: Id): Message {
  if (message.id === id || !message.idSpan) return message
  return parseMessage(splice(message.bytes, message.idSpan, id))
}

/** Where the value reached by keys stands in the message, if it is there. */
export function find(message: Message, ...keys: string[]): Span | undefined {
  return findMember(message.bytes, message.span, ...keys)
}

/** The string reached by keys, such as a tool's name at `params`, `name`. */
export function findString(message: Message, ...keys: string[]): string | undefined {
  const span = find(message, ...keys)
  return span && message.bytes[span.start] === 0x22 ? stringAt(message.bytes, span.start, span.end) : undefined
}

/** The messages of a batch, each with its own bytes; of any other message itself alone. */
export function membersOf(message: Message): Message[] {
  if (message.kind !== 'batch') return [message]
  return elements(message.bytes, message.span).map(({ start, end }) => parseMessage(message.bytes.subarray(start, end)))
}

/** Whether the message answers a request. */
export function isAnswer(message: Message): boolean {
  return message.kind === 'result' || message.kind === 'error'
}

/** The bytes as one line of the stdio transport: a line end inside (only white space can hold one) becomes a space. */
export function toLine(message: Message): Buffer {
  const { bytes } = message
  if (!bytes.includes(newline) && !bytes.includes(0x0d)) return bytes
  return Buffer.from(bytes.map((byte) => (byte === newline || byte === 0x0d ? 0x20 : byte)))
}
