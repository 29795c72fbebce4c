/** A recording made ready to be replayed; made once, shared by all live sessions. */
import { type Ignore, valueAt } from '../canonical.ts'
import type { Exact } from '../json.ts'
import type { Id, Message } from '../message.ts'
import { linkEntries } from '../tape/causality.ts'
import type { Entry, RecordedSession, Recording } from '../tape/entry.ts'
import { lacking, needsOf } from './capabilities.ts'
import { type Groups, type RequestClass, classOf, createGroups } from './match.ts'
import { type Act, type Saying, createScripts, idsOf, tokensOf } from './script.ts'

/** A message of the recorded client, and what the server did upon it. */
export type Recorded = {
  readonly entry: Entry
  readonly message: Message
  readonly class: RequestClass
  readonly script: readonly Act[]
  /** The one answer, when the script is nothing else and holds only the request's id: how nearly every call is answered. */
  readonly plain: Saying | undefined
  /** The ids of its requests and their progress tokens: one, but for a batch. */
  readonly ids: readonly Id[]
  readonly tokens: readonly (Id | undefined)[]
  /** The notification that cancelled it. */
  readonly cancelled: Entry | undefined
  readonly needs: readonly string[]
}

export type SessionPlan = {
  readonly session: RecordedSession
  readonly opening: readonly Act[]
  readonly groups: Groups<Recorded>
  /** All that counts as a call, in recorded order. */
  readonly calls: readonly Recorded[]
  /** All requests but plumbing, in recorded order. */
  readonly requests: readonly Entry[]
  readonly notifications: ReadonlyMap<string, readonly Recorded[]>
  /** The protocol version that the recorded client asked for in `initialize`. */
  readonly version: Exact | undefined
  /** What the server's requests need of a client, as far as the recorded one had it. */
  readonly needs: readonly string[]
}

/** An empty tape answers plumbing, and misses all else. */
const nothing: RecordedSession = { ordinal: 1, upstream: { kind: 'none' }, startedAt: new Date(0).toISOString() }

/** The plan of each recorded session, in order; at least one. */
export function createPlans(recording: Recording, ignore: Ignore): SessionPlan[] {
  const links = linkEntries(recording.entries)
  const bySession = new Map<number, Entry[]>()
  for (const entry of recording.entries) {
    const entries = bySession.get(entry.session)
    if (entries) entries.push(entry)
    else bySession.set(entry.session, [entry])
  }
  const sessions = recording.sessions.length > 0 ? recording.sessions : [nothing]
  return sessions.map((session) => createPlan(session, bySession.get(session.ordinal) ?? []))

  function createPlan(session: RecordedSession, entries: readonly Entry[]): SessionPlan {
    const scripts = createScripts(entries, links)
    const groups = createGroups<Recorded>(ignore)
    const requests: Entry[] = []
    const calls: Recorded[] = []
    const notifications = new Map<string, Recorded[]>()
    for (const entry of entries) {
      const { kind, method } = entry.message
      if (entry.direction !== 'to-server' || kind === 'result' || kind === 'error') continue
      const recorded = createRecorded(entry, scripts.of(entry), links.get(entry.id)?.cancelled)
      if (kind === 'notification') {
        const known = notifications.get(method!)
        if (known) known.push(recorded)
        else notifications.set(method!, [recorded])
      } else {
        groups.add(entry.message, recorded)
        if (recorded.class !== 'plumbing') requests.push(entry)
        if (recorded.class === 'call' && recorded.ids.length > 0) calls.push(recorded)
      }
    }
    const initialize = entries.find((entry) => entry.direction === 'to-server' && entry.message.method === 'initialize')?.message.exact
    const declared = valueAt(initialize, '/params/capabilities')
    const asked = entries.flatMap((entry) => (entry.direction === 'to-client' && !entry.late ? needsOf(entry.message) : []))
    const needs = [...new Set(asked)].filter((need) => lacking([need], declared).length === 0)
    return { session, opening: scripts.opening, groups, calls, requests, notifications, version: valueAt(initialize, '/params/protocolVersion'), needs }
  }
}

function createRecorded(entry: Entry, script: readonly Act[], cancelled: Entry | undefined): Recorded {
  const [first] = script
  const needs = script.flatMap((act) => (act.act === 'say' ? needsOf(act.message) : []))
  const plain = script.length === 1 && needs.length === 0 && first && isPlain(first) ? first : undefined
  return { entry, message: entry.message, class: classOf(entry.message.method), script, plain, ids: idsOf(entry.message), tokens: tokensOf(entry), cancelled, needs }
}

function isPlain(act: Act): act is Saying {
  return act.act === 'say' && act.answers && !act.redacted && act.slots.length === 1 && act.slots[0]!.of === 'request' && act.message.kind !== 'batch'
}
