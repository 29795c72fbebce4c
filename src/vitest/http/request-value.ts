/** Requests as a tape keeps them, and as they are compared. */
import { asBuffer } from '../../bytes.ts'
import { toRequestFacts } from '../../host/state.ts'
import { type Exact, parseExact } from '../../json.ts'
import { redactStateText } from '../../tape/kept.ts'
import type { Redactor } from '../../tape/redact.ts'
import { alike } from '../../tape/redact/placeholder.ts'
import { isCompared, isKept } from './headers.ts'

/** A request as JSON text, not redacted. Its body is read from a copy. */
export async function requestFacts(request: Request): Promise<Uint8Array> {
  const { method, headers } = request
  const body = request.body ? new Uint8Array(await request.clone().arrayBuffer()) : new Uint8Array()
  return Buffer.from(JSON.stringify(toRequestFacts({ method, url: sentUrl(request), headers: [...headers].filter(([name]) => isKept(name)), body })))
}

/** The URL that is asked for: without the fragment, which is not sent. */
export function sentUrl({ url }: Request): string {
  return url.replace(/#.*$/, '')
}

/**
 * What tells a request from others: `{ method, url, headers: { name: value }, body }`, where a JSON body is its value, other text a string, and
 * what is no text `{ base64 }`. Secrets are all alike: which ordinal they have is one tape's own.
 */
export function requestValue(facts: Uint8Array, redactor: Pick<Redactor, 'message' | 'text'>): Exact {
  const text = alike(asBuffer(redactStateText(facts, redactor)).toString())
  const given = parseExact(Buffer.from(text)) as Map<string, Exact>
  const headers = headersOf(given.get('headers'))
  const boundary = /boundary="?([^";]+)/i.exec(headers.get('content-type') ?? '')?.[1]
  const value = new Map<string, Exact>([['method', given.get('method')!], ['url', given.get('url')!]])
  value.set('headers', boundary === undefined ? headers : new Map([...headers].map(([name, one]) => [name, one.replaceAll(boundary, 'boundary')])))
  const body = given.get('body')
  const base64 = given.get('base64')
  if (typeof body === 'string') value.set('body', bodyValue(boundary === undefined ? body : body.replaceAll(boundary, 'boundary')))
  else if (base64 !== undefined) value.set('body', new Map([['base64', withoutBoundary(base64 as string, boundary)]]))
  return value
}

function headersOf(list: Exact | undefined): Map<string, string> {
  const pairs = (list as [string, string][]).filter(([name]) => isCompared(name)).map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const headers = new Map<string, string>()
  for (const [name, value] of pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)))) headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value)
  return headers
}

/** Order of members and white space do not count in JSON; digits do. */
function bodyValue(text: string): Exact {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return parseExact(Buffer.from(text))
  } catch {
    return text // which begins like JSON
  }
}

/** What separates the parts of a form is drawn anew each time. */
function withoutBoundary(base64: string, boundary: string | undefined): string {
  if (boundary === undefined) return base64
  return Buffer.from(Buffer.from(base64, 'base64').toString('latin1').replaceAll(boundary, 'boundary'), 'latin1').toString('base64')
}
