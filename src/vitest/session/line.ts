import type { Id, Message } from '../../message.ts'
import { realElapsed as now } from '../../real.ts'
import { missCode } from '../../replay/miss.ts'
import { type RequestError, toRequestError } from './request-error.ts'
import { type Call, toToolResult } from './results.ts'
import type { Session } from './session.ts'
import { type Site, placeError } from './site.ts'
import type { Asking, Wire } from './wire.ts'

/** How a request ended: with its answer, and for a call of a tool what that is to people. */
export type Settled = { readonly answer: Message; readonly call: Call | undefined; readonly miss: Error | undefined }

export type LineAsking = Pick<Asking, 'lost' | 'progress'> & { answered(settled: Settled): void }

/** What one connection asks on a wire, and what became of it. */
export type Line = {
  readonly wire: Wire
  /** Sends a request that the user's code made at this site. */
  ask(make: (id: Id) => Message, site: Site, asking: LineAsking): Id
  readonly calls: readonly Call[]
  readonly misses: readonly Error[]
}

export type LineOptions = {
  explain?: ((id: Id, site: Site) => Error | undefined) | undefined
  durationOf?: ((id: Id) => number | undefined) | undefined
  onanswer?: (() => void) | undefined
  onask?: ((id: Id, site: Site) => void) | undefined
  session: () => Session
}

export function createLine(wire: Wire, { explain, durationOf, onanswer, onask, session }: LineOptions): Line {
  const calls: Call[] = []
  const misses: Error[] = []

  function missed(id: Id, site: Site, answer: Message): Error | undefined {
    if (answer.kind !== 'error') return undefined
    const error = toRequestError(answer)
    if (error.code !== missCode) return undefined
    const miss = explain?.(id, site) ?? placeError(error, site)
    misses.push(miss)
    return miss
  }

  return {
    wire,
    calls,
    misses,
    ask(make, site, { answered, ...asking }) {
      let call: OpenCall | undefined
      let begun = now()
      const id = wire.ask(
        (given) => {
          const request = make(given)
          call = request.method === 'tools/call' ? openCall(request, session) : undefined
          if (call) calls.push(call.call)
          return request
        },
        {
          ...asking,
          sent: () => void (begun = now()),
          answered(answer) {
            onanswer?.()
            call?.settle(answer, durationOf ? durationOf(id) : now() - begun)
            answered({ answer, call: call?.call, miss: missed(id, site, answer) })
          },
        },
      )
      onask?.(id, site)
      return id
    },
  }
}

type OpenCall = { readonly call: Call; settle(answer: Message, duration: number | undefined): void }

/** What is known of it is parsed when first looked at: the SDK's client asks for none of it. */
function openCall(request: Message, session: () => Session): OpenCall {
  let answer: Message | undefined
  let duration: number | undefined
  const { params } = request.value as { params?: { name?: string; arguments?: Call['arguments'] } }
  const [name, given] = [String(params?.name), params?.arguments ?? {}]
  let result: Call['result']
  let error: RequestError | undefined
  const call: Call = {
    name,
    arguments: given,
    get result() {
      if (answer?.kind !== 'result') return undefined
      return (result ??= toToolResult(answer, { session: session(), name, arguments: given }, duration))
    },
    get error() {
      return answer?.kind === 'error' ? (error ??= toRequestError(answer)) : undefined
    },
    get duration() {
      return duration
    },
  }
  return {
    call,
    settle(message, took) {
      answer = message
      duration = took
    },
  }
}
