/** What differing texts and numbers look like: a moment or a length of time, or something drawn at random. Only ever a guess. */

/** When something ran, in milliseconds since 1970. */
export type Period = { readonly from: number; readonly to: number }

/** When each of two recordings was made, held clocks included. */
export type Times = { readonly expected: readonly Period[]; readonly actual: readonly Period[] }

export type Guess = 'time' | 'random'

const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*'
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*'
const clock = '\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?'
const zone = '(?:(?:GMT|UTC)?[+-]\\d\\d:?\\d\\d|GMT|UTC|Z)'
const afternoon = '(?:\\s?[AaPp][Mm])?'
const dates = [
  `\\d{4}-\\d\\d-\\d\\d(?:[T ]${clock}(?:\\s?${zone})?)?`, // ISO 8601
  `(?:${day},?\\s)?\\d{1,2} ${month} \\d{4}(?: ${clock}(?: ${zone})?)?`, // RFC 5322 and HTTP
  `(?:${day} )?${month} {1,2}\\d{1,2},? \\d{4}(?:,? ${clock}${afternoon}(?: ${zone})?(?: \\([^)]*\\))?)?`, // JavaScript and American
  `${day} ${month} {1,2}\\d{1,2} ${clock} (?:${zone} )?\\d{4}`, // asctime
  `\\d{1,2}/\\d{1,2}/\\d{4}(?:,? ${clock}${afternoon})?`,
]
/** What ends a number or unit: no letter, and no more of base64. */
const over = '(?![\\w]|[+/=-][A-Za-z0-9+/_-]{6})'
const units = '(?:ns|nanos(?:econds?)?|[uµμ]s|micros(?:econds?)?|ms|millis(?:econds?)?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)'
const duration = `(?:\\d+(?:\\.\\d+)?\\s?${units}${over}|P(?:\\d+D)?T(?:\\d+(?:\\.\\d+)?[HMS])+)`
const uuid = '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}'
const number = `-?\\d+(?:\\.\\d+)?(?:[eE]-\\d+)?${over}`
const word = '[A-Za-z0-9+/_-]{8,}={0,2}'

const places = new RegExp(`((?<![\\w])(?:${[...dates, `${clock}${afternoon}(?![\\w])`, duration, uuid, number, word].join('|')}))`)
const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`)
const isDate = whole(`(?:${dates.join('|')})`)
const isClock = whole(`${clock}${afternoon}`)
const isDuration = whole(duration)
const isUuid = whole(uuid)
const isNumber = whole(number)

/**
 * What the places look like at which two texts differ, when all that differs looks like time or chance; undefined otherwise, or when they
 * are equal. `key` is the name under which they stand; it helps to tell a length of time.
 */
export function guessText(expected: string, actual: string, times: Times, key = ''): Guess[] | undefined {
  const left = expected.split(places)
  const right = actual.split(places)
  if (left.length !== right.length) return undefined
  const guesses: Guess[] = []
  for (const [index, part] of left.entries()) {
    const other = right[index]!
    if (part === other) continue
    const guess = index % 2 === 0 ? undefined : guessWord(part, other, times, key)
    if (!guess) return undefined
    guesses.push(guess)
  }
  return guesses.length > 0 ? guesses : undefined
}

/** What two differing numbers look like, as JSON writes them. */
export function guessNumber(expected: string, actual: string, times: Times, key = ''): Guess | undefined {
  const now = instantsOfNumber(actual)
  if (instantsOfNumber(expected).some((then, unit) => areNear(then, now[unit]!, times))) return 'time'
  if (namesDuration(key)) return 'time'
  return isFraction(expected) && isFraction(actual) ? 'random' : guessInteger(expected, actual)
}

function guessWord(expected: string, actual: string, times: Times, key: string): Guess | undefined {
  if (isDate.test(expected) && isDate.test(actual)) return movedWithClock(momentOf(expected), momentOf(actual), times) ? 'time' : undefined
  if (isClock.test(expected) && isClock.test(actual)) return 'time'
  if (isDuration.test(expected) && isDuration.test(actual)) return 'time'
  if (isUuid.test(expected) && isUuid.test(actual)) return 'random'
  if (isNumber.test(expected) && isNumber.test(actual)) return guessNumber(expected, actual, times, key)
  const head = sharedPrefix(expected, actual)
  return looksDrawn(expected.slice(head), actual.slice(head)) ? 'random' : undefined
}

/** Date.parse wants a full stop before fractions, and no blank around the `T` or before a zone. */
function momentOf(date: string): number {
  const iso = /^(\d{4}-\d\d-\d\d)[T ]([\d:.,]+)\s?(?:(Z|UTC|GMT)|([+-].*))?$/.exec(date)
  return Date.parse(iso ? `${iso[1]}T${iso[2]!.replace(',', '.')}${iso[3] ? 'Z' : (iso[4] ?? '')}` : date)
}

/** Clocks may be off, and a date without a zone by half a day. */
const near = 26 * 3_600_000
const slack = 60_000

/** Whether a date lies near each recording's own time, or has moved as far as those have (a date some days ahead, say). */
function movedWithClock(then: number, now: number, times: Times): boolean {
  if (Number.isNaN(then) || Number.isNaN(now)) return false
  if (areNear(then, now, times)) return true
  const moved = now - then
  return times.expected.some((a) => times.actual.some((b) => moved >= b.from - a.to - slack && moved <= b.to - a.from + slack))
}

function areNear(then: number, now: number, times: Times): boolean {
  return times.expected.some((period) => isNear(then, period)) && times.actual.some((period) => isNear(now, period))
}

function isNear(moment: number, period: Period): boolean {
  return moment >= period.from - near && moment <= period.to + near
}

/** The number read as seconds, milliseconds, microseconds and nanoseconds since 1970. */
function instantsOfNumber(text: string): number[] {
  const value = Number(text)
  return [value * 1e3, value, value / 1e3, value / 1e6]
}

function namesDuration(key: string): boolean {
  if (/timeout|interval|ttl|limit|max|min/i.test(key)) return false
  if (/duration|elapsed|took|latency|uptime/i.test(key)) return true
  return /(?:^|[_-])(?:ns|us|ms|millis|micros|nanos|secs|seconds)$/i.test(key) || /[a-z](?:Ns|Us|Ms|Millis|Micros|Nanos|Secs|Seconds)$/.test(key)
}

function isFraction(text: string): boolean {
  return /^(?:0?\.\d{6,}|[1-9](?:\.\d+)?[eE]-\d+)$/.test(text)
}

const u32 = 2n ** 32n

/** Integers too large to be counted up to, and far apart: a counter's neighbours are not drawn. */
function guessInteger(expected: string, actual: string): Guess | undefined {
  if (!/^-?\d{1,40}$/.test(expected) || !/^-?\d{1,40}$/.test(actual)) return undefined
  const [a, b] = [BigInt(expected), BigInt(actual)]
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  const [larger, apart] = [x > y ? x : y, a > b ? a - b : b - a]
  return x > u32 && y > u32 && apart * 10_000n > larger ? 'random' : undefined
}

/** Hexadecimal or base64 of equal length, or letters and digits in no order of words, that differ in more than an ending. */
function looksDrawn(expected: string, actual: string): boolean {
  if (differingLength(expected, actual) < 6) return false
  const both = (test: (text: string) => boolean): boolean => test(expected) && test(actual)
  const sameLength = expected.length === actual.length
  if (sameLength && both((text) => /^(?:0x)?[0-9a-f]{8,}$/i.test(text) && /\d/.test(text))) return true
  if (sameLength && expected.length >= 16 && both((text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text))) return true
  return Math.abs(expected.length - actual.length) <= 2 && both((text) => /^[a-z0-9]{8,}$/i.test(text) && /\d.*\d/.test(text) && /[a-z]/i.test(text))
}

/** The length of what both begin with, up to a separator: `msg_`, `req-`. */
function sharedPrefix(a: string, b: string): number {
  const prefix = /^(?:[A-Za-z]+[_/-])+/.exec(a)?.[0] ?? ''
  return b.startsWith(prefix) ? prefix.length : 0
}

/** The length of what is left of the longer text without the beginning and end that both share. */
function differingLength(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head++
  let tail = 0
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  return Math.max(a.length, b.length) - head - tail
}
