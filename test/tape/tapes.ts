import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { onTestFinished } from 'vitest'
import { ShadowcatError } from '../../src/errors.ts'
import { type Message, createMessage, isAnswer, parseMessage } from '../../src/message.ts'
import type { Context, Direction } from '../../src/tap.ts'
import { type Recorded, type Recorder, type RecorderOptions, createRecorder } from '../../src/tape/recorder.ts'
import type { Redactor } from '../../src/tape/redact.ts'
import type { ExternalState, Upstream } from '../../src/upstream.ts'
import { messageText } from '../arbitrary.ts'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'shadowcat-tape-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export const noRedaction: Pick<Redactor, 'message' | 'text' | 'hash'> = { message: (message) => message, text: (text) => text, hash: 'none' }

/** A clock that says 2026-11-23 12:00 at first, and 1.5 ms more each time. */
export function steadyClock(start = Date.UTC(2026, 10, 23, 12)): () => number {
  let now = start - 1.5
  return () => (now += 1.5)
}

/** What is said: direction, a message or what to make one of, and what else is known of it. */
export type Said = readonly [direction: '>' | '<', message: Message | object | string, facts?: Partial<Context>]

export const conversation: readonly Said[] = [
  ['>', { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } } }],
  ['<', { jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'server', version: '1' } } }],
  ['>', { jsonrpc: '2.0', method: 'notifications/initialized' }],
  ['>', '{ "jsonrpc":"2.0","id":"", "method":"tools/call","params":{"name":"echo","arguments":{"n":18446744073709551615,"f":1.0}} }'],
  ['<', '{"jsonrpc":"2.0","id":"","result":{"content":[{"type":"text","text":"\\u00e9 18446744073709551615"}]}}'],
]

/** One thing that a call used; request and response become JSON, unless they are text. */
export function used(kind: ExternalState['kind'], request: unknown, response?: unknown): ExternalState {
  const text = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return { kind, request: text(request), ...(response !== undefined && { response: text(response) }) }
}

/** An upstream that used this for its answer to the call under the id `""`. */
export function upstreamUsing(...state: readonly ExternalState[]): Upstream {
  return {
    describe: () => ({ kind: 'test' }),
    open: () => {
      throw new Error('not opened here')
    },
    annotate: (message) => (isAnswer(message) && message.id === '""' ? { state } : undefined),
  }
}

export function toMessage(message: Said[1]): Message {
  if (typeof message === 'string') return parseMessage(Buffer.from(message))
  return 'bytes' in message ? (message as Message) : createMessage(message)
}

export function begin(path: string, options: Partial<RecorderOptions> = {}): Recorder {
  return createRecorder({ path, redactor: noRedaction, now: steadyClock(), ...options })
}

/** Says it all through one session of the recorder. */
export async function say(recorder: Recorder, said: readonly Said[], session = 1, upstream?: Upstream): Promise<void> {
  const tap = recorder.session(session, upstream)
  for (const [mark, message, facts] of said) {
    const direction: Direction = mark === '>' ? 'to-server' : 'to-client'
    await tap.message(toMessage(message), { direction, session, ...facts })
    tap.flush?.()
  }
  await tap.end?.()
}

export async function record(path: string, said: readonly Said[] = conversation, options: Partial<RecorderOptions> = {}, upstream?: Upstream): Promise<Recorded> {
  const recorder = begin(path, options)
  await say(recorder, said, 1, upstream)
  return recorder.close()
}

/** A journal as a process leaves it that dies: of no process that lives. */
export async function abandonedJournal(path: string, said: readonly Said[] = conversation): Promise<string> {
  const recorder = begin(path)
  await say(recorder, said)
  recorder.leave()
  return recorder.journal
}

/** Any messages in any order, with any facts. */
export const anythingSaid: fc.Arbitrary<Said[]> = fc.array(
  fc.tuple(
    fc.constantFrom('>' as const, '<' as const),
    messageText,
    fc.record(
      { late: fc.boolean(), origin: fc.constant('shadowcat' as const), exchange: fc.nat(), stream: fc.string(), eventId: fc.string({ unit: 'grapheme' }) },
      { requiredKeys: [] },
    ),
  ),
  { maxLength: 12 },
)

/** The error that a call throws or rejects with; it must be one of ours. */
export async function errorOf(call: () => unknown): Promise<ShadowcatError> {
  try {
    await call()
  } catch (error) {
    if (error instanceof ShadowcatError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
