/** A tape as JSON Lines, for programs and for `git diff`. */
import { hash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { stringifyJson } from '../json.ts'
import { parseMessage, toLine } from '../message.ts'
import type { Entry, RecordedSession, Recording, UsedState } from './entry.ts'
import type { Tape } from './reader.ts'

export type DumpOptions = { /** Leaves every time out, so that two dumps differ in content alone. */ timing?: boolean }

/**
 * The lines of a tape, each with its line end: every session (`{"session":1,"upstream":…}`), what was loaded when it began, then the entries
 * (`{"entry":1,"session":1,"direction":"to-server",…,"message":…,"time":12}`, the message's bytes as they are but for line ends within, times in
 * microseconds), each followed by what its call used (`{"state":"http","session":1,"entry":2,"request":…,"response":…}`, these as they are too) and
 * by what it loaded; last what the client's side used (the same without `entry`). A policy stands once, where it is first met, and is named by its digest.
 */
export function* dumpTape(tape: Tape, { timing = true }: DumpOptions = {}): Generator<string> {
  const seen = new Set<string>()
  for (const session of tape.sessions) yield line(sessionFacts(session, tape.redaction, timing))
  const loads = tape.loads()
  for (const load of loads.filter(({ entry }) => entry === undefined)) yield* dumpLoad(load, seen)
  const later = Map.groupBy(loads, ({ entry }) => entry)
  const used = Map.groupBy(tape.state(), ({ entry }) => entry)
  for (const entry of tape.entries()) {
    const policy = entry.policy && digestOf(entry.policy)
    if (policy) yield* dumpPolicy(entry.policy!, policy, seen)
    yield dumpEntry(entry, policy, timing)
    for (const state of used.get(entry.id) ?? []) yield dumpState(state)
    for (const load of later.get(entry.id) ?? []) yield* dumpLoad(load, seen)
  }
  for (const state of used.get(undefined) ?? []) yield dumpState(state)
}

function line(facts: object): string {
  return `${stringifyJson(facts)}\n`
}

function sessionFacts({ ordinal, upstream, protocolVersion, world, startedAt }: RecordedSession, redaction: string | undefined, timing: boolean): object {
  return { session: ordinal, upstream, protocolVersion, world, redaction, ...(timing && { startedAt }) }
}

function dumpEntry(entry: Entry, policy: string | undefined, timing: boolean): string {
  const { id, session, direction, message, origin, late, replyTo, component, exchange, stream, eventId, timestamp } = entry
  const facts = { entry: id, session, direction, kind: message.kind, origin, late: late || undefined, replyTo, component, policy, exchange, stream, eventId }
  return `${stringifyJson(facts).slice(0, -1)},"message":${toLine(message)}${timing ? `,"time":${timestamp}` : ''}}\n`
}

function dumpState({ kind, session, entry, request, response }: UsedState): string {
  return `${stringifyJson({ state: kind, session, entry }).slice(0, -1)},"request":${textLine(request)}${response ? `,"response":${textLine(response)}` : ''}}\n`
}

function textLine(json: Uint8Array): string {
  return toLine(parseMessage(Buffer.from(json))).toString()
}

function* dumpLoad(load: Recording['loads'][number], seen: Set<string>): Generator<string> {
  const policy = load.policy && digestOf(load.policy)
  if (policy) yield* dumpPolicy(load.policy!, policy, seen)
  const { component, session, entry, uri, digest, initial, bytes } = load
  yield line({ load: component, session, entry, uri, digest, policy, initial, bytes: bytes?.length })
}

function* dumpPolicy(policy: Uint8Array, digest: string, seen: Set<string>): Generator<string> {
  if (seen.has(digest)) return
  seen.add(digest)
  yield line({ policy: digest, ...(isUtf8(policy) ? { text: Buffer.from(policy).toString() } : { base64: Buffer.from(policy).toString('base64') }) })
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${hash('sha256', bytes)}`
}
