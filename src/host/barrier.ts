import { type Answer, type Exchange, type Exchanged, type OutgoingRequest, sameRequest } from '../world/exchange.ts'
import { Ended } from './failure.ts'

/** The HTTP of one call, over all of its passes. */
export type Conversation = {
  /** In the order in which they were sent; a request keeps its place over all passes. */
  readonly exchanged: Exchanged[]
  /** How many requests were out each time the component stopped to wait. */
  readonly barriers: number[]
}

/** The component waits for answers that are not there yet: the pass is over, and the next one has them. */
export class Unanswered extends Error {
  override readonly message = 'the component waits for an answer'
}

/** A request of this pass; its answer comes when the component waits, not before. */
export type Sent = { readonly request: OutgoingRequest; answer?: Answer }

/**
 * HTTP in one pass. When the component waits, all requests that are out are answered before it goes on, in their order; so what it sees
 * depends on what it did, never on how fast the network was.
 */
export type Barrier = {
  send(request: OutgoingRequest): Sent
  /** Whether requests are out. */
  waiting(): boolean
  /** The component waits. Throws Unanswered when the answers must first be had. */
  reach(): void
}

export function createConversation(): Conversation {
  return { exchanged: [], barriers: [] }
}

export function createBarrier(conversation: Conversation, exchange: Exchange): Barrier {
  const { exchanged, barriers } = conversation
  const sent: Sent[] = []
  let answered = 0
  let reached = 0

  function send(request: OutgoingRequest): Sent {
    const before = exchanged[sent.length]
    if (before && !sameRequest(before.request, request)) throw indefinite(`request ${sent.length + 1} was ${say(before.request)}, and is ${say(request)}`)
    if (!before) exchanged.push({ request })
    const mine: Sent = { request }
    sent.push(mine)
    return mine
  }

  function reach(): void {
    const before = barriers[reached++]
    if (before === undefined) barriers.push(sent.length)
    else if (before !== sent.length) throw indefinite(`it waited after ${before} requests, and waits after ${sent.length}`)
    for (const known of exchanged.slice(answered, sent.length)) {
      const played = known.answer ?? exchange.play?.(known.request)
      if (played) known.answer = played
    }
    if (exchanged.slice(answered, sent.length).some((known) => !known.answer)) throw new Unanswered()
    for (; answered < sent.length; answered++) sent[answered]!.answer = exchanged[answered]!.answer!
  }

  return { send, reach, waiting: () => answered < sent.length }
}

/** Answers all requests that are out, at the same time; done when the last answer is there. */
export async function answerAll({ exchanged }: Conversation, exchange: Exchange, signal: AbortSignal): Promise<void> {
  const out = exchanged.filter((known) => !known.answer)
  await Promise.all(
    out.map(async (known) => {
      known.answer = await exchange.send(known.request, signal)
    }),
  )
}

function say(request: OutgoingRequest): string {
  return `${request.method} ${request.url}${request.body.byteLength > 0 ? ` with ${request.body.byteLength} bytes` : ''}`
}

function indefinite(what: string): Ended {
  return new Ended('indefinite', `the component is not deterministic: run again in the same world, ${what}`)
}
