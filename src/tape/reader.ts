/** Reads tapes, and changes neither them nor their folder. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import { ShadowcatError, messageOf } from '../errors.ts'
import { type Json, parseExact, scanJson, toJson } from '../json.ts'
import { type Message, parseMessage } from '../message.ts'
import type { Entry, RecordedSession, Recording, UsedState } from './entry.ts'
import { toTapeError } from './failure.ts'
import { identify, notATape } from './identify.ts'
import { located } from './reference.ts'
import { checkVersion, schemaVersion, stateKinds, upgrades } from './schema.ts'

/** A tape that is open: for large ones, whose entries should not all be in memory. */
export type Tape = {
  readonly path: string
  readonly sessions: RecordedSession[]
  /** The hash of the redaction rules, when it was made under any. */
  readonly redaction: string | undefined
  /** In order; `bytes` too when they were kept. Where they came from is told from the tape's folder on: see `located`. */
  loads(): Recording['loads']
  /** What calls and the client's side used of the world outside, in order. Throws a ShadowcatError ('tape') when some of it is damaged. */
  state(): UsedState[]
  /** In recorded order. Throws a ShadowcatError ('tape') where the tape is damaged. */
  entries(): IterableIterator<Entry>
  /** For what only SQL can ask. Not to be written to. */
  readonly database: Database.Database
  close(): void
}

/** Opens a tape for reading. Throws a ShadowcatError: 'tape' when it is none or is damaged, 'version' when a newer shadowcat made it. */
export function openTape(path: string): Tape {
  const full = resolve(path)
  const identity = identify(full)
  if (identity.kind !== 'tape') throw notATape(path, identity)
  checkVersion(identity.version, path)
  return guard(path, () => {
    const database = openDatabase(full, identity)
    try {
      return new OpenTape(path, database)
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** The whole tape in memory. Throws as `openTape` does. */
export function readTape(path: string): Recording {
  const tape = openTape(path)
  try {
    return { sessions: tape.sessions, entries: [...tape.entries()], loads: located(tape.loads(), path), state: tape.state(), redaction: tape.redaction }
  } finally {
    tape.close()
  }
}

/** In memory where opening the file would change it or its folder, or where it is of an older version; from the file otherwise. */
function openDatabase(path: string, { version, wal }: { version: number; wal: boolean }): Database.Database {
  if (version === schemaVersion && !wal && path === path.trim()) return new Database(path, { readonly: true, fileMustExist: true })
  const bytes = readFileSync(path)
  bytes[18] = bytes[19] = 1
  const database = new Database(bytes)
  for (const upgrade of upgrades.slice(version - 1)) upgrade(database)
  return database
}

type EntryRow = {
  id: number
  session_id: string
  timestamp: number
  message: Buffer
  component_id: string | null
  policy: Buffer | null
  direction: 'to-server' | 'to-client'
  origin: 'shadowcat' | null
  reply_to: number | null
  exchange: number | null
  stream: string | null
  event_id: string | null
  late: number
}

type LoadRow = { session_id: string; entry: number | null; component_id: string; uri: string; digest: string | null; policy: Buffer | null; initial: number; bytes: Buffer | null }
type StateRow = { id: number; session_id: string; entry: number | null; kind: UsedState['kind']; request: Buffer; response: Buffer | null }
type SessionRow = { session_id: string; upstream: string; protocol_version: string | null; started_at: string; world: string | null; redaction: string | null }

const selectEntries = 'SELECT id, session_id, timestamp, message, component_id, policy, direction, origin, reply_to, exchange, stream, event_id, late FROM recordings ORDER BY id'
const selectLoads = 'SELECT session_id, entry, component_id, uri, component_loads.digest AS digest, policy, initial, bytes FROM component_loads LEFT JOIN component_bytes USING (digest) ORDER BY id'
const selectState = 'SELECT id, session_id, entry, kind, request, response FROM external_state ORDER BY id'
const selectSessions = 'SELECT session_id, upstream, protocol_version, started_at, world, redaction FROM sessions ORDER BY CAST(session_id AS INTEGER)'

class OpenTape implements Tape {
  readonly path: string
  readonly database: Database.Database
  readonly sessions: RecordedSession[]
  readonly redaction: string | undefined

  constructor(path: string, database: Database.Database) {
    this.path = path
    this.database = database
    const rows = database.prepare(selectSessions).all() as SessionRow[]
    this.sessions = rows.map(toSession)
    this.redaction = rows[0]?.redaction ?? undefined
  }

  loads(): Recording['loads'] {
    return guard(this.path, () => (this.database.prepare(selectLoads).all() as LoadRow[]).map(toLoad))
  }

  state(): UsedState[] {
    return guard(this.path, () => (this.database.prepare(selectState).all() as StateRow[]).map((row) => toState(row, this.path)))
  }

  *entries(): IterableIterator<Entry> {
    const rows = guard(this.path, () => this.database.prepare(selectEntries).iterate() as IterableIterator<EntryRow>)
    try {
      for (;;) {
        const { value, done } = guard(this.path, () => rows.next())
        if (done) return
        yield toEntry(value, this.path)
      }
    } finally {
      rows.return?.()
    }
  }

  close(): void {
    this.database.close()
  }
}

function toSession(row: SessionRow): RecordedSession {
  return {
    ordinal: Number(row.session_id),
    upstream: fromJson(row.upstream) as RecordedSession['upstream'],
    startedAt: row.started_at,
    ...(row.protocol_version !== null && { protocolVersion: row.protocol_version }),
    ...(row.world !== null && { world: fromJson(row.world) as { [fact: string]: Json } }),
  }
}

function fromJson(text: string): Json {
  return toJson(parseExact(Buffer.from(text)))
}

function toLoad(row: LoadRow): Recording['loads'][number] {
  return {
    session: Number(row.session_id),
    component: row.component_id,
    uri: row.uri,
    initial: row.initial === 1,
    ...(row.entry !== null && { entry: row.entry }),
    ...(row.digest !== null && { digest: row.digest }),
    ...(row.policy && { policy: row.policy }),
    ...(row.bytes && { bytes: row.bytes }),
  }
}

function toState({ id, session_id: session, entry, kind, request, response }: StateRow, path: string): UsedState {
  try {
    if (!stateKinds.includes(kind) || !(entry === null || Number.isInteger(entry))) throw new Error('its kind or entry is none')
    for (const text of response ? [request, response] : [request]) scanJson(text)
  } catch (cause) {
    throw new ShadowcatError('tape', `external state ${id} of ${path} is damaged: ${messageOf(cause)}; "shadowcat tape validate" lists all that is`, { cause, facts: { path } })
  }
  return { kind, request, ...(response && { response }), session: Number(session), ...(entry !== null && { entry }) }
}

function toEntry(row: EntryRow, path: string): Entry {
  return {
    id: row.id,
    session: Number(row.session_id),
    timestamp: row.timestamp,
    direction: row.direction,
    message: toMessage(row, path),
    late: row.late === 1,
    ...(row.origin !== null && { origin: row.origin }),
    ...(row.reply_to !== null && { replyTo: row.reply_to }),
    ...(row.component_id !== null && { component: row.component_id }),
    ...(row.policy && { policy: row.policy }),
    ...(row.exchange !== null && { exchange: row.exchange }),
    ...(row.stream !== null && { stream: row.stream }),
    ...(row.event_id !== null && { eventId: row.event_id }),
  }
}

function toMessage({ id, message, direction, timestamp }: EntryRow, path: string): Message {
  try {
    if ((direction !== 'to-server' && direction !== 'to-client') || !Number.isFinite(timestamp)) throw new Error('its direction or time is none')
    return parseMessage(message)
  } catch (cause) {
    throw new ShadowcatError('tape', `entry ${id} of ${path} is damaged: ${messageOf(cause)}; "shadowcat tape validate" lists all that is`, { cause, facts: { path, entry: id } })
  }
}

/** SQLite's errors as ours; what is there and is not what the schema says is damage too. */
function guard<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const misread = error instanceof TypeError || (error instanceof ShadowcatError && error.code === 'malformed')
    if (!misread) throw toTapeError(error, `cannot read the tape ${path}`)
    const message = `the tape ${path} is damaged: ${messageOf(error)}; restore it from version control, or record it again`
    throw new ShadowcatError('tape', message, { cause: error, facts: { path } })
  }
}
