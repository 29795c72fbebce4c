/** Redacts a tape that exists, under rules that came later. */
import { rmSync } from 'node:fs'
import { asBuffer } from '../bytes.ts'
import { ShadowcatError } from '../errors.ts'
import { type NewSession, type TapeBuilder, createTapeBuilder } from './builder.ts'
import type { Recording } from './entry.ts'
import { toTapeError } from './failure.ts'
import { redactBytes, redactFacts, redactState } from './kept.ts'
import { checkTarget, replaceTape } from './place.ts'
import { type Tape, openTape } from './reader.ts'
import { located } from './reference.ts'
import type { Redactor } from './redact.ts'
import { placeholderStart } from './redact/placeholder.ts'

export type Rewritten = { path: string; entries: number; /** Entries that held something to redact, and things that the client's side used. */ changed: number }

/** Tables that the builder does not fill. */
const otherTables = ['exchanges', 'interceptions']

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
  for (const { message } of tape.entries()) reserve(message.bytes, redactor)
  for (const { request, response } of tape.state()) {
    reserve(request, redactor)
    if (response) reserve(response, redactor)
  }
}

function reserve(bytes: Uint8Array, redactor: Rules): void {
  const text = asBuffer(bytes)
  if (text.includes(placeholderStart)) redactor.text((text.toString().match(/\[redacted:[^\]]*\]/g) ?? []).join(' '))
}

function copyRedacted(tape: Tape, redactor: Rules, builder: TapeBuilder): number {
  copySessions(tape, redactor, builder)
  const loads = located(tape.loads(), tape.path)
  const begun = new Set<number>()
  const copyLoads = (session: number, entry: number | undefined): void => {
    for (const load of loads) if (load.session === session && load.entry === entry) copyLoad(load, redactor, builder)
  }
  const used = Map.groupBy(tape.state(), ({ entry }) => entry)
  let changed = 0
  for (const entry of tape.entries()) {
    if (!begun.has(entry.session)) copyLoads(entry.session, undefined)
    begun.add(entry.session)
    // before its answer, as when it was recorded
    const before = used.get(entry.id) ?? []
    const state = before.map((item) => redactState(item, redactor))
    const message = redactor.message(entry.message)
    if (message !== entry.message || state.some((item, index) => item !== before[index])) changed++
    builder.entry({ ...entry, policy: entry.policy && redactBytes(entry.policy, redactor) }, message)
    for (const item of state) builder.state({ ...item, session: entry.session, entry: entry.id, timestamp: entry.timestamp })
    used.delete(entry.id)
    if (loads.length > 0) copyLoads(entry.session, entry.id)
  }
  const own = used.get(undefined) ?? []
  for (const item of own) {
    const kept = redactState(item, redactor)
    if (kept !== item) changed++
    builder.state({ ...kept, session: item.session })
  }
  used.delete(undefined)
  const [stray] = used.keys()
  if (stray !== undefined) throw new ShadowcatError('tape', `${tape.path} stays as it is: it holds external state of entry ${stray}, which is not there; "shadowcat tape validate" lists all that is damaged`)
  for (const table of otherTables) copyTable(table, tape, redactor, builder)
  return changed
}

function copySessions(tape: Tape, redactor: Rules, builder: TapeBuilder): void {
  const tools = new Map((tape.database.prepare('SELECT session_id, tool FROM sessions').all() as { session_id: string; tool: string | null }[]).map((row) => [Number(row.session_id), row.tool]))
  for (const session of tape.sessions) {
    const { ordinal, upstream, world } = session
    const copy: NewSession = { ...session, upstream: redactFacts(upstream, redactor), ...(world && { world: redactFacts(world, redactor) }), redaction: redactor.hash, tool: tools.get(ordinal) ?? undefined }
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
