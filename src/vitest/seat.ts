import type { AttemptState } from './attempt.ts'
import type { Connection } from './session/connection.ts'
import type { Stage } from './stage.ts'

/** A stage as one attempt of a test has it: its own, or one that it shares with the other tests of its file. */
export type Seat = {
  readonly stage: Stage
  readonly connection: Connection
  /** How much had passed before. */
  readonly from: number
  /** How many recorded calls this test is to answer for, and has not made. */
  unused(): number
  /** The body is over: what can still be answered is, if it passed. Resolves to what the test fails of because of its tape. */
  end(state: AttemptState): Promise<Error[]>
  /** It is known whether the test passed, and whether it asked for its world. */
  finish(state: AttemptState, worldly: boolean): Promise<void>
}

/** Told of what is waited for, in pairs, as a Watcher is; `delivered` before who asked has his answer. */
export type Listener = { asked(): void; answered(): void; delivered(): void }
