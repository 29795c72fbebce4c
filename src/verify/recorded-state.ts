/** What a recording says that its calls used. */
import { asBuffer } from '../bytes.ts'
import { ShadowcatError } from '../errors.ts'
import { linkEntries } from '../tape/causality.ts'
import type { Recording } from '../tape/entry.ts'
import { alike } from '../tape/redact/placeholder.ts'
import type { RecordedState } from '../upstream.ts'

/** What the calls of one session used, in order; each with the number of its call. What belongs to no answer is left out. */
export function recordedState({ entries, state = [] }: Recording, session: number): RecordedState[] {
  const mine = state.filter((item) => item.session === session)
  if (mine.length === 0) return []
  const messages = entries.filter((entry) => entry.session === session)
  const links = linkEntries(messages)
  const calls = messages.filter(({ direction, message }) => direction === 'to-server' && message.kind === 'request' && message.method === 'tools/call')
  const numbers = new Map(calls.map(({ id }, index) => [links.get(id)?.answer?.id, index + 1]))
  return mine.flatMap(({ kind, request, response, entry }) => (entry !== undefined && numbers.has(entry) ? [{ kind, request, response, call: numbers.get(entry)! }] : []))
}

/** Throws 'usage' when a recording does not say what its calls used: when it is not one of the embedded host, or an older one. */
export function requireState({ sessions }: Recording, tape: string): void {
  const lacking = sessions.find(({ upstream }) => upstream.kind !== 'embedded' || upstream['state'] !== true)
  if (!lacking) return
  const { kind } = lacking.upstream
  const why = kind === 'embedded' ? 'was made before that was recorded: record it again' : `was recorded of another server (${kind}): record it with --upstream embedded`
  throw new ShadowcatError('usage', `--state recorded needs what components saw, which ${tape} does not hold, as it ${why}, or leave out --state`, { facts: { tape, kind } })
}

/**
 * Requests that calls made when they were recorded, and not when they were made again, in words: a build may do less and say the same. Where a
 * call makes another request instead, that is what it is told of; nothing is said of upstreams that do not tell what calls use.
 */
export function noLongerAsked(recording: Recording, again: Recording): string[] {
  const telling = again.sessions.filter(({ upstream }) => upstream['state'] === true)
  return telling.flatMap(({ ordinal }) => {
    const [then, now] = [requestsOf(recording, ordinal), requestsOf(again, ordinal)]
    return [...then].flatMap(([call, before]) => {
      const left = (now.get(call) ?? []).map(comparable)
      const gone = before.filter((item) => !takeOut(left, comparable(item)))
      return left.length > 0 ? [] : gone.map((item) => `call ${call} of session ${ordinal} asked for ${saying(item)} when it was recorded, and does not now`)
    })
  })
}

function requestsOf(recording: Recording, session: number): Map<number, RecordedState[]> {
  return Map.groupBy(recordedState(recording, session).filter(({ kind }) => kind === 'http'), ({ call }) => call)
}

/** All placeholders alike: their kind and number are those of one tape. */
function comparable({ request }: RecordedState): string {
  return alike(asBuffer(request).toString())
}

function takeOut(list: string[], text: string): boolean {
  const at = list.indexOf(text)
  if (at !== -1) list.splice(at, 1)
  return at !== -1
}

function saying({ request }: RecordedState): string {
  const { method, url } = JSON.parse(Buffer.from(request).toString()) as { method?: string; url?: string }
  return `${method} ${url}`
}
