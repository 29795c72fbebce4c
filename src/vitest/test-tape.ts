import type { Miss } from '../replay/miss.ts'
import type { Entry } from '../tape/entry.ts'
import type { Stage } from './stage.ts'

/** A test's tape, as the test sees it. */
export type TestTape = {
  /** Where it stands, or will stand; absolute. */
  readonly path: string
  /** Whether this run records it. */
  readonly recording: boolean
  /** What is recorded; while it is being recorded, what was said so far. */
  entries(): Entry[]
  /** What was asked and is not recorded, so far. */
  readonly misses: readonly Miss[]
}

export function testTape({ path, plan, recording, player, passed }: Stage): TestTape {
  return {
    path,
    recording: plan === 'record',
    entries: () => recording?.entries ?? passed.map(({ direction, message, time }, index) => ({ id: index + 1, session: 1, timestamp: time * 1000, direction, message, late: false })),
    misses: player?.misses ?? [],
  }
}
