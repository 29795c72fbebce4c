/**
 * What a journal holds, and how it lies there (integers are little-endian):
 *
 *     file    magic (8 bytes), version u32, records; the first is the header
 *     record  length u32, CRC-32 u32, both of: kind u8, body
 *     entry   flags u8, session u32, timestamp f64, then as flagged: component u32, policy u32, exchange u32, stream, event id; the rest is the message
 *     name, policy   bytes that entries name by their number, in order from 1: written once
 *     state   kind u8 (from 1, as in `stateKinds`; 128 more when there is a response), length u32, request, response. It belongs to the entry that
 *             comes next, so that no entry is there without all that its call used
 *     own     session u32, then as state: what the client's side used, which belongs to no entry
 */
import { ShadowcatError } from '../errors.ts'
import { type Json, parseExact, toJson } from '../json.ts'
import type { Direction } from '../tap.ts'
import type { ExternalState } from '../upstream.ts'
import { stateKinds } from './schema.ts'

export const journalMagic = 'shctjrnl'
export const journalVersion = 1
/** Before a record's kind and body. */
export const recordHead = 8
/** Flags, session and timestamp, after the kind. */
export const entryHead = 13

export const recordKinds = { header: 1, session: 2, entry: 3, name: 4, policy: 5, load: 6, component: 7, end: 8, state: 9, own: 10 } as const

/** The kind of a state that has a response is this much higher. */
export const responseFlag = 128

export const entryFlags = { toClient: 1, origin: 2, late: 4, component: 8, policy: 16, exchange: 32, stream: 64, eventId: 128 } as const

/** Who made the journal, when, of what tape, under which rules of redaction. */
export type JournalHeader = { tool: string; startedAt: string; pid: number; birth?: string | undefined; tape: string; redaction: string }

export type SessionRecord = {
  ordinal: number
  startedAt: string
  upstream: { kind: string; [fact: string]: Json }
  world?: { [fact: string]: Json } | undefined
}

/** A message as it was recorded; `bytes` are already redacted. */
export type EntryRecord = {
  session: number
  timestamp: number
  direction: Direction
  origin?: 'shadowcat' | undefined
  late: boolean
  component?: string | undefined
  policy?: Uint8Array | undefined
  exchange?: number | undefined
  stream?: string | undefined
  eventId?: string | undefined
  bytes: Buffer
}

/** A component that was loaded; `entry` is the number of the message that told. */
export type LoadRecord = {
  session: number
  entry?: number | undefined
  component: string
  uri: string
  digest?: string | undefined
  policy?: Uint8Array | undefined
  initial: boolean
}

export type JournalRecord =
  | { kind: 'session'; session: SessionRecord }
  | { kind: 'entry'; entry: EntryRecord }
  | { kind: 'load'; load: LoadRecord }
  | { kind: 'component'; digest: string; bytes: Buffer }
  | { kind: 'end'; session: number }
  | { kind: 'state'; state: ExternalState }
  | { kind: 'own'; session: number; state: ExternalState }

/** What was written once and is named by number. */
export type Interned = { names: string[]; policies: Buffer[] }

/** The record in a payload (kind and body), or nothing when it only adds to what is interned. The bytes are views of the payload. */
export function decodeRecord(payload: Buffer, interned: Interned): JournalRecord | undefined {
  const body = payload.subarray(1)
  switch (payload[0]) {
    case recordKinds.entry:
      return { kind: 'entry', entry: decodeEntry(body, interned) }
    case recordKinds.name:
      interned.names.push(body.toString())
      return undefined
    case recordKinds.policy:
      interned.policies.push(Buffer.from(body))
      return undefined
    case recordKinds.session:
      return { kind: 'session', session: parse(body) as SessionRecord }
    case recordKinds.load:
      return { kind: 'load', load: decodeLoad(body, interned) }
    case recordKinds.component:
      return { kind: 'component', digest: body.toString('latin1', 1, 1 + body[0]!), bytes: body.subarray(1 + body[0]!) }
    case recordKinds.end:
      return { kind: 'end', session: body.readUInt32LE(0) }
    case recordKinds.state:
      return { kind: 'state', state: decodeState(body) }
    case recordKinds.own:
      return { kind: 'own', session: body.readUInt32LE(0), state: decodeState(body.subarray(4)) }
    default:
      throw new ShadowcatError('tape', `a record of kind ${payload[0]}, which this shadowcat does not know; a newer one does: upgrade shadowcat`)
  }
}

function decodeEntry(body: Buffer, interned: Interned): EntryRecord {
  const flags = body[0]!
  const entry: EntryRecord = {
    session: body.readUInt32LE(1),
    timestamp: body.readDoubleLE(5),
    direction: flags & entryFlags.toClient ? 'to-client' : 'to-server',
    origin: flags & entryFlags.origin ? 'shadowcat' : undefined,
    late: (flags & entryFlags.late) !== 0,
    component: undefined,
    policy: undefined,
    exchange: undefined,
    stream: undefined,
    eventId: undefined,
    bytes: body,
  }
  const end = flags < entryFlags.component ? entryHead : decodeFacts(body, flags, entry, interned)
  entry.bytes = body.subarray(end)
  return entry
}

/** Fills in what few entries have, and says where it ends. */
function decodeFacts(body: Buffer, flags: number, entry: EntryRecord, { names, policies }: Interned): number {
  let at = entryHead
  const number = (): number => body.readUInt32LE((at += 4) - 4)
  const text = (): string => {
    const length = number()
    return body.toString('utf8', at, (at += length))
  }
  if (flags & entryFlags.component) entry.component = named(names, number())
  if (flags & entryFlags.policy) entry.policy = named(policies, number())
  if (flags & entryFlags.exchange) entry.exchange = number()
  if (flags & entryFlags.stream) entry.stream = text()
  if (flags & entryFlags.eventId) entry.eventId = text()
  return at
}

/** A load as it lies in the journal: its policy by number. */
export type StoredLoad = Omit<LoadRecord, 'policy'> & { policy?: number | undefined }

function decodeLoad(body: Buffer, { policies }: Interned): LoadRecord {
  const { policy, ...load } = parse(body) as StoredLoad
  return policy === undefined ? load : { ...load, policy: named(policies, policy) }
}

function decodeState(body: Buffer): ExternalState {
  const number = body[0]! % responseFlag
  const kind = stateKinds[number - 1]
  if (!kind) throw new ShadowcatError('tape', `external state of kind ${number}, which this shadowcat does not know; a newer one does: upgrade shadowcat`)
  const end = 5 + body.readUInt32LE(1)
  return { kind, request: body.subarray(5, end), ...(body[0]! >= responseFlag && { response: body.subarray(end) }) }
}

function named<T>(items: readonly T[], number: number): T {
  const item = items[number - 1]
  if (item === undefined) throw new ShadowcatError('tape', `it names item ${number} of ${items.length}`)
  return item
}

function parse(body: Buffer): unknown {
  return toJson(parseExact(body))
}
