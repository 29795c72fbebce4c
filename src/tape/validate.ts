/** Checks that a tape is what it says it is. */
import { hash } from 'node:crypto'
import { resolve } from 'node:path'
import { requestKey } from '../canonical.ts'
import { messageOf, quote } from '../errors.ts'
import { scanJson } from '../json.ts'
import { type Message, parseMessage } from '../message.ts'
import { identify, notATape } from './identify.ts'
import { type Tape, openTape } from './reader.ts'
import { createReplies } from './replies.ts'
import { stateKinds } from './schema.ts'

/** One thing that is wrong, with the entry that it is wrong with. */
export type Finding = { entry?: number; problem: string }

/** So many are enough to know that a tape is no good. */
const mostFindings = 100

/**
 * Everything that is wrong with a tape; nothing when it is sound, and at most 100. A damaged tape is a finding.
 * Throws a ShadowcatError when the file is no tape at all, or a newer shadowcat made it.
 */
export function validateTape(path: string): Finding[] {
  const identity = identify(resolve(path))
  if (identity.kind !== 'tape') throw notATape(path, identity)
  let tape: Tape
  try {
    tape = openTape(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'version') throw error
    return [{ problem: messageOf(error) }]
  }
  try {
    return firstOf(check(tape), mostFindings)
  } catch (error) {
    return [{ problem: messageOf(error) }]
  } finally {
    tape.close()
  }
}

function firstOf<T>(items: Iterable<T>, most: number): T[] {
  const first: T[] = []
  for (const item of items) if (first.push(item) === most) break
  return first
}

function* check(tape: Tape): Generator<Finding> {
  const integrity = tape.database.pragma('integrity_check') as { integrity_check: string }[]
  for (const { integrity_check: problem } of integrity) if (problem !== 'ok') yield { problem: `the file is damaged: ${problem}` }
  const dangling = tape.database.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[]
  for (const { table, rowid, parent } of dangling) yield { ...(table === 'recordings' && { entry: rowid }), problem: `row ${rowid} of ${table} names a row of ${parent} that is not there` }
  yield* checkEntries(tape)
  yield* checkState(tape)
  yield* checkComponents(tape)
}

type Row = {
  id: number
  session_id: string | null
  timestamp: number
  message_type: string
  message: Buffer
  method: string | null
  direction: string
  request_key: string | null
  reply_to: number | null
  exchange: number | null
  origin: 'shadowcat' | null
  late: number
}

function* checkEntries({ database }: Tape): Generator<Finding> {
  const replies = createReplies()
  let expected = 1
  const rows = database.prepare('SELECT id, session_id, timestamp, message_type, message, method, direction, request_key, reply_to, exchange, origin, late FROM recordings ORDER BY id').iterate()
  for (const row of rows as IterableIterator<Row>) {
    for (const problem of problemsOf(row, expected, replies)) yield { entry: row.id, problem }
    expected = row.id + 1
  }
}

function* problemsOf(row: Row, expected: number, replies: ReturnType<typeof createReplies>): Generator<string> {
  if (row.id !== expected) yield `its number should be ${expected}`
  if (row.direction !== 'to-server' && row.direction !== 'to-client') {
    yield `its direction is ${JSON.stringify(row.direction)}, which is none`
    return
  }
  let message: Message
  try {
    message = parseMessage(row.message)
  } catch (error) {
    yield messageOf(error)
    return
  }
  if (message.kind !== row.message_type) yield `it is marked as ${row.message_type}, but is ${message.kind}`
  if ((message.method ?? null) !== row.method) yield `it is marked with method ${row.method}, but has ${message.method ?? 'none'}`
  const key = message.kind === 'request' ? hash('sha256', requestKey(message)) : null
  if (key !== row.request_key) yield 'its request key is not that of its message'
  const facts = { session: Number(row.session_id), direction: row.direction, exchange: row.exchange ?? undefined, origin: row.origin ?? undefined, late: row.late === 1 } as const
  const replyTo = replies(row.id, message, facts) ?? null
  if (replyTo !== row.reply_to) yield `it is marked as the answer to ${row.reply_to ?? 'no entry'}, but answers ${replyTo ?? 'none'}`
  if (!(row.timestamp >= 0)) yield `its time is ${row.timestamp}`
}

type StateRow = { id: number; session_id: string | null; entry: number | null; timestamp: number | null; kind: string; request: unknown; response: unknown; answer: string | null; session: string | null; time: number | null }

const selectState = `SELECT state.id, state.session_id, state.entry, state.timestamp, state.kind, request, response, message_type AS answer, recordings.session_id AS session, recordings.timestamp AS time
  FROM external_state AS state LEFT JOIN recordings ON recordings.id = state.entry ORDER BY state.id`

function* checkState({ database }: Tape): Generator<Finding> {
  for (const row of database.prepare(selectState).iterate() as IterableIterator<StateRow>) {
    for (const problem of stateProblems(row)) yield { ...(row.answer !== null && { entry: row.entry! }), problem: `external state ${row.id} ${problem}` }
  }
}

/** What calls used belongs to their answers; in a batch stand several. */
function* stateProblems(row: StateRow): Generator<string> {
  if (!(stateKinds as readonly string[]).includes(row.kind)) yield `is of kind ${quote(row.kind)}, which is none`
  if (!isJson(row.request)) yield 'has a request that is no JSON'
  if (row.response !== null && !isJson(row.response)) yield 'has a response that is no JSON'
  if (row.answer === null) return // the client's side used it, or the check of foreign keys says what is wrong
  if (!answers.has(row.answer)) yield `belongs to a ${row.answer}, which answers nothing`
  else if (row.session_id !== row.session || row.timestamp !== row.time) yield 'has another session or time than its entry'
}

const answers = new Set(['result', 'error', 'batch'])

function* checkComponents({ database }: Tape): Generator<Finding> {
  const rows = database.prepare('SELECT digest, bytes FROM component_bytes').iterate() as IterableIterator<{ digest: string; bytes: Buffer }>
  for (const { digest, bytes } of rows) if (`sha256:${hash('sha256', bytes)}` !== digest) yield { problem: `the bytes kept of component ${digest} have another digest` }
  const sessions = database.prepare('SELECT session_id, upstream, world FROM sessions').all() as { session_id: string; upstream: string; world: string | null }[]
  for (const { session_id: session, upstream, world } of sessions) {
    for (const text of [upstream, world]) if (text !== null && !isJson(Buffer.from(text))) yield { problem: `session ${session} is described by what is no JSON` }
  }
}

function isJson(bytes: unknown): boolean {
  try {
    scanJson(bytes as Uint8Array)
    return true
  } catch {
    return false // the caller says so
  }
}
