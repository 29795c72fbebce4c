/** Makes a tape of a journal. */
import { rmSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { ShadowcatError } from '../errors.ts'
import { parseMessage } from '../message.ts'
import type { ExternalState } from '../upstream.ts'
import { type TapeBuilder, createTapeBuilder } from './builder.ts'
import { toTapeError } from './failure.ts'
import type { EntryRecord, JournalHeader, JournalRecord } from './journal-record.ts'
import { type Tail, openJournal } from './journal-reader.ts'

/** A tape that is built, and not in its place yet. */
export type BuiltTape = { path: string; entries: number; sessions: number; tail: Tail }

/** Told how many entries are in the tape so far. */
export type Progress = (entries: number) => void

/** So many records are taken before other work of the process gets its turn. */
const turnSize = 5000

/**
 * Builds the tape of a journal in the file `path`, in constant memory, and writes it to the disk. What an earlier attempt left there goes.
 * Throws a ShadowcatError ('tape') when it cannot; nothing is left behind then, and the journal stays.
 */
export async function buildTape(journal: string, path: string, options: { progress?: Progress | undefined } = {}): Promise<BuiltTape> {
  const reader = openJournal(journal)
  let builder: TapeBuilder | undefined
  try {
    rmSync(path, { force: true })
    builder = createTapeBuilder(path)
    const tail = await copyRecords(reader.records(), reader.header, builder, options.progress)
    const { entries } = builder
    return { path, entries, sessions: builder.finish(), tail }
  } catch (error) {
    builder?.discard()
    throw toTapeError(error, `cannot make a tape of ${journal}`, 'The journal stays as it is')
  } finally {
    reader.close()
  }
}

async function copyRecords(records: Generator<JournalRecord, Tail>, header: JournalHeader, builder: TapeBuilder, progress?: Progress): Promise<Tail> {
  const copyRecord = createCopy(header, builder)
  for (let count = 1; ; count++) {
    const { value, done } = records.next()
    if (done) return value
    copyRecord(value)
    if (count % turnSize > 0) continue
    progress?.(builder.entries)
    await setImmediate()
  }
}

/** What takes the records one by one. State waits for its entry, and goes with it when that was torn off. */
function createCopy({ redaction, tool }: JournalHeader, builder: TapeBuilder): (record: JournalRecord) => void {
  let used: ExternalState[] = []
  return (record) => {
    if (record.kind === 'entry') {
      const entry = builder.entry(record.entry, messageOf(record.entry))
      if (used.length === 0) return
      const { session, timestamp } = record.entry
      for (const state of used) builder.state({ ...state, session, entry, timestamp })
      used = []
    } else if (record.kind === 'state') used.push(copyState(record.state))
    else if (record.kind === 'own') builder.state({ ...copyState(record.state), session: record.session })
    else if (record.kind === 'session') builder.session({ ...record.session, redaction, tool })
    else if (record.kind === 'load') builder.load(record.load)
    else if (record.kind === 'component') builder.component(record.digest, record.bytes)
  }
}

/** The bytes of a record are gone when the next is taken. */
function copyState({ kind, request, response }: ExternalState): ExternalState {
  return { kind, request: Buffer.from(request), response: response && Buffer.from(response) }
}

function messageOf({ bytes }: EntryRecord): ReturnType<typeof parseMessage> {
  try {
    return parseMessage(bytes)
  } catch (cause) {
    throw new ShadowcatError('tape', `the journal holds what is no message: ${(cause as Error).message}`, { cause })
  }
}
