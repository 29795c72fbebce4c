/** What the matchers must know of a session that it does not show. */
import type { Redactor } from '../../tape/redact.ts'
import type { Held } from '../held.ts'
import type { Session } from '../session/session.ts'
import type { Settings } from '../settings.ts'

export type Origin = {
  /** Of the test, with what it says otherwise than its project. */
  readonly settings: Settings
  /** The test whose session it is, by the task's id; absent when it is a file's. */
  readonly test?: string | undefined
  /** The epoch and seed of its tape. */
  readonly held: Held
  /** A new redactor under the rules by which its tape is redacted. */
  createRedactor(): Redactor
}

const origins = new WeakMap<Session, Origin>()

/** To be told when a test's session is made. */
export function setOrigin(session: Session, origin: Origin): void {
  origins.set(session, origin)
}

/** Nothing for a session that no fixture made. */
export function originOf(session: Session | undefined): Origin | undefined {
  return session && origins.get(session)
}
