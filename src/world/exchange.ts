import { AsyncLocalStorage } from 'node:async_hooks'
import { ShadowcatError, systemCode } from '../errors.ts'
import { abortAfter } from '../real.ts'
import { counted, formatSize } from '../units.ts'
import { mostAlike, notRecorded } from './not-recorded.ts'

/** What a component asks of the network. Header names and values are Latin-1, as HTTP has them. */
export type OutgoingRequest = {
  method: string
  /** Absolute, as the component wrote it. */
  url: string
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array
  /** Milliseconds until the answer must have begun, when the component says so. */
  timeout?: number | undefined
}

/** What comes back: an answer, or the name of WASI's error code. */
export type Answer =
  | { status: number; headers: readonly (readonly [name: string, value: string])[]; body: Uint8Array }
  | { failure: Failure }

/** The error codes of wasi:http that an exchange gives. */
export type Failure =
  | 'DNS-error' | 'connection-refused' | 'connection-terminated' | 'connection-timeout' | 'HTTP-response-timeout' | 'TLS-certificate-error'
  | 'HTTP-protocol-error' | 'HTTP-request-denied' | 'HTTP-request-URI-invalid' | 'HTTP-request-method-invalid' | 'HTTP-request-body-size'
  | 'HTTP-response-body-size' | 'internal-error'

/** Outgoing HTTP as a function, so that it can be real, recorded, played or refused. */
export type Exchange = {
  /** Rejects only when the call as a whole cannot go on. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Answer>
  /** The answer, when it is known without waiting. Asked once for each request of a call. */
  play?(request: OutgoingRequest): Answer | undefined
}

const largestBody = 64 * 1024 * 1024

const storage = new AsyncLocalStorage<true>()

/** Whether what runs here sends a component's request. */
export const servesComponent = (): boolean => storage.getStore() === true

/** The network. Goes through the global `fetch` of the moment, or the one given, so that what watches that sees it; follows no redirect. */
export function createRealExchange(fetchWith: typeof fetch = (...args) => globalThis.fetch(...args)): Exchange {
  return {
    async send(request, signal) {
      // fetch refuses it, although HTTP does not.
      if (/^(GET|HEAD)$/.test(request.method) && request.body.byteLength > 0) return { failure: 'HTTP-request-body-size' }
      const signals = request.timeout === undefined ? [signal] : [signal, abortAfter(request.timeout)]
      try {
        return await answerOf(await storage.run(true, () => fetchWith(request.url, toInit(request, AbortSignal.any(signals)))))
      } catch (error) {
        if (signal.aborted) throw new ShadowcatError('timeout', `no answer yet to ${request.method} ${request.url}`, { cause: error })
        return { failure: failureOf(error) }
      }
    },
  }
}

function toInit(request: OutgoingRequest, signal: AbortSignal): RequestInit {
  const headers = new Headers()
  for (const [name, value] of request.headers) headers.append(name, value)
  // Otherwise fetch asks for a compressed answer, which the component has not said it can read.
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity')
  return { method: request.method, headers, redirect: 'manual', signal, ...(request.body.byteLength > 0 && { body: Buffer.from(request.body) }) }
}

async function answerOf(response: Response): Promise<Answer> {
  const body = await bodyOf(response)
  if (!body) return { failure: 'HTTP-response-body-size' }
  // fetch has decoded the body, so these headers are no longer true of it.
  const untrue = response.headers.has('content-encoding') ? ['content-encoding', 'content-length'] : []
  return { status: response.status, headers: [...response.headers].filter(([name]) => !untrue.includes(name)), body }
}

async function bodyOf(response: Response): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body ?? []) {
    size += piece.byteLength
    if (size > largestBody) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

const failures: [RegExp, Failure][] = [
  [/^(ENOTFOUND|EAI_)/, 'DNS-error'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/, 'connection-refused'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)/, 'connection-terminated'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)/, 'connection-timeout'],
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)/, 'HTTP-response-timeout'],
  [/^(HPE_|UND_ERR_)/, 'HTTP-protocol-error'],
  [/CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO/, 'TLS-certificate-error'],
]

function failureOf(error: unknown): Failure {
  if ((error as Error).name === 'TimeoutError') return 'HTTP-response-timeout'
  const { cause } = error as Error
  // A port that browsers do not talk to, and fetch does not either.
  if (cause instanceof Error && cause.message === 'bad port') return 'connection-refused'
  const code = systemCode(cause) ?? systemCode(error) ?? ''
  return failures.find(([pattern]) => pattern.test(code))?.[1] ?? 'internal-error'
}

/** A request and what came back; no answer while it is under way. */
export type Exchanged = { request: OutgoingRequest; answer?: Answer }

/** The same exchange; what passes is added to the list, in the order of the requests. */
export function createRecordingExchange(exchange: Exchange, list: Exchanged[]): Exchange {
  const { play } = exchange
  return {
    async send(request, signal) {
      const exchanged: Exchanged = { request }
      list.push(exchanged)
      exchanged.answer = await exchange.send(request, signal)
      return exchanged.answer
    },
    ...(play && {
      play(request) {
        const answer = play(request)
        if (answer) list.push({ request, answer })
        return answer
      },
    }),
  }
}

/**
 * Answers from what was recorded: each recording once, the first equal request first. A request that was not recorded ends the call with a
 * ShadowcatError ('tape'). `plain` gives requests as they are compared and told, such as without their secrets.
 */
export function createPlayedExchange(recorded: readonly Exchanged[], plain: (request: OutgoingRequest) => OutgoingRequest = (request) => request): Exchange {
  const answered = recorded.filter((exchanged): exchanged is Required<Exchanged> => exchanged.answer !== undefined)
  const left = [...answered]
  const known = new Map<Exchanged, OutgoingRequest>()
  const comparable = (exchanged: Exchanged): OutgoingRequest => {
    if (!known.has(exchanged)) known.set(exchanged, plain(exchanged.request))
    return known.get(exchanged)!
  }
  function play(request: OutgoingRequest): Answer {
    let at = left.findIndex((candidate) => sameRequest(candidate.request, request))
    if (at === -1) {
      const mine = plain(request)
      at = left.findIndex((candidate) => sameRequest(comparable(candidate), mine))
      if (at === -1) throw missing(mine, (left.length > 0 ? left : recorded).map(comparable), answered.map(comparable))
    }
    return left.splice(at, 1)[0]!.answer
  }
  return { play, send: async (request) => play(request) }
}

function missing(request: OutgoingRequest, candidates: readonly OutgoingRequest[], answered: readonly OutgoingRequest[]): ShadowcatError {
  const facts = { method: request.method, url: request.url }
  const times = answered.filter((known) => sameRequest(known, request)).length
  if (times > 0) return notRecorded(`${sayRequest(request)} once more`, `the same, recorded ${counted(times, 'time')}`, facts)
  const nearest = mostAlike(sayRequest(request), candidates, sayRequest)
  if (!nearest) return notRecorded(sayRequest(request), undefined, facts)
  if (sameRequest(nearest, request)) return notRecorded(sayRequest(request), 'the same, which had no answer', facts)
  return notRecorded(sayRequest(request), `${sayRequest(nearest)}${otherwise(nearest, request)}`, facts)
}

/** In what requests differ that read the same. */
function otherwise(a: OutgoingRequest, b: OutgoingRequest): string {
  if (sayRequest(a) !== sayRequest(b)) return ''
  const names = new Set([...a.headers, ...b.headers].map(([name]) => name))
  const valuesOf = (request: OutgoingRequest, name: string): string => JSON.stringify(request.headers.filter(([header]) => header === name))
  const other = [...names].filter((name) => valuesOf(a, name) !== valuesOf(b, name))
  if (other.length > 0) return `, with other headers (${other.join(', ')})`
  return Buffer.compare(a.body, b.body) === 0 ? ', with headers in another order' : `, with another body of ${formatSize(a.body.byteLength)}`
}

/** A request for people; long ones are cut. */
function sayRequest({ method, url }: OutgoingRequest): string {
  return `${method} ${url.length > 300 ? `${url.slice(0, 300)}…` : url}`
}

/** No network at all: everything is denied. */
export function createRefusedExchange(): Exchange {
  const denied: Answer = { failure: 'HTTP-request-denied' }
  return { play: () => denied, send: async () => denied }
}

/** Whether two requests are the same to the byte; time limits are not compared. */
export function sameRequest(a: OutgoingRequest, b: OutgoingRequest): boolean {
  return a.method === b.method && a.url === b.url && JSON.stringify(a.headers) === JSON.stringify(b.headers) && Buffer.compare(a.body, b.body) === 0
}
