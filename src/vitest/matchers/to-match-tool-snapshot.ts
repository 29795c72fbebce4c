/** Snapshots of tool results, in a layout for people, with patterns for what may vary. */
import { type DomainSnapshotAdapter, type MatcherResult, type MatcherState, Snapshots } from 'vitest'
import { ShadowcatError } from '../../errors.ts'
import { laidOut } from './describe-result.ts'
import { fitSnapshot } from './fit.ts'
import { originOf } from './origin.ts'
import { isSure, renamed, testOf } from './own-test.ts'
import type { Mismatch } from './properties.ts'
import { kindOf, receivedResult } from './received.ts'
import { redactorFor } from './redaction.ts'

/** `toMatchToolSnapshot()`, `(hint)`, `(properties)` or `(properties, hint)`. */
export function toMatchToolSnapshot(this: MatcherState, received: unknown, propertiesOrHint?: object | string, hint?: string): MatcherResult {
  const [properties, name] = typeof propertiesOrHint === 'string' ? [undefined, propertiesOrHint] : [propertiesOrHint, hint]
  const text = textFor(this, 'toMatchToolSnapshot', received, properties)
  if (typeof text !== 'string') return failed(Snapshots.toMatchSnapshot.call(this, { holds: false }, { holds: true }, name) as Result, text)
  const test = testOf(this)!
  // As toMatchSnapshot does, of which a hint is part of the name.
  return Snapshots.toMatchDomainSnapshot.call(name === undefined ? this : renamed(this, test, `${test.name} > ${name}`), adapter, text)
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
  if (state.isNot) throw new ShadowcatError('usage', `${matcher} cannot be used with .not: a snapshot says what a result is`)
  const result = receivedResult(received, testOf(state))
  const owner = originOf(result?.call?.session)
  if (!isSure(testOf(state), owner?.test)) throw new ShadowcatError('usage', `${matcher} does not know which test it is in. In a concurrent one take expect from the test itself: test.concurrent(name, async ({ session, expect }) => …)`)
  if (!result) throw new ShadowcatError('usage', `${matcher} takes a tool's result, as session.callTool or the SDK's client.callTool give it; found ${kindOf(received)}`)
  const found = laidOut(result, redactorFor(owner ?? originOf(testOf(state))), properties && { properties, equals: state.equals })
  return 'mismatch' in found ? found.mismatch : found.text
}

/** `marked` is vitest's own way of failing so: it knows then that the snapshot is asked for. */
function failed(marked: Result | undefined, { pointer, expected, actual }: Mismatch): Result {
  return { ...marked, pass: false, message: () => `the result does not hold what was named for ${pointer || 'it'}; no snapshot was compared`, actual, expected }
}
