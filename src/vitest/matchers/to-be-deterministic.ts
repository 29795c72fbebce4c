/** Whether a tool answers the same each time: its calls are made again, and what differs is blamed on its cause. */
import type { MatcherResult, MatcherState } from 'vitest'
import { ShadowcatError, messageOf } from '../../errors.ts'
import { counted } from '../../units.ts'
import type { Call } from '../session/results.ts'
import type { Session } from '../session/session.ts'
import { type Origin, originOf } from './origin.ts'
import { testOf } from './own-test.ts'
import { type ReceivedResult, isSession, kindOf, receivedResult } from './received.ts'

export type DeterministicOptions = {
  /** How often the calls are made, each time in a new session; 10 unless given. */
  runs?: number
}

/** What is asked about: all calls of a session, or the last of these. */
type Subject = { session: Session; calls: readonly Call[]; last?: ReceivedResult }

/**
 * Takes a result of the exact session, or the session. Of a result, the calls before it are made as well, for it may depend on them; it is the
 * one that is compared, also with what the test was told. Components run in the world of the test's tape.
 */
export async function toBeDeterministic(this: MatcherState, received: unknown, { runs = 10 }: DeterministicOptions = {}): Promise<Awaited<MatcherResult>> {
  if (!Number.isSafeInteger(runs) || runs < 1) throw new ShadowcatError('usage', `toBeDeterministic takes a whole number of runs from 1 on; found ${String(runs)}`)
  const subject = subjectOf(received, testOf(this))
  const origin = originOf(subject.session)
  if (!origin) throw new ShadowcatError('usage', 'toBeDeterministic makes the calls again, and does not know the server: it takes what the session fixture gave')
  const { failuresOf } = await import('./determinism.ts')
  const failures = await failuresOf({ ...subject, origin, runs, signal: testOf(this)?.context?.signal }).catch((error: unknown) => {
    throw unavailable(error, origin)
  })
  const what = subject.last ? `${JSON.stringify(subject.last.call!.name)} to answer` : `${counted(subject.calls.length, 'call')} to be answered`
  const again = `made again ${runs === 1 ? 'once' : `${runs} times`}`
  if (failures.length === 0) return { pass: true, message: () => `expected ${what} otherwise from time to time; ${again}, nothing differed` }
  return { pass: false, message: () => `expected ${what} the same each time; ${again}:\n\n${failures.map((line) => `  ${line}`).join('\n')}\n` }
}

function subjectOf(received: unknown, test: object | undefined): Subject {
  if (isSession(received)) {
    if (received.calls.length === 0) throw new ShadowcatError('usage', 'toBeDeterministic was given a session in which no tool was called')
    return { session: received, calls: received.calls }
  }
  const last = receivedResult(received, test)
  if (!last) throw new ShadowcatError('usage', `toBeDeterministic takes a tool's result or a session; found ${kindOf(received)}`)
  if (!last.call) throw new ShadowcatError('usage', 'toBeDeterministic does not know which call of this test it was that gave this result: give it the session')
  const { session } = last.call
  const index = session.calls.findIndex(({ result }) => result?.message === last.message)
  return { session, calls: session.calls.slice(0, index + 1), last }
}

/** What cannot be done where there is no server says how to go without. */
function unavailable(error: unknown, { settings }: Origin): Error {
  const ci = settings.ci === undefined ? '' : ` (${settings.ci} is set)`
  return new ShadowcatError('usage', `toBeDeterministic makes the calls again, so it needs the live server, also when a tape is replayed; it cannot be had: ${messageOf(error)}\nWhere there is none${ci}, leave this out: test.skipIf(process.env.CI)(…)`, { cause: error })
}
