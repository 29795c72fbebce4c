/** Equality of JSON, defined once: for matching a request with a recording, and for telling two recordings apart. */
import { type Exact, NumberLiteral } from './json.ts'
import type { Message } from './message.ts'

/** One place where two values differ. `undefined` stands for "not there". The pointer is RFC 6901's, from the message's root. */
export type Difference = { pointer: string; expected: Exact | undefined; actual: Exact | undefined }

/** Whether the value at this JSON pointer is left out of a comparison. */
export type Ignore = (pointer: string) => boolean

export const ignoreNothing: Ignore = () => false

/** `_meta` carries tokens and traces that differ from run to run; only these two change what a request means (2026-07-28). */
const meaningfulMeta = new Set(['io.modelcontextprotocol/protocolVersion', 'io.modelcontextprotocol/clientCapabilities'])

/**
 * Canonical text: keys sorted by code unit, no white space, strings as JSON.stringify writes them, integers as they stand, other numbers in a
 * normal form that keeps them apart from integers (`1.0` is `1.0e0`, `1.50` is `1.5e0`, `1E2` is `1.0e2`).
 */
export function canonical(value: Exact, ignore: Ignore = ignoreNothing, pointer = ''): string {
  if (value instanceof NumberLiteral) return canonicalNumber(value.text)
  if (Array.isArray(value)) return `[${value.map((item, index) => (ignore(`${pointer}/${index}`) ? 'null' : canonical(item, ignore, `${pointer}/${index}`))).join()}]`
  if (!(value instanceof Map)) return JSON.stringify(value)
  const members: string[] = []
  for (const key of [...value.keys()].sort()) {
    const at = `${pointer}/${escapeKey(key)}`
    if (!ignore(at)) members.push(`${JSON.stringify(key)}:${canonical(value.get(key)!, ignore, at)}`)
  }
  return `{${members.join()}}`
}

/** An integer literal stays as it is; any other becomes `d.dddeX` without needless zeros. */
export function canonicalNumber(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (!parts) return text
  const [, sign, whole, fraction, exponent] = parts
  if (fraction === undefined && exponent === undefined) return text
  const digits = (whole! + (fraction ?? '')).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return `${sign}0.0`
  const scale = BigInt(exponent ?? 0) - BigInt(fraction?.length ?? 0) + BigInt(digits.length - 1)
  return `${sign}${significant[0]}.${significant.slice(1) || '0'}e${scale}`
}

/**
 * The exact value of a request that tells it from others: its method and parameters, `_meta` reduced to what has meaning.
 * Empty parameters are none, and so are empty arguments: some clients write them, others leave them out.
 */
export function requestValue(message: Message): Exact {
  const given = message.exact instanceof Map ? message.exact.get('params') : undefined
  const params = given instanceof Map ? withoutMeta(withoutEmptyArguments(given)) : given
  const value = new Map<string, Exact>([['method', message.method ?? null]])
  if (params !== undefined && !(params instanceof Map && params.size === 0)) value.set('params', params)
  return value
}

function withoutEmptyArguments(params: Map<string, Exact>): Map<string, Exact> {
  const given = params.get('arguments')
  return given instanceof Map && given.size === 0 ? new Map([...params].filter(([key]) => key !== 'arguments')) : params
}

function withoutMeta(params: Map<string, Exact>): Map<string, Exact> {
  if (!params.has('_meta')) return params
  const kept = new Map(params)
  const meta = params.get('_meta')
  kept.delete('_meta')
  if (!(meta instanceof Map)) return kept
  const meaningful = new Map([...meta].filter(([key]) => meaningfulMeta.has(key)))
  if (meaningful.size > 0) kept.set('_meta', meaningful)
  return kept
}

/** The key under which requests that mean the same are the same. */
export function requestKey(message: Message, ignore: Ignore = ignoreNothing): string {
  return canonical(requestValue(message), ignore)
}

/** Every place where `actual` differs from `expected`, in document order; containers of another kind differ as a whole. */
export function differences(expected: Exact | undefined, actual: Exact | undefined, ignore: Ignore = ignoreNothing, pointer = ''): Difference[] {
  if (ignore(pointer)) return []
  if (expected instanceof Map && actual instanceof Map) {
    const keys = new Set([...expected.keys(), ...actual.keys()])
    return [...keys].flatMap((key) => differences(expected.get(key), actual.get(key), ignore, `${pointer}/${escapeKey(key)}`))
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length)
    return Array.from({ length }, (_, index) => differences(expected[index], actual[index], ignore, `${pointer}/${index}`)).flat()
  }
  if (expected !== undefined && actual !== undefined && canonical(expected) === canonical(actual)) return []
  return expected === actual ? [] : [{ pointer, expected, actual }]
}

/** A key as RFC 6901 writes it in a pointer. */
export function escapeKey(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

/** The value that a JSON pointer reaches, if it is there. */
export function valueAt(value: Exact | undefined, pointer: string): Exact | undefined {
  let found = value
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (found instanceof Map) found = found.get(key)
    else if (Array.isArray(found) && /^(0|[1-9]\d*)$/.test(key)) found = found[Number(key)]
    else return undefined
  }
  return found
}

/** An `Ignore` from JSON pointers, in which `*` stands for any one key or index. What lies under an ignored place is ignored with it. */
export function ignoring(pointers: readonly string[]): Ignore {
  if (pointers.length === 0) return ignoreNothing
  const exact = new Set(pointers.filter((pointer) => !pointer.split('/').includes('*')))
  const patterns = pointers.filter((pointer) => !exact.has(pointer)).map((pointer) => pointer.split('/'))
  return (pointer) => exact.has(pointer) || patterns.some((pattern) => fits(pattern, pointer.split('/')))
}

function fits(pattern: string[], parts: string[]): boolean {
  return pattern.length === parts.length && pattern.every((part, index) => part === '*' || part === parts[index])
}
