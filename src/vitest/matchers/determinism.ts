/** What differs when calls are made again, in words. Loaded when a test asks for it. */
import { type Difference, differences, ignoring } from '../../canonical.ts'
import { ShadowcatError } from '../../errors.ts'
import type { Exact } from '../../json.ts'
import type { Message } from '../../message.ts'
import type { Entry, Recording } from '../../tape/entry.ts'
import type { Redactor } from '../../tape/redact.ts'
import { placeholderStart } from '../../tape/redact/placeholder.ts'
import { foundWords } from '../../verify/dependence/words.ts'
import { type Explained, valuesOf } from '../../verify/guesses.ts'
import { cut, exactJson, harmless } from '../../verify/printable.ts'
import { type ReExecution, type ReExecutionOptions, reExecute } from './re-execution.ts'
import type { ReceivedResult } from './received.ts'
import type { Session } from '../session/session.ts'

export type DeterminismOptions = Omit<ReExecutionOptions, 'protocolVersion'> & {
  session: Session
  /** The one answer that is asked about; all of them unless given. */
  last?: ReceivedResult
}

/** Characters of a value that are shown. */
const widest = 60
const mostLines = 12

/** A line for each place that differs, none when the answers are the same. Rejects when the calls could not be made. */
export async function failuresOf({ session, last, ...options }: DeterminismOptions): Promise<string[]> {
  if (!options.origin.settings.upstream) throw new ShadowcatError('usage', "no server is named in vitest.config.ts: shadowcat({ upstream: { command: ['node', 'server.js'] } })")
  const executed = await reExecute({ ...options, protocolVersion: session.protocolVersion })
  const place = last ? options.calls.length - 1 : undefined
  const among = executed.differences.filter(({ call }) => place === undefined || call === executed.numbers[place])
  if (among.length > 0) return limited(unique(among).map((difference) => lineOf(difference, executed)))
  const told = options.calls.map(({ result }) => result?.message)
  const answers = answersIn(executed.recording)
  const drifted = told.flatMap((message, index) => (message && (place === undefined || index === place) ? driftOf(message, { index, answer: answers[index] }, executed.redactor, options.origin.settings.ignore) : []))
  return drifted.length === 0 ? [] : [...limited(drifted), 'these answers are the same among themselves, and not what the test was told: it depends on what changed meanwhile,', 'such as the date, the state of the server, or the server itself (SHADOWCAT_MODE=verify compares the whole tape)']
}

function limited(lines: readonly string[]): string[] {
  return lines.length <= mostLines ? [...lines] : [...lines.slice(0, mostLines), `and ${lines.length - mostLines} places more`]
}

/** Of several runs that differ at the same place, one. What only says again what differs elsewhere is left out. */
function unique(all: readonly Explained[]): Explained[] {
  const first = new Map(all.filter(({ repeats }) => repeats === undefined).toReversed().map((difference) => [`${difference.call} ${difference.pointer} ${difference.kind}`, difference]))
  return first.size === 0 ? all.slice(0, 1) : [...first.values()].toReversed()
}

function lineOf(difference: Explained, { redactor, numbers }: ReExecution): string {
  const { call, tool, pointer, kind, guess, cause, unexplained } = difference
  const [expected, actual] = valuesOf(difference)
  const number = numbers.indexOf(call ?? 0) + 1
  const where = `${number > 0 ? `call ${number}, ` : ''}${tool ?? 'the server'}: ${harmless(redactor.text(pointer ?? 'the answer'))}`
  const why = cause ? foundWords(cause) : guess ? `it looks like ${guess === 'time' ? 'time' : 'chance'} (a guess)` : kind === 'order' ? 'the same in another order' : (unexplained ?? 'the cause is not known')
  return `${where} was ${shown(expected, redactor)}, then ${shown(actual, redactor)}: ${why}`
}

function shown(value: Exact | undefined, redactor: Redactor): string {
  return value === undefined ? 'nothing' : cut(harmless(exactJson(value, (text) => redactor.text(text))), widest)
}

/** Where what the test was told differs from the first run. */
function driftOf(told: Message, { index, answer }: { index: number; answer: Entry | undefined }, redactor: Redactor, ignore: readonly string[]): string[] {
  if (!answer) return [`call ${index + 1} is not answered any more`]
  const found = differences(redactor.message(told).exact, answer.message.exact, ignoring(['/id', '/jsonrpc', ...ignore])).filter((one) => !isRedacted(one))
  return found.map(({ pointer, expected, actual }) => `call ${index + 1}: ${harmless(redactor.text(pointer))} was ${shown(expected, redactor)} in the test, and is ${shown(actual, redactor)}`)
}

/** Answers to calls of tools, in the order of the calls. */
function answersIn({ entries }: Recording): (Entry | undefined)[] {
  const answers = new Map(entries.flatMap((entry) => (entry.replyTo === undefined ? [] : [[entry.replyTo, entry] as const])))
  return entries.filter(({ direction, message }) => direction === 'to-server' && message.method === 'tools/call').map(({ id }) => answers.get(id))
}

/** A tape's placeholders have other numbers. */
function isRedacted({ expected, actual }: Difference): boolean {
  return [expected, actual].some((value) => typeof value === 'string' && value.includes(placeholderStart))
}
