import type { Id, Kind, Message } from '../message.ts'
import type { Json } from '../json.ts'
import type { Direction } from '../tap.ts'
import type { ComponentLoad, ExternalState } from '../upstream.ts'

/** One recorded message. */
export type Entry = {
  /** From 1, in recorded order, over all sessions of the tape. */
  id: number
  /** The session's ordinal, from 1. */
  session: number
  /** Microseconds since the session began. */
  timestamp: number
  direction: Direction
  message: Message
  origin?: 'shadowcat' | undefined
  late: boolean
  /** The entry of the request that this answers. */
  replyTo?: number | undefined
  component?: string | undefined
  policy?: Uint8Array | undefined
  exchange?: number | undefined
  stream?: string | undefined
  eventId?: string | undefined
}

export type { Direction, Id, Kind, Message }

/** One recorded session. */
export type RecordedSession = {
  ordinal: number
  /** What `Upstream.describe` said. */
  upstream: { kind: string; [fact: string]: Json }
  /** As negotiated by `initialize`, or as `_meta` of the first request says (2026-07-28). */
  protocolVersion?: string | undefined
  /** ISO 8601, when it began. */
  startedAt: string
  /** Epoch, seed and the like, when they were held. */
  world?: { [fact: string]: Json } | undefined
}

/** What was used of the world outside; `entry` is the answer of the call that did, absent where it was the client's side. */
export type UsedState = ExternalState & { session: number; entry?: number | undefined }

/** What a tape holds, however it was come by: read from a file, or just recorded. */
export type Recording = {
  sessions: RecordedSession[]
  entries: Entry[]
  loads: (ComponentLoad & { session: number; entry?: number | undefined })[]
  /** In order. */
  state?: UsedState[] | undefined
  /** The hash of the redaction rules it was made under. */
  redaction?: string | undefined
}
