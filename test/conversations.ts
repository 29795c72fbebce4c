import { stringifyJson } from '../src/json.ts'
import { parseMessage } from '../src/message.ts'
import type { Direction, Entry, RecordedSession, Recording } from '../src/tape/entry.ts'

/** What a test says of an entry: JSON text as it stands, or a value. */
type Said = string | object | number | null

export type Conversation = {
  /** Appends a message from the client; returns its entry. */
  client(message: Said, facts?: Partial<Entry>): Entry
  /** Appends a message from the server; returns its entry. */
  server(message: Said, facts?: Partial<Entry>): Entry
  /** A request and its result: `{ id, method, params }` answered by `result`. */
  call(id: number | string, method: string, params: object | undefined, result: object): [Entry, Entry]
  /** From here on the next session. */
  session(facts?: Partial<RecordedSession>): void
  readonly recording: Recording
  readonly entries: Entry[]
}

/** A recording written by hand, in memory. A millisecond passes from message to message. */
export function createConversation(facts: Partial<RecordedSession> = {}): Conversation {
  const entries: Entry[] = []
  const sessions: RecordedSession[] = []
  let start = 0

  function session(more: Partial<RecordedSession> = {}): void {
    sessions.push({ ordinal: sessions.length + 1, upstream: { kind: 'process', command: ['node', 'server.js'] }, startedAt: '2026-01-01T00:00:00.000Z', ...more })
    start = entries.length
  }

  function say(direction: Direction, message: Said, more: Partial<Entry> = {}): Entry {
    const text = typeof message === 'string' ? message : stringifyJson(message)
    const timestamp = (entries.length - start) * 1000
    const entry: Entry = { id: entries.length + 1, session: sessions.length, timestamp, direction, message: parseMessage(Buffer.from(text)), late: false, ...more }
    entries.push(entry)
    return entry
  }

  session(facts)
  return {
    client: (message, more) => say('to-server', message, more),
    server: (message, more) => say('to-client', message, more),
    call: (id, method, params, result) => [say('to-server', request(id, method, params)), say('to-client', answerTo(id, result))],
    session,
    recording: { sessions, entries, loads: [] },
    entries,
  }
}

export function request(id: number | string, method: string, params?: object): object {
  return { jsonrpc: '2.0', id, method, ...(params && { params }) }
}

export function notification(method: string, params?: object): object {
  return { jsonrpc: '2.0', method, ...(params && { params }) }
}

export function answerTo(id: number | string, result: object): object {
  return { jsonrpc: '2.0', id, result }
}

/** A call of a tool, with a progress token when one is given. */
export function toolCall(id: number | string, name: string, args: object, progressToken?: number | string): object {
  return request(id, 'tools/call', { name, arguments: args, ...(progressToken !== undefined && { _meta: { progressToken } }) })
}

export function toolResult(id: number | string, text: string): object {
  return answerTo(id, { content: [{ type: 'text', text }], isError: false })
}

export function progress(progressToken: number | string, value: number): object {
  return notification('notifications/progress', { progressToken, progress: value })
}

/** The start of a session of the older era: initialize, its answer, initialized. */
export function beginSession(conversation: Conversation, capabilities: object = {}, protocolVersion = '2025-11-25'): void {
  conversation.call(0, 'initialize', { protocolVersion, capabilities, clientInfo: { name: 'test', version: '1' } }, { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'recorded', version: '1' } })
  conversation.client(notification('notifications/initialized'))
}
