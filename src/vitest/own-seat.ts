import type { Seat } from './seat.ts'
import { unusedError } from './session/miss-error.ts'
import type { Stage } from './stage.ts'

/** The seat of a test that has a session and a tape of its own. */
export function ownSeat(stage: Stage): Seat {
  const { conversation, connection } = stage
  return {
    stage,
    connection,
    async end(state) {
      await conversation.end(state === 'passed' ? 'in order' : 'at once')
      await connection.close()
      const wrong = [...stage.misses(), ...(conversation.failure ? [conversation.failure] : [])]
      // What was not asked says nothing when not all was asked that should have been.
      if (state !== 'passed' || wrong.length > 0) return wrong
      return [...unusedErrors(stage), ...(await driftErrors(stage))]
    },
    finish: async (state) => (state === 'passed' ? conversation.keep() : conversation.discard()),
  }
}

/** Recorded calls that were not made fail a test where tapes are fixed; elsewhere they are told. */
export function unusedErrors({ player, settings, taped }: Stage): Error[] {
  const unused = player?.unused() ?? []
  return unused.length > 0 && settings.update === 'none' ? [unusedError(unused, taped)] : []
}

/** In what the live server differs from the tape, when that is to be found out. */
export async function driftErrors(stage: Stage): Promise<Error[]> {
  if (stage.plan !== 'verify') return []
  const { findDrift } = await import('./drift.ts')
  const drift = await findDrift(stage)
  return drift ? [drift] : []
}
