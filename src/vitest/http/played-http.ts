/** Answers requests of the code under test from a tape. */
import { type Difference, type Ignore, canonical, differences } from '../../canonical.ts'
import { type Exact, exactText } from '../../json.ts'
import { shorten } from '../../replay/miss.ts'
import type { Redactor } from '../../tape/redact.ts'
import type { ExternalState } from '../../upstream.ts'
import { counted } from '../../units.ts'
import { type Taped, comparison } from '../session/miss-error.ts'
import { HttpMiss, type HttpTape } from './http-tape.ts'
import { requestFacts, requestValue, sentUrl } from './request-value.ts'
import { toResponse } from './response-facts.ts'

export type PlayedOptions = {
  /** What the client's side used, in recorded order. */
  state: readonly ExternalState[]
  /** Pointers into `{ method, url, headers, body }`, besides those into messages. */
  ignore: Ignore
  redactor: Pick<Redactor, 'message' | 'text'>
  taped: Taped
}

/** `place` counts from 1. */
type Recorded = { readonly place: number; readonly value: Exact; readonly key: string; readonly response: Uint8Array | undefined; used: boolean }

/** A tape that is played: each recording answers once, equal ones in order. */
export function playingTape({ state, ignore, redactor, taped }: PlayedOptions): HttpTape {
  const valueOf = (facts: Uint8Array): Exact => requestValue(facts, redactor)
  const items = state.filter(({ kind }) => kind === 'http').map(({ request, response }, index): Recorded => {
    const value = valueOf(request)
    return { place: index + 1, value, key: canonical(value, ignore), response, used: false }
  })
  let missed = false
  return {
    async answer(request) {
      request.signal.throwIfAborted()
      const value = valueOf(await requestFacts(request))
      const key = canonical(value, ignore)
      const found = items.find((item) => !item.used && item.key === key)
      missed ||= !found
      if (!found) throw missOf(value, key, items, { ignore, taped })
      found.used = true
      return found.response ? toResponse(found.response, sentUrl(request)) : unanswered(request.signal)
    },
    recorded: async () => [],
    // What was asked instead is the better news.
    unused: () => (missed ? [] : items.filter(({ used }) => !used).map(({ value }) => titleOf(value))),
  }
}

/** What was given up when it was recorded stays without an answer until it is given up again. */
function unanswered(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** So many of the likeliest recordings are compared in full. */
const mostCompared = 64

function missOf(value: Exact, key: string, items: readonly Recorded[], { ignore, taped }: Pick<PlayedOptions, 'ignore' | 'taped'>): HttpMiss {
  const title = titleOf(value)
  const again = `To record this test again:\n    ${taped.command}`
  const before = items.filter((item) => item.key === key)
  if (before.length > 0) return new HttpMiss(`${title} was asked once more than it was recorded in ${taped.tape}\n\nIts ${counted(before.length, 'recording')} answered already; each answers once.\n\n${again}`)
  const near = nearestOf(value, items, ignore)
  if (!near) return new HttpMiss(`${title} was not recorded in ${taped.tape}\n\nThe tape holds no request over HTTP.\n\n${again}`)
  const { item, found } = near
  const places = found.length === 1 ? `at ${found[0]!.pointer}` : `in ${found.length} places`
  const text = `${title} was not recorded ${titleOf(item.value) === title ? 'so ' : ''}in ${taped.tape}\n\nNearest is request ${item.place}, ${titleOf(item.value)}${item.used ? ', which has answered already' : ''}; it differs ${places}.\n\n${again}`
  return Object.defineProperties(new HttpMiss(text), Object.fromEntries(Object.entries(comparison(found)).map(([name, one]) => [name, { value: one as unknown, writable: true, configurable: true }])))
}

/** The same place first, then what was not used yet, then the fewest differences. */
function nearestOf(value: Exact, items: readonly Recorded[], ignore: Ignore): { item: Recorded; found: Difference[] } | undefined {
  const far = (item: Recorded): number => (placeOf(item.value) === placeOf(value) ? 0 : 2) + Number(item.used)
  const likely = items.toSorted((a, b) => far(a) - far(b)).slice(0, mostCompared)
  const compared = likely.map((item) => ({ item, found: differences(item.value, value, ignore), far: far(item) }))
  return compared.sort((a, b) => a.far - b.far || a.found.length - b.found.length || a.item.place - b.item.place)[0]
}

function titleOf(value: Exact): string {
  return shorten(`${textAt(value, 'method')} ${textAt(value, 'url')}`)
}

/** Without the query. */
function placeOf(value: Exact): string {
  return `${textAt(value, 'method')} ${textAt(value, 'url').replace(/\?.*$/, '')}`
}

function textAt(value: Exact, name: string): string {
  const found = (value as Map<string, Exact>).get(name)
  return typeof found === 'string' ? found : exactText(found ?? null)
}
