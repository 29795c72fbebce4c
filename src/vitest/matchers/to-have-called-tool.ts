/** Whether a tool was called in a session, and how. */
import type { MatcherResult, MatcherState } from 'vitest'
import { ShadowcatError, nearest } from '../../errors.ts'
import type { Call } from '../session/results.ts'
import type { Session } from '../session/session.ts'
import { equalNumbers, isAsymmetric, withAnyIntegers } from './asymmetric.ts'
import { compactJson } from './json-text.ts'
import { originOf } from './origin.ts'
import { isSession, kindOf, toExact } from './received.ts'
import { redactorFor, renumbered } from './redaction.ts'
import { visibleLine } from './visible.ts'

/** More calls are counted, not listed. */
const mostListed = 20

/** `args` is compared as a whole, with asymmetric matchers where parts are to be left open; without it any call of the tool counts. */
export function toHaveCalledTool(this: MatcherState, received: unknown, name: string, args?: unknown): MatcherResult {
  if (!isSession(received)) throw new ShadowcatError('usage', `toHaveCalledTool takes a session; found ${kindOf(received)}`)
  if (typeof name !== 'string') throw new ShadowcatError('usage', `toHaveCalledTool takes a tool's name; found ${kindOf(name)}`)
  const fits = (call: Call): boolean => call.name === name && (args === undefined || this.equals(call.arguments, withAnyIntegers(args), [...this.customTesters, equalNumbers, this.utils.iterableEquality]))
  const found = received.calls.findIndex(fits)
  if (found !== -1) return { pass: true, message: () => `expected that ${titleOf(name, args)} was not called; it was in call ${found + 1}\n\n${listOf(received)}` }
  const named = received.calls.map((call, index) => ({ call, index })).filter(({ call }) => call.name === name)
  const near = nearestOf(named, args)
  const why = near ? `other arguments were given, nearest in call ${near.index + 1}` : neverCalled(received, name)
  return { pass: false, message: () => `expected that ${titleOf(name, args)} was called; ${why}\n\n${listOf(received)}`, ...(near && { actual: withoutSecrets(received, near.call.arguments), expected: withoutSecrets(received, args) }) }
}

type Numbered = { call: Call; index: number }

/** The call of which most members are as they should be. */
function nearestOf(calls: readonly Numbered[], args: unknown): Numbered | undefined {
  if (args === undefined) return undefined
  const likeness = ({ call }: Numbered): number => membersOf(call.arguments).filter(([key, value]) => membersOf(args).some(([other, wanted]) => other === key && textOf(wanted) === textOf(value))).length
  return calls.toSorted((a, b) => likeness(b) - likeness(a))[0]
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function neverCalled({ calls }: Session, name: string): string {
  const names = [...new Set(calls.map((call) => call.name))]
  const meant = nearest(name, names)
  return names.includes(name) ? 'it was not called so' : `it never was${meant === undefined ? '' : `: did you mean ${JSON.stringify(meant)}?`}`
}

function titleOf(name: string, args: unknown): string {
  return `${JSON.stringify(name)}${args === undefined ? '' : ' with these arguments'}`
}

function listOf(session: Session): string {
  const { calls } = session
  if (calls.length === 0) return 'No tool was called in this session.'
  const redactor = redactorFor(originOf(session))
  const lines = calls.slice(0, mostListed).map((call, index) => `  ${index + 1}. ${visibleLine(renumbered(redactor.text(`${call.name} ${textOf(call.arguments)}`)))}`)
  return ['Calls that were made:', ...lines, ...(calls.length > mostListed ? [`  and ${calls.length - mostListed} more`] : [])].join('\n')
}

function textOf(value: unknown): string {
  return compactJson(toExact(value))
}

/** What vitest prints of two values, without the secrets that the calls hold. */
function withoutSecrets(session: Session, value: unknown): unknown {
  const redactor = redactorFor(originOf(session))
  for (const call of session.calls) redactor.text(textOf(call.arguments))
  const secrets = [...redactor.values]
  return secrets.length === 0 ? value : redacted(value, secrets)
}

function redacted(value: unknown, secrets: readonly [string, string][]): unknown {
  if (typeof value === 'string') return secrets.reduce((left, [placeholder, secret]) => left.replaceAll(secret, placeholder), value)
  if (typeof value === 'number' || typeof value === 'bigint') return secrets.find(([placeholder, secret]) => secret === String(value) && placeholder.includes(':number#'))?.[0] ?? value
  if (Array.isArray(value)) return value.map((item) => redacted(item, secrets))
  if (typeof value !== 'object' || value === null || isAsymmetric(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, secrets)]))
}
