/** The byte scanner under json.ts: where a JSON value ends, checked against RFC 8259's grammar, without making anything of it. */

/** Values nest at most this deep, so that recursion is safe everywhere. */
export const maxDepth = 1000

export const quoteMark = 0x22
const backslash = 0x5c

/** Why and where a scan stopped; json.ts makes a ShadowcatError of it. */
export class Fault extends Error {
  readonly at: number
  constructor(reason: string, at: number) {
    super(reason)
    this.at = at
  }
}

/** Told of each member of an object: where its key stands (quotes included), and its value. */
export type Visit = (key: number, keyEnd: number, value: number, end: number) => void

/** The index of the next byte that is not white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let byte = bytes[at]!
  while (byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) byte = bytes[++at]!
  return at
}

/** The index after the value that starts at `at`; throws a Fault when there is none. */
export function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  const byte = bytes[at]
  if (byte === quoteMark) return skipString(bytes, at)
  if (byte === 0x7b) return skipObject(bytes, at, depth)
  if (byte === 0x5b) return skipArray(bytes, at, depth)
  if (byte === 0x74) return skipWord(bytes, at, 'true')
  if (byte === 0x66) return skipWord(bytes, at, 'false')
  if (byte === 0x6e) return skipWord(bytes, at, 'null')
  return skipNumber(bytes, at)
}

function skipWord(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) throw new Fault('unknown word', at)
  return at + word.length
}

/** Like skipValue, for an object; `visit` is told of each member. */
export function skipObject(bytes: Uint8Array, at: number, depth: number, visit?: Visit): number {
  if (depth >= maxDepth) throw new Fault(`nested deeper than ${maxDepth} levels`, at)
  at = skipBrace(bytes, at)
  while (bytes[at] !== 0x7d) {
    const key = at
    const keyEnd = skipString(bytes, at)
    // no white space is the usual case, and needs no call
    const value = bytes[keyEnd] === 0x3a && bytes[keyEnd + 1]! > 0x20 ? keyEnd + 1 : skipColon(bytes, keyEnd)
    const end = skipValue(bytes, value, depth + 1)
    if (visit) visit(key, keyEnd, value, end)
    at = bytes[end] === 0x2c && bytes[end + 1] === quoteMark ? end + 1 : skipSeparator(bytes, end)
  }
  return at + 1
}

/** The index of an object's first key, or of its end, when there is none; its brace stands at `at`. */
export function skipBrace(bytes: Uint8Array, at: number): number {
  at = skipSpace(bytes, at + 1)
  if (bytes[at] !== quoteMark && bytes[at] !== 0x7d) throw unexpected(bytes, at, 'a key')
  return at
}

/** The index of the value that follows the key which ends at `at`. */
export function skipColon(bytes: Uint8Array, at: number): number {
  at = skipSpace(bytes, at)
  if (bytes[at] !== 0x3a) throw unexpected(bytes, at, '":"')
  return skipSpace(bytes, at + 1)
}

/** The index of the next member's key, or of the object's end; `at` is where the member before it ends. */
export function skipSeparator(bytes: Uint8Array, at: number): number {
  at = skipSpace(bytes, at)
  if (bytes[at] === 0x7d) return at
  if (bytes[at] !== 0x2c) throw unexpected(bytes, at, '"," or "}"')
  at = skipSpace(bytes, at + 1)
  if (bytes[at] !== quoteMark) throw unexpected(bytes, at, 'a key')
  return at
}

function skipArray(bytes: Uint8Array, at: number, depth: number): number {
  if (depth >= maxDepth) throw new Fault(`nested deeper than ${maxDepth} levels`, at)
  at = skipSpace(bytes, at + 1)
  if (bytes[at] === 0x5d) return at + 1
  for (;;) {
    at = skipSpace(bytes, skipValue(bytes, at, depth + 1))
    if (bytes[at] === 0x5d) return at + 1
    if (bytes[at] !== 0x2c) throw unexpected(bytes, at, '"," or "]"')
    at = skipSpace(bytes, at + 1)
  }
}

/** The index after the string whose quote stands at `at`. */
export function skipString(bytes: Uint8Array, at: number): number {
  const start = at
  for (;;) {
    let byte = bytes[++at]!
    while (byte >= 0x20 && byte !== quoteMark && byte !== backslash) byte = bytes[++at]!
    if (byte === quoteMark) return at + 1
    if (byte === undefined) throw new Fault('unfinished string', start)
    if (byte < 0x20) throw new Fault('control character in a string', at)
    at = skipEscape(bytes, at)
  }
}

/** The index of an escape's last byte. */
function skipEscape(bytes: Uint8Array, at: number): number {
  const byte = bytes[at + 1]
  if (byte === 0x75) {
    for (let i = 2; i < 6; i++) if (!isHex(bytes[at + i])) throw new Fault('bad \\u escape', at)
    return at + 5
  }
  if (byte === undefined || !'"\\/bfnrt'.includes(String.fromCharCode(byte))) throw new Fault('bad escape', at)
  return at + 1
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66))
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function skipNumber(bytes: Uint8Array, at: number): number {
  const start = at
  if (bytes[at] === 0x2d) at++
  if (bytes[at] === 0x30) at++
  else at = skipDigits(bytes, at, start)
  if (bytes[at] === 0x2e) at = skipDigits(bytes, at + 1, start)
  if (((bytes[at] ?? 0) | 0x20) === 0x65) {
    at++
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++
    at = skipDigits(bytes, at, start)
  }
  return at
}

function skipDigits(bytes: Uint8Array, at: number, start: number): number {
  if (!isDigit(bytes[at])) throw unexpected(bytes, start === at ? start : at, 'a value')
  while (isDigit(bytes[at])) at++
  return at
}

function unexpected(bytes: Uint8Array, at: number, wanted: string): Fault {
  const byte = bytes[at]
  return new Fault(byte === undefined ? `ends where ${wanted} should stand` : `${wanted} expected, found ${JSON.stringify(String.fromCharCode(byte))}`, at)
}
