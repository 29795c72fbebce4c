/** What people see when a call was not recorded, or when a recorded one was not made. */
import { type Difference, requestValue, valueAt } from '../../canonical.ts'
import { type Exact, type Json, exactText, parseExact, toJson } from '../../json.ts'
import { type Id, type Message, isAnswer } from '../../message.ts'
import { type Miss, missError as toMissAnswer, shorten, titleOf } from '../../replay/miss.ts'
import type { Entry } from '../../tape/entry.ts'
import { counted } from '../../units.ts'
import { RequestError, toRequestError } from './request-error.ts'
import type { Swap } from './order.ts'
import { type Site, hide, placeError } from './site.ts'

/** What the errors name: the tape's path, as people know it, and the command that records this test again. */
export type Taped = { readonly tape: string; readonly command: string }

/**
 * The error of a call that was not recorded, on the line that made it. `code` and `data` are the JSON-RPC error's; vitest makes the diff of
 * `expected` and `actual`, in its own colours. What it says of the call and of the tape is redacted, as the miss is.
 */
export function missError(miss: Miss, site: Site | undefined, taped: Taped): Error {
  const { code, data } = toRequestError(toMissAnswer('0', miss))
  const found = miss.nearest[0]?.differences ?? []
  const text = [titleLine(miss, taped.tape), nearLine(miss), `To record this test again:\n    ${taped.command}`].filter((part) => part !== undefined).join('\n\n')
  return placeError(hide(new RequestError(code, text, data), { name: 'MissError', toJSON, ...(found.length > 0 && comparison(found)) }), site)
}

/** The error of recorded calls that a test did not make. */
export function unusedError(entries: readonly Entry[], taped: Taped, site?: Site): Error {
  const one = entries.length === 1
  const calls = entries.slice(0, mostListed).map(({ message }) => `    ${callLine(message)}`)
  if (entries.length > mostListed) calls.push(`    and ${entries.length - mostListed} more`)
  const text = `${counted(entries.length, 'recorded call')} ${one ? 'was' : 'were'} not made: ${taped.tape}\n\n${calls.join('\n')}\n\nTo record this test again, without ${one ? 'it' : 'them'}:\n    ${taped.command}`
  return placeError(hide(new Error(text), { name: 'UnusedError' }), site)
}

/** The error of a call that was made before another which was recorded before it; vitest makes the diff of all calls. */
export function orderError({ later, earlier }: Swap, played: readonly Entry[], taped: Taped, site?: Site): Error {
  const text = `calls were made in another order than they were recorded in: ${taped.tape}\n\n    ${callLine(later.message)}\nwas made before\n    ${callLine(earlier.message)}\nwhich was recorded before it, with its answer.\n\nTo record this test again:\n    ${taped.command}`
  const lines = (entries: readonly Entry[]): string[] => entries.map(({ message }) => callLine(message))
  const compared = { expected: lines(played.toSorted((one, other) => one.id - other.id)), actual: lines(played), diffOptions }
  return placeError(hide(new Error(text), { name: 'OrderError', toJSON, ...compared }), site)
}

/** Tells the misses of a player: each one as the call's own error, and once more to whoever asks what the code under test may have swallowed. */
export type Explained = {
  /** For the connection: the error of the request with this id. */
  explain(id: Id, site: Site): Error | undefined
  /** All errors, in order; those that no request of the connection's had have no line. */
  errors(): Error[]
}

/** `misses` is the player's list, which grows. */
export function explainMisses(misses: readonly Miss[], taped: Taped): Explained {
  const told = new Map<Miss, Error>()
  const tell = (miss: Miss, site?: Site): Error => {
    const error = told.get(miss) ?? missError(miss, site, taped)
    told.set(miss, error)
    return error
  }
  return {
    explain(id, site) {
      const miss = misses.findLast((one) => one.request.id === id && !told.has(one))
      return miss && tell(miss, site)
    },
    errors: () => misses.map((miss) => tell(miss)),
  }
}

const mostListed = 10
/** Characters of a call on its line. */
const longestCall = 72

function titleLine({ request, nearest: [near] }: Miss, tape: string): string {
  const title = titleOf(request)
  if (!near) return `${title} was not recorded in ${tape}`
  if (near.differences.length === 0) return `${title} was called once more than it was recorded in ${tape}`
  if (isAnswer(near.entry.message)) return `${isAnswer(request) ? '' : `${title}: `}what the server's request was answered with was not recorded so in ${tape}`
  return `${title} was not recorded ${titleOf(near.entry.message) === title ? 'so ' : ''}in ${tape}`
}

function nearLine({ nearest: [near] }: Miss): string {
  if (!near) return 'The tape holds no request like it.'
  const { entry, differences } = near
  if (differences.length === 0) return `Its recording (entry ${entry.id}) has answered already; each recording answers once.`
  const places = differences.length === 1 ? `at ${differences[0]!.pointer || 'the whole message'}` : `in ${differences.length} places`
  return `Nearest is entry ${entry.id}, ${isAnswer(entry.message) ? 'the recorded answer' : titleOf(entry.message)}${near.used ? ', which has answered already' : ''}; it differs ${places}.`
}

/** For vitest's diff: the two values where there is one difference, else the values by their pointers. */
export function comparison(found: readonly Difference[]): object {
  const [first] = found
  if (found.length === 1 && first!.expected !== undefined && first!.actual !== undefined) return { expected: shown(first!.expected), actual: shown(first!.actual), diffOptions }
  const side = (of: 'expected' | 'actual'): object => Object.fromEntries(found.flatMap((one) => (one[of] === undefined ? [] : [[one.pointer, shown(one[of])]])))
  return { expected: side('expected'), actual: side('actual'), diffOptions }
}

const diffOptions = { aAnnotation: 'Recorded', bAnnotation: 'Called' }

/** A value as people read it, its long strings shortened. */
function shown(value: Exact): Json {
  return toJson(parseExact(Buffer.from(exactText(value, shorten))))
}

/** A call on one line: `tools/call "echo" {"text":"hello"}`. */
function callLine(message: Message): string {
  const params = valueAt(requestValue(message), '/params')
  const given = valueAt(params, '/arguments') ?? (params instanceof Map && !params.has('name') ? params : undefined)
  const line = `${titleOf(message)}${given === undefined ? '' : ` ${exactText(given)}`}`
  return line.length > longestCall ? `${line.slice(0, longestCall)}…` : line
}

/** What vitest's reporters are told: all but what those for machines would print below the message, where it is noise. */
function toJSON(this: object): object {
  const kept = Object.getOwnPropertyNames(this).filter((key) => !unsaid.has(key))
  return Object.fromEntries(kept.map((key) => [key, (this as Record<string, unknown>)[key]]))
}

const unsaid: ReadonlySet<string> = new Set(['code', 'data', 'toJSON'])
