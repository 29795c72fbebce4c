/** Which test an assertion belongs to. */
import type { MatcherState } from 'vitest'

/** What chai keeps of an assertion. */
type Flags = { __flags?: Record<string, unknown> }

/** vitest's task. `_local` says that it took the `expect` of its own. */
export type OwnTest = { readonly name: string; readonly concurrent?: boolean; readonly context?: { readonly signal?: AbortSignal; readonly _local?: boolean } }

/** Absent outside of tests, and in an asymmetric matcher. */
export function testOf({ assertion }: Pick<MatcherState, 'assertion'>): OwnTest | undefined {
  return (assertion as Flags | undefined)?.__flags?.['vitest-test'] as OwnTest | undefined
}

/** Whether that is sure: among concurrent tests the global `expect` takes whichever began last for its own. `owner` is the test to which the value belongs, if that is known. */
export function isSure(test: OwnTest | undefined, owner: object | undefined): test is OwnTest {
  if (!test || (owner !== undefined && owner !== test)) return false
  return test.concurrent !== true || test.context?._local === true
}

/** The same assertion in the same test under a name of its own. vitest's functions for snapshots of a kind take no hint. */
export function renamed(state: MatcherState, test: OwnTest, name: string): MatcherState {
  const flags = { ...(state.assertion as Flags).__flags, 'vitest-test': Object.create(test, { name: { value: name } }) as unknown }
  return { ...state, assertion: { __flags: flags } as unknown as MatcherState['assertion'] }
}
