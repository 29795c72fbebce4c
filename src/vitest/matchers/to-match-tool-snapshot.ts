/** Snapshots of tool results, in a layout for people, with patterns for what may vary. */
import { type DomainSnapshotAdapter, type MatcherResult, type MatcherState, Snapshots } from 'vitest'
import { laidOut } from './describe-result.ts'
import { fitSnapshot } from './fit.ts'
import { originOf } from './origin.ts'
import type { Mismatch } from './properties.ts'
import { kindOf, receivedResult } from './received.ts'

/** `toMatchToolSnapshot()`, `(hint)`, `(properties)` or `(properties, hint)`. */
export function toMatchToolSnapshot(this: MatcherState, received: unknown, propertiesOrHint?: object | string, hint?: string): MatcherResult {
  const [properties, name] = typeof propertiesOrHint === 'string' ? [undefined, propertiesOrHint] : [propertiesOrHint, hint]
  const text = textFor(this, 'toMatchToolSnapshot', received, properties)
  if (typeof text !== 'string') return failed(Snapshots.toMatchSnapshot.call(this, { holds: false }, { holds: true }, name) as Result, text)
  return Snapshots.toMatchDomainSnapshot.call(name === undefined ? this : hinted(this, name), adapter, text)
}

/** `toMatchInlineToolSnapshot()`, `(snapshot)` or `(properties, snapshot)`; vitest writes the snapshot. */
export function toMatchInlineToolSnapshot(this: MatcherState, received: unknown, propertiesOrSnapshot?: object | string, snapshot?: string): MatcherResult {
  const [properties, inline] = typeof propertiesOrSnapshot === 'string' ? [undefined, propertiesOrSnapshot] : [propertiesOrSnapshot, snapshot]
  const text = textFor(this, 'toMatchInlineToolSnapshot', received, properties)
  if (typeof text !== 'string') return failed(undefined, text)
  return Snapshots.toMatchDomainInlineSnapshot.call(this, adapter, text, inline)
}

type Result = Extract<MatcherResult, { pass: boolean }>

/** Line ends at both ends, or what stands inline would never be the same as what was written. */
const adapter: DomainSnapshotAdapter<string, string> = {
  name: 'tool result',
  capture: (received) => received as string,
  render: framed,
  parseExpected: (text) => text.replace(/^\n/, '').replace(/\n$/, ''),
  match(text, stored) {
    const { pass, resolved } = fitSnapshot(stored, text)
    return { pass, resolved: framed(resolved), expected: framed(stored) }
  },
}

function framed(text: string): string {
  return `\n${text}\n`
}

function textFor(state: MatcherState, matcher: string, received: unknown, properties: object | undefined): string | Mismatch {
  if (state.isNot) throw new Error(`${matcher} cannot be used with .not: a snapshot says what a result is`)
  const result = receivedResult(received)
  if (!isOwnTest(testOf(state), originOf(result?.call?.session)?.test)) throw new Error(`${matcher} does not know which test it is in. In a concurrent one take expect from the test itself: test.concurrent(name, async ({ session, expect }) => …)`)
  if (!result) throw new Error(`${matcher} takes a tool's result, as session.callTool or the SDK's client.callTool give it; found ${kindOf(received)}`)
  const found = laidOut(result, properties && { properties, equals: state.equals })
  return 'mismatch' in found ? found.mismatch : found.text
}

/** `marked` is vitest's own way of failing so: it knows then that the snapshot is asked for. */
function failed(marked: Result | undefined, { pointer, expected, actual }: Mismatch): Result {
  return { ...marked, pass: false, message: () => `the result does not hold what was named for ${pointer || 'it'}; no snapshot was compared`, actual, expected }
}

/** What chai keeps of an assertion. */
type Flags = { __flags?: Record<string, unknown> }
type Test = { id: string; name: string; concurrent?: boolean; context?: { _local?: boolean } }

function testOf({ assertion }: MatcherState): Test | undefined {
  return (assertion as Flags | undefined)?.__flags?.['vitest-test'] as Test | undefined
}

/** Among concurrent tests the global expect takes whichever began last for its own. `_local` says that a test took the expect of its own. */
function isOwnTest(test: Test | undefined, owner: string | undefined): boolean {
  if (!test || (owner !== undefined && owner !== test.id)) return false
  return test.concurrent !== true || test.context?._local === true
}

/** vitest's function takes no hint: it is part of the snapshot's name, as of toMatchSnapshot's. */
function hinted(state: MatcherState, hint: string): MatcherState {
  const test = testOf(state)!
  const renamed: unknown = Object.create(test, { name: { value: `${test.name} > ${hint}` } })
  return { ...state, assertion: { __flags: { ...(state.assertion as Flags).__flags, 'vitest-test': renamed } } as unknown as MatcherState['assertion'] }
}
