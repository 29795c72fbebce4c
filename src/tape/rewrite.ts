/** Redacts a tape that exists, under rules that came later. */
import { rmSync } from 'node:fs'
import { isUtf8 } from 'node:buffer'
import { createMessage, parseMessage } from '../message.ts'
import type { Json } from '../json.ts'
import { type NewSession, type TapeBuilder, createTapeBuilder } from './builder.ts'
import type { Recording } from './entry.ts'
import { toTapeError } from './failure.ts'
import { checkTarget, replaceTape } from './place.ts'
import { type Tape, openTape } from './reader.ts'
import type { Redactor } from './redact.ts'
import { placeholderStart } from './redact/placeholder.ts'

export type Rewritten = { path: string; entries: number; /** Entries that held something to redact. */ changed: number }

/** Tables that the builder does not fill. */
const otherTables = ['exchanges', 'external_state', 'interceptions']

/**
 * Writes the tape anew with its secrets replaced, in its own place or as `output`; whole or not at all.
 * Throws a ShadowcatError when the tape cannot be read or the new one not be written.
 */
export function redactTape(path: string, redactor: Pick<Redactor, 'message' | 'text' | 'hash'>, options: { output?: string | undefined } = {}): Rewritten {
  const wanted = options.output ?? path
  const target = checkTarget(wanted)
  const tape = openTape(path)
  const building = `${target}.${process.pid}.building`
  let builder: TapeBuilder | undefined
  try {
    rmSync(building, { force: true })
    builder = createTapeBuilder(building)
    reservePlaceholders(tape, redactor)
    const changed = copyRedacted(tape, redactor, builder)
    const { entries } = builder
    builder.finish()
    tape.close()
    replaceTape(building, target)
    return { path: wanted, entries, changed }
  } catch (error) {
    throw toTapeError(error, `cannot redact ${path} into ${wanted}`, `${path} stays as it is`)
  } finally {
    builder?.discard()
    tape.close()
    rmSync(building, { force: true })
  }
}

type Rules = Pick<Redactor, 'message' | 'text' | 'hash'>

/** Placeholders that the tape already holds must not be given to other values, so they are shown to the redactor first. */
function reservePlaceholders(tape: Tape, redactor: Rules): void {
  for (const { message } of tape.entries()) {
    if (message.bytes.includes(placeholderStart)) redactor.text((message.bytes.toString().match(/\[redacted:[^\]]*\]/g) ?? []).join(' '))
  }
}

function copyRedacted(tape: Tape, redactor: Rules, builder: TapeBuilder): number {
  copySessions(tape, redactor, builder)
  const loads = tape.loads()
  const begun = new Set<number>()
  const copyLoads = (session: number, entry: number | undefined): void => {
    for (const load of loads) if (load.session === session && load.entry === entry) copyLoad(load, redactor, builder)
  }
  let changed = 0
  for (const entry of tape.entries()) {
    if (!begun.has(entry.session)) copyLoads(entry.session, undefined)
    begun.add(entry.session)
    const message = redactor.message(entry.message)
    if (message !== entry.message) changed++
    builder.entry({ ...entry, policy: entry.policy && redactBytes(entry.policy, redactor) }, message)
    if (loads.length > 0) copyLoads(entry.session, entry.id)
  }
  for (const table of otherTables) copyTable(table, tape, redactor, builder)
  return changed
}

function copySessions(tape: Tape, redactor: Rules, builder: TapeBuilder): void {
  const redactFacts = <T extends { [fact: string]: Json }>(facts: T): T => redactor.message(createMessage(facts)).value as T
  const tools = new Map((tape.database.prepare('SELECT session_id, tool FROM sessions').all() as { session_id: string; tool: string | null }[]).map((row) => [Number(row.session_id), row.tool]))
  for (const session of tape.sessions) {
    const { ordinal, upstream, world } = session
    const copy: NewSession = { ...session, upstream: redactFacts(upstream), ...(world && { world: redactFacts(world) }), redaction: redactor.hash, tool: tools.get(ordinal) ?? undefined }
    builder.session(copy)
  }
}

/** In the order in which a recording has them, so that the same content gives the same file. */
function copyLoad(load: Recording['loads'][number], redactor: Rules, builder: TapeBuilder): void {
  if (load.bytes) builder.component(load.digest!, load.bytes)
  builder.load({ ...load, uri: redactor.text(load.uri), policy: load.policy && redactBytes(load.policy, redactor) })
}

function copyTable(table: string, tape: Tape, redactor: Rules, builder: TapeBuilder): void {
  builder.extend((database) => {
    for (const row of tape.database.prepare(`SELECT * FROM ${table} ORDER BY id`).raw().iterate() as IterableIterator<unknown[]>) {
      const values = row.map((value) => (typeof value === 'string' ? redactor.text(value) : value instanceof Uint8Array ? redactBytes(value, redactor) : value))
      database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values)
    }
  })
}

/** JSON by the rules for messages, other text as text, and what is neither as it is. */
function redactBytes(bytes: Uint8Array, redactor: Rules): Buffer {
  const buffer = Buffer.from(bytes)
  if (!isUtf8(buffer)) return buffer
  try {
    return redactor.message(parseMessage(buffer)).bytes
  } catch {
    return Buffer.from(redactor.text(buffer.toString())) // not JSON: text
  }
}
