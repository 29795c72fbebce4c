import { isAnswer } from '../message.ts'
import { classOf } from '../replay/match.ts'
import { linkEntries } from '../tape/causality.ts'
import type { Entry } from '../tape/entry.ts'
import type { Connection } from './session/connection.ts'
import type { Tally } from './settings.ts'
import type { Stage } from './stage.ts'
import type { Passed } from './watch.ts'

/** What a test's calls came to, for the reporter. */
export function tallyOf({ stage, connection }: { stage: Stage; connection: Connection }): Tally {
  const { plan, player, recording, passed, taped } = stage
  const { count, time } = callsIn(passed)
  const missed = connection.misses.length
  const unused = player?.unused() ?? []
  return {
    recorded: plan === 'record' ? count : 0,
    replayed: player ? count - missed : 0,
    missed,
    unused: unused.length,
    savedMs: recording ? Math.max(0, Math.round(recordedTime(recording.entries, unused) - time)) : 0,
    tape: taped.tape,
    ...(plan === 'refuse' && { withheld: true }),
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

/** Ms that the calls took which were answered from the tape. */
function recordedTime(entries: readonly Entry[], unused: readonly Entry[]): number {
  const left = new Set(unused)
  const links = linkEntries(entries)
  return entries
    .filter((entry) => entry.direction === 'to-server' && entry.message.kind === 'request' && classOf(entry.message.method) === 'call' && !left.has(entry))
    .reduce((sum, entry) => sum + Math.max(0, (links.get(entry.id)?.answer?.timestamp ?? entry.timestamp) - entry.timestamp) / 1000, 0)
}
