/** What a call used of the world, as a tape keeps it: JSON texts, which `recall.ts` reads again. */
import { isUtf8 } from 'node:buffer'
import { asBuffer } from '../bytes.ts'
import type { ExternalState } from '../upstream.ts'
import type { Answer, Exchanged, OutgoingRequest } from '../world/exchange.ts'
import { textOf } from '../world/files.ts'
import type { AskedFile } from '../world/recorded-files.ts'
import type { Use } from '../world/world.ts'
import type { Outcome } from './driver.ts'

type Kind = ExternalState['kind']

/**
 * All that a call used, in the order in which it used it first. Clocks, randomness and environment are there once for each function, requests
 * and questions about files each by itself. Of the environment names alone. Nothing is redacted yet.
 */
export function toState(outcome: Outcome): ExternalState[] {
  const items: ExternalState[] = []
  const requests = [...outcome.exchanged]
  const files = [...outcome.asked]
  const told = new Set<string>()
  for (const use of outcome.trace) {
    const kind = kindOf(use)
    const key = `${use.interface}#${use.function}`
    if (kind === 'http') {
      const at = requests.findIndex(({ request }) => use.value === `${request.method} ${request.url}`)
      if (at !== -1) items.push(exchangeItem(requests.splice(at, 1)[0]!))
    } else if (kind === 'file') items.push(...files.splice(0).map(fileItem))
    else if (kind && !told.has(key)) {
      told.add(key)
      items.push(usedItem(kind, use, outcome, !items.some((known) => known.kind === kind)))
    }
  }
  // What a trace that was cut no longer tells the place of.
  return [...items, ...requests.map(exchangeItem), ...files.map(fileItem)]
}

function kindOf({ interface: name, function: called }: Use): Kind | undefined {
  if (name.startsWith('wasi:clocks/')) return 'clock'
  if (name.startsWith('wasi:random/')) return 'random'
  if (name.startsWith('wasi:filesystem/')) return 'file'
  if (name === 'wasi:http/outgoing-handler') return 'http'
  return name === 'wasi:config/store' || called === 'get-environment' ? 'environment' : undefined
}

function usedItem(kind: Kind, use: Use, outcome: Outcome, first: boolean): ExternalState {
  const { interface: name, function: called } = use
  const same = outcome.trace.filter((other) => other.interface === name && other.function === called)
  if (kind === 'environment') {
    // Asked for by its name, or handed over with all others.
    const keys = called === 'get' ? [...new Set(same.map(({ value }) => value ?? ''))] : outcome.variables
    return item(kind, { interface: name, function: called, keys }, { set: keys.filter((key) => outcome.variables.includes(key)) })
  }
  const request = { interface: name, function: called, uses: same.length }
  if (kind === 'random') return item(kind, request, { seed: String(outcome.seed) })
  // One list for all clocks of the call, since that is how they were read.
  return item(kind, request, first && outcome.readings.length > 0 ? { readings: outcome.readings.map(String) } : undefined)
}

function exchangeItem({ request, answer }: Exchanged): ExternalState {
  return item('http', toRequestFacts(request), answer && toAnswerFacts(answer))
}

/** A request as it stands in a tape. */
export function toRequestFacts({ method, url, headers, body }: OutgoingRequest): object {
  return { method, url, headers, ...(body.byteLength > 0 && toContent(body, 'body')) }
}

/** An answer as it stands in a tape. */
export function toAnswerFacts(answer: Answer): object {
  if ('failure' in answer) return answer
  return { status: answer.status, headers: answer.headers, ...(answer.body.byteLength > 0 && toContent(answer.body, 'body')) }
}

function fileItem(asked: AskedFile): ExternalState {
  return item('file', { ask: asked.ask, path: asked.path }, 'error' in asked ? { error: asked.error } : { answer: toFileAnswer(asked) })
}

function toFileAnswer(asked: Exclude<AskedFile, { error: unknown }>): unknown {
  if (asked.answer === undefined) return null
  if (asked.ask === 'locate') return textOf(asked.answer)
  if (asked.ask === 'read') return toContent(asked.answer, 'text')
  return asked.ask === 'look' ? { ...asked.answer, modified: String(asked.answer.modified) } : asked.answer
}

/** Bytes as text where they are one, so that people and rules for secrets can read them. */
function toContent(bytes: Uint8Array, name: 'body' | 'text'): object {
  const buffer = asBuffer(bytes)
  return isUtf8(buffer) ? { [name]: buffer.toString() } : { base64: buffer.toString('base64') }
}

const encoder = new TextEncoder()

function item(kind: Kind, request: object, response: object | undefined): ExternalState {
  return { kind, request: encoder.encode(JSON.stringify(request)), ...(response && { response: encoder.encode(JSON.stringify(response)) }) }
}
