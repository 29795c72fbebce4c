/** What a recording says that its calls used. */
import { ShadowcatError } from '../errors.ts'
import { linkEntries } from '../tape/causality.ts'
import type { Recording } from '../tape/entry.ts'
import type { RecordedState } from '../upstream.ts'

/** What the calls of one session used, in order; each with the number of its call. What belongs to no answer is left out. */
export function recordedState({ entries, state = [] }: Recording, session: number): RecordedState[] {
  const mine = state.filter((item) => item.session === session)
  if (mine.length === 0) return []
  const messages = entries.filter((entry) => entry.session === session)
  const links = linkEntries(messages)
  const calls = messages.filter(({ direction, message }) => direction === 'to-server' && message.kind === 'request' && message.method === 'tools/call')
  const numbers = new Map(calls.map(({ id }, index) => [links.get(id)?.answer?.id, index + 1]))
  return mine.flatMap(({ kind, request, response, entry }) => (numbers.has(entry) ? [{ kind, request, response, call: numbers.get(entry)! }] : []))
}

/** Throws 'usage' when a recording does not say what its calls used: when it is not one of the embedded host, or an older one. */
export function requireState({ sessions }: Recording, tape: string): void {
  const lacking = sessions.find(({ upstream }) => upstream.kind !== 'embedded' || upstream['state'] !== true)
  if (!lacking) return
  const { kind } = lacking.upstream
  const why = kind === 'embedded' ? 'was made before that was recorded: record it again' : `was recorded of another server (${kind}): record it with --upstream embedded`
  throw new ShadowcatError('usage', `--state recorded needs what components saw, which ${tape} does not hold, as it ${why}, or leave out --state`, { facts: { tape, kind } })
}
