import { isAnswer } from '../message.ts'
import { classOf } from '../replay/match.ts'
import type { Seat } from './seat.ts'
import type { Tally } from './settings.ts'
import type { Passed } from './watch.ts'

const keys: Record<keyof Tally, true> = { recorded: true, replayed: true, missed: true, unused: true, savedMs: true, tape: true, withheld: true }

/** What a test says in its `meta` for itself, without the tally that an earlier attempt left there. */
export function withoutTally<T extends object>(meta: T): Omit<T, keyof Tally> {
  return Object.fromEntries(Object.entries(meta).filter(([key]) => !(key in keys))) as Omit<T, keyof Tally>
}

/** What a test's calls came to, for the reporter. */
export function tallyOf({ stage, connection, from, unused }: Seat): Tally {
  const { plan, player, passed, taped } = stage
  const { count, time } = callsIn(passed.slice(from))
  const missed = connection.misses.length
  const recordedTime = connection.session.calls.reduce((sum, { duration = 0 }) => sum + duration, 0)
  return {
    recorded: plan === 'record' ? count : 0,
    replayed: player ? Math.max(0, count - missed) : 0,
    missed,
    unused: unused(),
    savedMs: player ? Math.max(0, Math.round(recordedTime - time)) : 0,
    tape: taped.tape,
    ...(plan === 'refuse' && missed > 0 && { withheld: true }),
  }
}

/** How many calls were asked, and how many ms their answers took. */
export function callsIn(passed: readonly Passed[]): { count: number; time: number } {
  const open = new Map<string, number>()
  let [count, time] = [0, 0]
  for (const { direction, message, time: at } of passed) {
    const { id, kind, method } = message
    if (id === undefined) continue
    if (direction === 'to-server' && kind === 'request' && classOf(method) === 'call') {
      count++
      open.set(id, at)
    } else if (direction === 'to-client' && isAnswer(message) && open.has(id)) {
      time += at - open.get(id)!
      open.delete(id)
    }
  }
  return { count, time }
}
