/** Other content that can still be read: dates stay dates, numbers numbers, JSON its shape, and the length stays where it can. */

/** Another content of the same kind. What holds nothing that could be another, such as `{}`, stays as it is. */
export function varyBytes(bytes: Uint8Array): Uint8Array {
  const text = textOf(bytes)
  if (text === undefined) return bytes.map((byte) => byte ^ 1)
  return Buffer.from(isJson(text) ? varyJson(text) : varyText(text))
}

/** Another text, as long in characters; `true` and `false` alone change places. */
export function varyText(text: string): string {
  if (text === 'true' || text === 'false') return String(text === 'false')
  const varied = text.replace(part, (found, ...rest) => varyPart(found, rest.at(-1) as Groups))
  return varied === text ? varyWord(text) : varied
}

/** Nothing for what is no text. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    // eslint-disable-next-line no-control-regex -- what has them is no text
    return /[\0-\x08\x0e-\x1a\x7f]/.test(text) ? undefined : text
  } catch {
    // not UTF-8
    return undefined
  }
}

/** One document, or one in each line. */
function isJson(text: string): boolean {
  return parses(text) || text.split('\n').every((line) => line.trim() === '' || parses(line))
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // It is asked, not told.
    return false
  }
}

const token = /(?<string>"(?:[^"\\]|\\.)*")(?<key>\s*:)?|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<truth>true|false)/g

/** Every value but null is another; names stay. Numbers are never parsed, so none loses a digit. */
function varyJson(text: string): string {
  const varied = text.replace(token, (found, ...rest) => {
    const { string, key, number, truth } = rest.at(-1) as Groups
    if (string !== undefined) return key === undefined ? varyString(string) : found
    return number !== undefined ? varyNumber(number) : String(truth === 'false')
  })
  const spare = Buffer.byteLength(text) - Buffer.byteLength(varied)
  // So that it is as long as before: space at the end means nothing.
  return spare >= 0 ? varied + ' '.repeat(spare) : varied.replace(new RegExp(`\\s{1,${-spare}}$`), '')
}

function varyString(quoted: string): string {
  return quoted.includes('\\') ? JSON.stringify(varyText(JSON.parse(quoted) as string)) : `"${varyText(quoted.slice(1, -1))}"`
}

type Groups = Readonly<Record<string, string | undefined>>

/** What is kept would not be read otherwise: where a URL leads, tags, entities, escapes, and what a line's value is called. */
const part = new RegExp(
  [
    /(?<kept>\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#"'<>]+|<[^<>]*>|&#?\w+;|%[0-9A-Fa-f]{2}|^[ \t]*[A-Za-z_][\w.-]*[ \t]*[=:])/u,
    /(?<date>(?<![\d-])(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?!\d))(?:(?<between>[T ])(?<time>\d\d:\d\d(?::\d\d)?)(?<fraction>\.\d+)?(?<zone>Z|[+-]\d\d:?\d\d)?)?/u,
    /(?<clock>(?<![\d:])\d\d:\d\d(?::\d\d)?(?![\d:]))/u,
    /(?<hex>\b[0-9A-Fa-f]{8,}(?:-[0-9A-Fa-f]{4,})*\b)/u,
    /(?<number>\d+(?:\.\d+)?)/u,
    /(?<word>\p{L}+)/u,
  ].map(({ source }) => source).join('|'),
  'gmu',
)

function varyPart(found: string, { kept, date, year, month, day, between, time, fraction, zone = '', clock, hex, number }: Groups): string {
  if (kept !== undefined) return found
  if (date !== undefined) {
    const other = [Math.max(1, Number(year) - 1), turned(Number(month), 12), turned(Number(day), 28)].map((value, index) => pad(value, index === 0 ? 4 : 2)).join('-')
    return time === undefined ? other : `${other}${between}${varyTime(time)}${fraction === undefined ? '' : `.${varyDigits(fraction.slice(1))}`}${zone}`
  }
  if (clock !== undefined) return varyTime(clock)
  if (number !== undefined || /^\d+$/.test(found)) return varyDigits(found)
  return hex !== undefined && /\d/.test(hex) ? hex.replace(/[0-9a-f]/gi, varyNibble) : varyWord(found)
}

/** Half of the way round, from 1: no day of the result is one that a month lacks. */
function turned(value: number, most: number): number {
  return value > most / 2 ? value - most / 2 : value + most / 2
}

function varyTime(time: string): string {
  return time.split(':').map((value, index) => pad((Number(value) + (index === 0 ? 12 : 30)) % (index === 0 ? 24 : 60), 2)).join(':')
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

function varyDigits(digits: string): string {
  return varyNumber(digits).padStart(digits.length, '0').slice(-digits.length)
}

/** The digits that a UUID keeps for its kind stay of that kind. */
function varyNibble(digit: string): string {
  const other = (Number.parseInt(digit, 16) ^ 1).toString(16)
  return digit === digit.toUpperCase() ? other.toUpperCase() : other
}

/**
 * A number close by, no further from zero than it was, so that it fits wherever the old one did; 0 becomes 1, and 1 becomes 2. Of a number
 * with a fraction, what it rounds to is another as well.
 */
function varyNumber(text: string): string {
  const [, sign, whole, fraction, exponent = ''] = /^(-?)(\d+)(?:\.(\d+))?(.*)$/.exec(text)!
  if (fraction === undefined) return `${sign}${nextWhole(whole!)}${exponent}`
  const none = /^0+$/.test(whole!)
  const other = none ? `${(Number(fraction[0]) + 5) % 10}${fraction.slice(1)}` : `${fraction.slice(0, -1)}${nextDigit(fraction.at(-1)!)}`
  return `${sign}${none ? whole : less(whole!)}.${other}${exponent}`
}

function nextWhole(digits: string): string {
  return digits === '0' || digits === '1' ? String(Number(digits) + 1) : /^0+$/.test(digits) ? `${digits.slice(1)}1` : less(digits)
}

/** One less; and of a long number as much as it takes to show where numbers have 15 digits. Of one past all types only the last digit. */
function less(digits: string): string {
  if (digits.length > 40) return `${digits.slice(0, -1)}${nextDigit(digits.at(-1)!)}`
  return String(BigInt(digits) - 1n - (digits.length > 15 ? 10n ** BigInt(digits.length - 15) : 0n))
}

function nextDigit(digit: string): string {
  return digit === '0' ? '1' : String(Number(digit) - 1)
}

/** Latin letters some places on in the alphabet, so that twice is not the same again; others become a neighbour, where that is a letter. */
function varyWord(word: string): string {
  return word.replace(/\p{L}/gu, (letter) => {
    const code = letter.codePointAt(0)!
    if (/[A-Za-z]/.test(letter)) return String.fromCharCode((((code & 31) + 6) % 26 + 1) | (code & 96))
    const other = String.fromCodePoint(code ^ 1)
    return /\p{L}/u.test(other) ? other : letter
  })
}
