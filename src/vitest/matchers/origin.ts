/** What the matchers must know of a session, or of a test, that it does not show. */
import type { Held } from '../held.ts'
import type { Session } from '../session/session.ts'
import type { Settings } from '../settings.ts'

export type Origin = {
  /** Of the test, with what it says otherwise than its project. */
  readonly settings: Settings
  /** The epoch and seed of its tape. */
  readonly held: Held
  /** The server's variables and this process's own, whose values are secret. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** vitest's task. */
  readonly test: object
  readonly session: Session
}

const origins = new WeakMap<object, Origin>()

/** To be told when a test gets its session: what is asked of either is known then. */
export function setOrigin(origin: Origin): void {
  origins.set(origin.session, origin)
  origins.set(origin.test, origin)
}

/** Of a session or a test; of the first one that has any. Nothing where no fixture made it. */
export function originOf(...known: (object | undefined)[]): Origin | undefined {
  return known.flatMap((one) => (one && origins.get(one)) ?? [])[0]
}
