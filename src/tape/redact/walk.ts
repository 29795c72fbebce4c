/** JSON text walked in place: every key, string and number with where it stands and under which field. */

/** What a walk tells. Positions are those of the text; keys and strings include their quotation marks. */
export type Visitor = {
  /** What kind of secret a member of this name holds, if its name says so. */
  field(name: string): string | undefined
  key(start: number, end: number): void
  /** `field` is the kind that the nearest telling name around it gave; `left` of the depth that the walk was given. */
  string(start: number, end: number, field: string | undefined, left: number): void
  /** `field` is given for numbers directly under a telling name, or in an array there. */
  number(start: number, end: number, field: string | undefined): void
}

/** Within these members of a JSON Schema, names are what the schema is about: `password` there is no password. */
const schemaNames = new Map([...['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'].map((name) => [name, 0x7b] as const), ['dependentRequired', 0x5b]])

/** `schema` is how the values begin that stand here under names of a schema's own. */
type Around = { field: string | undefined; direct: boolean; schema: number | undefined; envelope: boolean }

/**
 * Walks the one value at `at`, and returns where it ends, or -1 when it is no JSON or nests deeper than `depth`: what was visited until then
 * does not count. Strings may hold bare control characters. `envelope` leaves a JSON-RPC message's version and numeric id unvisited.
 */
export function walk(text: string, at: number, depth: number, visitor: Visitor, envelope = false): number {
  return value(at, depth, { field: undefined, direct: false, schema: undefined, envelope })

  function value(from: number, left: number, around: Around): number {
    const code = text.charCodeAt(from)
    if (code === 0x7b) return left > 0 ? object(from, left - 1, around) : -1
    if (code === 0x5b) return left > 0 ? array(from, left - 1, around) : -1
    if (code === 0x22) {
      const end = stringEnd(text, from)
      if (end !== -1) visitor.string(from, end, around.field, left)
      return end
    }
    const end = wordEnd(text, from)
    if (end !== -1 && (code === 0x2d || code < 0x3a)) visitor.number(from, end, around.direct ? around.field : undefined)
    return end
  }

  function array(from: number, left: number, around: Around): number {
    let next = skipSpace(text, from + 1)
    if (text.charCodeAt(next) === 0x5d) return next + 1
    for (;;) {
      const end = value(next, left, around)
      if (end === -1) return -1
      next = skipSpace(text, end)
      const code = text.charCodeAt(next)
      if (code === 0x5d) return next + 1
      if (code !== 0x2c) return -1
      next = skipSpace(text, next + 1)
    }
  }

  function object(from: number, left: number, around: Around): number {
    let next = skipSpace(text, from + 1)
    if (text.charCodeAt(next) === 0x7d) return next + 1
    for (;;) {
      const end = member(next, left, around)
      if (end === -1) return -1
      next = skipSpace(text, end)
      const code = text.charCodeAt(next)
      if (code === 0x7d) return next + 1
      if (code !== 0x2c) return -1
      next = skipSpace(text, next + 1)
    }
  }

  function member(from: number, left: number, around: Around): number {
    const keyEnd = text.charCodeAt(from) === 0x22 ? stringEnd(text, from) : -1
    if (keyEnd === -1) return -1
    const colon = skipSpace(text, keyEnd)
    if (text.charCodeAt(colon) !== 0x3a) return -1
    const start = skipSpace(text, colon + 1)
    const name = decode(text.slice(from + 1, keyEnd - 1))
    visitor.key(from, keyEnd)
    const code = text.charCodeAt(start)
    if (around.envelope && isEnvelope(name, code)) return code === 0x22 ? stringEnd(text, start) : wordEnd(text, start)
    return value(start, left, within(around, name, code))
  }

  function within(around: Around, name: string, code: number): Around {
    // Under a schema's names stand objects (or lists, in dependentRequired); a plain string there is somebody's data after all.
    const field = around.schema === code ? undefined : visitor.field(name)
    if (field !== undefined) return { field, direct: true, schema: undefined, envelope: false }
    return { field: around.field, direct: false, schema: around.field === undefined ? schemaNames.get(name) : undefined, envelope: false }
  }
}

function isEnvelope(name: string, code: number): boolean {
  return (name === 'jsonrpc' && code === 0x22) || (name === 'id' && (code === 0x2d || (code >= 0x30 && code <= 0x39)))
}

/** The index after the string that begins at `at`, or -1. */
function stringEnd(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    const code = text.charCodeAt(next)
    if (code === 0x22) return next + 1
    if (code === 0x5c) next++
  }
  return -1
}

const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function wordEnd(text: string, at: number): number {
  word.lastIndex = at
  return word.test(text) ? word.lastIndex : -1
}

export function skipSpace(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
    at++
  }
}

/** The text that a JSON string's inside stands for. */
export function decode(raw: string): string {
  if (!raw.includes('\\')) return raw
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    // A walk lets pass what the native parser, many times faster, refuses.
    return decodeLoosely(raw)
  }
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function decodeLoosely(raw: string): string {
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)))
}

/** Finds, for ascending positions in the decoded text, where they stand in the raw one. */
export function createPositions(raw: string): (decoded: number) => number {
  let at = 0
  let passed = 0
  let escape = raw.indexOf('\\')
  return (decoded) => {
    while (escape !== -1 && passed + escape - at < decoded) {
      passed += escape - at + 1
      at = escape + (raw[escape + 1] === 'u' ? 6 : 2)
      escape = raw.indexOf('\\', at)
    }
    at += decoded - passed
    passed = decoded
    return at
  }
}
