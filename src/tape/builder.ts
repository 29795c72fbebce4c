/** Builds a tape's file: one transaction, always in the same order, so that the same content gives the same bytes. */
import { hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { requestKey } from '../canonical.ts'
import { stringifyJson } from '../json.ts'
import { type Message, findString } from '../message.ts'
import type { ExternalState } from '../upstream.ts'
import type { Entry, RecordedSession } from './entry.ts'
import type { LoadRecord } from './journal-record.ts'
import { toReference } from './reference.ts'
import { createReplies } from './replies.ts'
import { createSchema } from './schema.ts'

/** What is known of a message before it has its number. */
type EntryFacts = Omit<Entry, 'id' | 'replyTo' | 'message'>

/** What a call used, with the number of its answer and that one's session and time; neither number nor time where the client's side used it. */
type StateRow = ExternalState & { session: number; entry?: number | undefined; timestamp?: number }

export type NewSession = RecordedSession & { redaction?: string | undefined; tool?: string | undefined }

export type TapeBuilder = {
  /** Where it is being built. */
  readonly path: string
  readonly entries: number
  session(session: NewSession): void
  /** Adds a message, and returns its number. */
  entry(facts: EntryFacts, message: Message): number
  state(state: StateRow): void
  load(load: LoadRecord): void
  component(digest: string, bytes: Uint8Array): void
  /** Runs while the tape is still open, for tables that the builder does not know. */
  extend(fill: (database: Database.Database) => void): void
  /** Writes the tape to the disk, and says how many sessions it holds. */
  finish(): number
  /** Leaves nothing behind. */
  discard(): void
}

/** Every binding costs: what most entries have, and what few have as well. */
const usual = 'id, session_id, timestamp, message_type, message, direction, method, request_key, reply_to, late'
const insertUsual = `INSERT INTO recordings (${usual}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertWhole = `INSERT INTO recordings (${usual}, component_id, policy, origin, exchange, stream, event_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertSession = 'INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)'
const insertLoad = 'INSERT INTO component_loads (session_id, entry, component_id, uri, digest, policy, initial) VALUES (?, ?, ?, ?, ?, ?, ?)'
const insertState = 'INSERT INTO external_state (session_id, entry, timestamp, kind, request, response) VALUES (?, ?, ?, ?, ?, ?)'
const insertBytes = 'INSERT OR IGNORE INTO component_bytes VALUES (?, ?)'

/** Begins a tape in a new file. Throws SQLite's errors, as its methods do. */
export function createTapeBuilder(path: string): TapeBuilder {
  closeSync(openSync(path, 'wx'))
  const database = new Database(path)
  try {
    prepareFile(database)
    return new FileBuilder(path, database)
  } catch (error) {
    database.close()
    rmSync(path, { force: true })
    throw error
  }
}

/** A half-built file is thrown away, so nothing needs to be undone or synchronised until the end. */
function prepareFile(database: Database.Database): void {
  for (const setting of ['page_size = 4096', 'cache_size = -2000', 'auto_vacuum = none', 'journal_mode = off', 'synchronous = off', 'locking_mode = exclusive', 'foreign_keys = off', 'encoding = "UTF-8"']) {
    database.pragma(setting)
  }
  database.exec('BEGIN')
  createSchema(database)
}

class FileBuilder implements TapeBuilder {
  readonly path: string
  readonly #database: Database.Database
  readonly #insertUsual: Database.Statement<unknown[]>
  readonly #insertWhole: Database.Statement<unknown[]>
  readonly #insertLoad: Database.Statement<unknown[]>
  readonly #insertBytes: Database.Statement<unknown[]>
  readonly #insertState: Database.Statement<unknown[]>
  readonly #replies = createReplies()
  readonly #sessions = new Map<number, NewSession>()
  /** Entries of `initialize` requests that are not answered yet. */
  readonly #initializing = new Set<number>()
  entries = 0

  constructor(path: string, database: Database.Database) {
    this.path = path
    this.#database = database
    this.#insertUsual = database.prepare(insertUsual)
    this.#insertWhole = database.prepare(insertWhole)
    this.#insertLoad = database.prepare(insertLoad)
    this.#insertBytes = database.prepare(insertBytes)
    this.#insertState = database.prepare(insertState)
  }

  session(session: NewSession): void {
    this.#sessions.set(session.ordinal, { ...session })
  }

  entry(facts: EntryFacts, message: Message): number {
    const id = ++this.entries
    const replyTo = this.#replies(id, message, facts)
    const key = message.kind === 'request' ? hash('sha256', requestKey(message)) : null
    this.#noteVersion(id, facts, message, replyTo)
    const { session, timestamp, direction, component, policy, origin, exchange, stream, eventId } = facts
    const late = facts.late ? 1 : 0
    if ((component ?? policy ?? origin ?? exchange ?? stream ?? eventId) === undefined) {
      this.#insertUsual.run(id, String(session), timestamp, message.kind, message.bytes, direction, message.method, key, replyTo, late)
    } else {
      const few = [component, policy, origin, exchange, stream, eventId]
      this.#insertWhole.run(id, String(session), timestamp, message.kind, message.bytes, direction, message.method, key, replyTo, late, ...few)
    }
    return id
  }

  state({ session, entry, timestamp, kind, request, response }: StateRow): void {
    this.#insertState.run(String(session), entry ?? null, timestamp ?? null, kind, request, response ?? null)
  }

  load({ session, entry, component, uri, digest, policy, initial }: LoadRecord): void {
    this.#insertLoad.run(String(session), entry ?? null, component, toReference(uri, dirname(this.path)), digest ?? null, policy ?? null, initial ? 1 : 0)
  }

  component(digest: string, bytes: Uint8Array): void {
    this.#insertBytes.run(digest, bytes)
  }

  extend(fill: (database: Database.Database) => void): void {
    fill(this.#database)
  }

  finish(): number {
    const insert = this.#database.prepare(insertSession)
    for (const session of [...this.#sessions.values()].sort((a, b) => a.ordinal - b.ordinal)) insert.run(...sessionRow(session))
    this.#database.exec('COMMIT')
    this.#database.close()
    const file = openSync(this.path, 'r+')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return this.#sessions.size
  }

  discard(): void {
    this.#database.close()
    rmSync(this.path, { force: true })
  }

  /** The protocol version is what the server answered to `initialize`; since 2026-07-28 each request carries it. */
  #noteVersion(id: number, { session, direction }: EntryFacts, message: Message, replyTo: number | undefined): void {
    const facts = this.#sessions.get(session)
    if (!facts || facts.protocolVersion !== undefined) return
    if (direction === 'to-server' && message.kind === 'request') {
      if (message.method === 'initialize') this.#initializing.add(id)
      else facts.protocolVersion = findString(message, 'params', '_meta', 'io.modelcontextprotocol/protocolVersion')
    } else if (replyTo !== undefined && this.#initializing.delete(replyTo)) facts.protocolVersion = answeredVersion(message)
  }
}

function answeredVersion(message: Message): string | undefined {
  return findString(message, 'result', 'protocolVersion')
}

function sessionRow({ ordinal, upstream, protocolVersion, startedAt, world, redaction, tool }: NewSession): unknown[] {
  return [String(ordinal), stringifyJson(upstream), protocolVersion ?? null, startedAt, world ? stringifyJson(world) : null, redaction ?? null, tool ?? null]
}
