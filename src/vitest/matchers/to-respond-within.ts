/** Whether tools answered in time: as recorded when a tape is played, else as measured. */
import type { MatcherResult, MatcherState } from 'vitest'
import { ShadowcatError } from '../../errors.ts'
import { formatDuration } from '../../units.ts'
import { testOf } from './own-test.ts'
import { isSession, kindOf, receivedResult } from './received.ts'

type Timed = { name: string; number?: number; duration: number | undefined }

/** Takes a result of the exact session, or the session: then every answer in it counts. `limit` is in ms. */
export function toRespondWithin(this: MatcherState, received: unknown, limit: number): MatcherResult {
  if (typeof limit !== 'number' || !(limit >= 0)) throw new ShadowcatError('usage', `toRespondWithin takes milliseconds; found ${kindOf(limit)}`)
  const calls = timedIn(received, testOf(this))
  const untimed = calls.find(({ duration }) => duration === undefined)
  if (untimed) throw new ShadowcatError('usage', `it is not known how long ${nameOf(untimed)} took: the tape says nothing of it, or it was not answered`)
  const slow = calls.filter(({ duration }) => duration! > limit).toSorted((a, b) => b.duration! - a.duration!)
  const list = (some: readonly Timed[]): string => some.map((call) => `  ${nameOf(call)}: ${timeOf(call)}`).join('\n')
  if (slow.length === 0) return { pass: true, message: () => `expected an answer that takes longer than ${timeOf({ duration: limit })}\n\n${list(calls)}` }
  return { pass: false, message: () => `expected ${calls.length === 1 ? 'an answer' : `${calls.length} answers`} within ${timeOf({ duration: limit })}; ${calls.length === 1 ? 'it' : String(slow.length)} took longer\n\n${list(slow)}` }
}

function timedIn(received: unknown, test: object | undefined): Timed[] {
  if (isSession(received)) {
    if (received.calls.length === 0) throw new ShadowcatError('usage', 'toRespondWithin was given a session in which no tool was called')
    return received.calls.map(({ name, duration }, index) => ({ name, number: index + 1, duration }))
  }
  const result = receivedResult(received, test)
  if (result?.call) return [{ name: result.call.name, duration: result.duration }]
  if (result) throw new ShadowcatError('usage', 'toRespondWithin does not know which call of this test it was that gave this result: give it the session')
  throw new ShadowcatError('usage', `toRespondWithin takes a tool's result or a session; found ${kindOf(received)}`)
}

function nameOf({ name, number }: Timed): string {
  return `${number === undefined ? '' : `call ${number}, `}${JSON.stringify(name)}`
}

function timeOf({ duration }: { duration: number | undefined }): string {
  return formatDuration(duration! * 1000)
}
