import { rmSync } from 'node:fs'
import type { AttemptState } from './attempt.ts'
import { unusedHttpError } from './http/unused.ts'
import type { Seat } from './seat.ts'
import { unusedError } from './session/miss-error.ts'
import type { Stage } from './stage.ts'

/** The seat of a test that has a session and a tape of its own. */
export function ownSeat(stage: Stage): Seat {
  const { conversation, connection, plan, path } = stage
  return {
    stage,
    connection,
    from: 0,
    unused: () => stage.player?.unused().length ?? 0,
    async end(state) {
      await conversation.end(isWhole(state) ? 'in order' : 'at once')
      await connection.close()
      if (isWhole(state)) await keepHttp(stage)
      const wrong = [...stage.misses(), ...(conversation.failure ? [conversation.failure] : [])]
      // What was not asked says nothing when not all was asked that should have been.
      if (state !== 'passed' || wrong.length > 0) return wrong
      return [...stage.disorder(), ...unusedErrors(stage), ...(await driftErrors(stage))]
    },
    async finish(state, worldly) {
      if (!isWhole(state)) return conversation.discard()
      const kept = await conversation.keep(worldly)
      // It says nothing any more.
      if (state === 'passed' && plan === 'record' && !kept) rmSync(path, { force: true })
    },
  }
}

/** Whether what was said may be all that the test says: one that skips itself does so again when the tape answers. */
export function isWhole(state: AttemptState): boolean {
  return state === 'passed' || state === 'skipped'
}

/** Recorded calls that were not made fail a test where tapes are fixed; elsewhere they are told. */
export function unusedErrors({ player, http, settings, taped }: Stage): Error[] {
  if (settings.update !== 'none') return []
  const [calls, requests] = [player?.unused() ?? [], http?.unused() ?? []]
  return [...(calls.length > 0 ? [unusedError(calls, taped)] : []), ...(requests.length > 0 ? [unusedHttpError(requests, taped)] : [])]
}

/** Puts the requests of the code under test on the tape. */
export async function keepHttp({ http, conversation }: Stage): Promise<void> {
  const items = (await http?.recorded()) ?? []
  if (items.length > 0) await conversation.state(items)
}

/** In what the live server differs from the tape, when that is to be found out. */
export async function driftErrors(stage: Stage): Promise<Error[]> {
  if (stage.plan !== 'verify' || stage.recording!.entries.length === 0) return []
  const { findDrift } = await import('./drift.ts')
  const drift = await findDrift(stage)
  return drift ? [drift] : []
}
