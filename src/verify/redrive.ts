import { ShadowcatError } from '../errors.ts'
import { textOf } from '../json.ts'
import { type Message, connectionClosed, find, findString } from '../message.ts'
import { type SessionEnd, createSession } from '../proxy/session.ts'
import { linkEntries } from '../tape/causality.ts'
import type { Entry, Recording } from '../tape/entry.ts'
import { readTape } from '../tape/reader.ts'
import { type Recorder, createRecorder } from '../tape/recorder.ts'
import { type Redactor, restoreValues } from '../tape/redact.ts'
import { placeholderStart } from '../tape/redact/placeholder.ts'
import type { Tap } from '../tap.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Upstream } from '../upstream.ts'
import { type Driven, driveSession } from './drive.ts'
import { noLongerAsked, recordedState } from './recorded-state.ts'
import { placeholdersIn } from './secrets.ts'

export type RedriveOptions = {
  /** Where the new tape is put. */
  path: string
  /** Redacts the new tape; of the same rules as the old one's, or the two differ at every secret. */
  redactor: Redactor
  /** Taps between the recorded client and the recorder, made anew for each session. */
  taps?: (() => readonly Tap[]) | undefined
  /** Milliseconds for which an answer is waited for; 60 s when absent. An answer that took long when it was recorded gets four times as long. */
  callTimeout?: number | undefined
  /** Milliseconds for which notifications at the end of a session are waited for. */
  settle?: number | undefined
  /** The live value for a placeholder in a recorded message; without one the placeholder itself is sent. */
  secrets?: ((placeholder: string) => string | undefined) | undefined
  /** Told how it goes. */
  progress?: ((text: string) => void) | undefined
  /** Ends the session under way, and rejects with its reason, when it aborts. */
  signal?: AbortSignal | undefined
}

export type Redriven = Omit<Driven, 'gone'> & {
  recording: Recording
  /** Messages sent with placeholders in the place of secrets, and those placeholders. */
  redacted: number
  placeholders: string[]
  /** Why the server went before it had been sent and had answered everything. */
  gone?: string | undefined
  warnings: string[]
}

/** What is not JSON is not worth more lines than this. */
const mostWarnings = 5

/**
 * Sends the client side of every recorded session to a fresh upstream, one session after the other, and records what comes back.
 * Rejects when the upstream cannot be restored or started, or the recording cannot be written.
 */
export async function redrive(recording: Recording, upstream: Upstream, options: RedriveOptions): Promise<Redriven> {
  const redriven: Redriven = { recording, sent: 0, unsent: 0, unasked: 0, missing: 0, redacted: 0, placeholders: [], warnings: [] }
  const withComponents = recording.loads.some(({ bytes }) => bytes !== undefined)
  const recorder = createRecorder({ path: options.path, redactor: options.redactor, withComponents })
  try {
    for (const { ordinal, world } of recording.sessions) {
      options.progress?.('restoring what was there')
      const state = recordedState(recording, ordinal)
      await upstream.restore?.({ components: recording.loads.filter(({ initial, session }) => initial && session === ordinal), world, state })
      const entries = recording.entries.filter(({ session }) => session === ordinal)
      options.signal?.throwIfAborted()
      await redriveSession({ ordinal, entries }, { upstream, recorder, redriven, options })
      options.signal?.throwIfAborted()
    }
  } catch (error) {
    recorder.abandon()
    throw error
  }
  await recorder.close()
  const again = readTape(options.path)
  redriven.warnings.push(...noLongerAsked(recording, again).slice(0, mostWarnings))
  return { ...redriven, recording: again }
}

type Part = { ordinal: number; entries: readonly Entry[] }
type Surroundings = { upstream: Upstream; recorder: Recorder; redriven: Redriven; options: RedriveOptions }

async function redriveSession({ ordinal, entries }: Part, { upstream, recorder, redriven, options }: Surroundings): Promise<void> {
  const limit = options.callTimeout ?? 60_000
  const slow = slowRequests(entries, limit)
  const patient = new WeakSet<Message>()
  const { client, server } = createMemoryPair()
  const gone = new AbortController()
  const standIns = new WeakSet<Message>()
  const session = createSession({
    client: server,
    upstream: upstream.open(ordinal),
    taps: [watchStandIns(standIns, gone), ...(options.taps?.() ?? []), recorder.session(ordinal, upstream)],
    ordinal,
    callTimeout: limit,
    untimed: (message) => patient.has(message) || upstream.untimed?.(message) === true,
    drainTimeout: limit,
    onerror: (from, error) => void (from === 'upstream' && redriven.warnings.length < mostWarnings && redriven.warnings.push(error.message)),
  })
  const abort = (): void => void session.close()
  options.signal?.addEventListener('abort', abort)
  try {
    await session.start()
    await upstream.ready?.(options.progress)
    const driven = await driveSession(entries, client, {
      limit: limit + slack,
      settle: options.settle ?? Math.min(limit, 2000),
      signal: gone.signal,
      isStandIn: (message) => standIns.has(message),
      prepare: (message, entry) => {
        const live = withSecrets(message, options)
        noteRedacted(live, redriven)
        if (slow.has(entry)) patient.add(live)
        return live
      },
      progress: (sent, of) => {
        if (sent === of || sent % Math.ceil(of / 100) === 0) options.progress?.(`sent ${sent} of ${of} messages`)
      },
    })
    await session.close()
    add(driven, await session.ended, redriven)
  } finally {
    options.signal?.removeEventListener('abort', abort)
    await session.close()
  }
}

/** The session answers in the server's stead when that has gone or takes too long; the server itself has then said nothing. */
function watchStandIns(standIns: WeakSet<Message>, gone: AbortController): Tap {
  return {
    message(message, { origin, direction }) {
      if (origin !== 'shadowcat' || direction !== 'to-client') return message
      standIns.add(message)
      const code = find(message, 'error', 'code')
      if (!code || textOf(message.bytes, code) !== String(connectionClosed)) return message
      gone.abort(new ShadowcatError('closed', findString(message, 'error', 'message') ?? 'the server has gone'))
      return message
    },
  }
}

/** The session's own limit comes first; this much later (ms) nothing is waited for any more. */
const slack = 500

function withSecrets(message: Message, { secrets }: RedriveOptions): Message {
  return secrets && message.bytes.includes(placeholderStart) ? restoreValues(message, secrets) : message
}

function noteRedacted(message: Message, redriven: Redriven): void {
  const found = message.bytes.includes(placeholderStart) ? placeholdersIn(message) : []
  if (found.length > 0) redriven.redacted++
  for (const placeholder of found) if (!redriven.placeholders.includes(placeholder)) redriven.placeholders.push(placeholder)
}

/** Requests whose recorded answer took so long (a large component being compiled) that the limit would not be fair. */
function slowRequests(entries: readonly Entry[], limit: number): Set<Entry> {
  const links = linkEntries(entries)
  return new Set(
    entries.filter((entry) => {
      const answer = entry.direction === 'to-server' ? links.get(entry.id)?.answer : undefined
      return answer !== undefined && !answer.origin && (answer.timestamp - entry.timestamp) / 1000 > limit / 4
    }),
  )
}

function add(driven: Driven, { by, error }: SessionEnd, redriven: Redriven): void {
  if (by === 'tap') throw error ?? new ShadowcatError('tape', 'the new recording ended early')
  for (const count of ['sent', 'unsent', 'unasked', 'missing'] as const) redriven[count] += driven[count]
  if (driven.gone && (driven.unsent > 0 || driven.missing > 0)) redriven.gone ??= (error ?? driven.gone).message
}
