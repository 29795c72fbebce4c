import type { Answer, Failure } from '../../world/exchange.ts'
import { varyAnswer } from '../../world/varied-answer.ts'
import type { Stage } from '../../world/variation.ts'
import type { Sent } from '../barrier.ts'
import { activePass } from '../pass.ts'
import { fail } from './define.ts'
import { Fields, freeze, put } from './http-fields.ts'
import { InputStream, sourceOf } from './io.ts'
import { type Event, Pollable, always } from './poll.ts'

type Result<T> = { tag: 'ok'; val: T } | { tag: 'err'; val: unknown }

/** What is to come of a request: nothing before it is sent, then its answer when the component waits; another when there is a stage. */
export type Outcome = { sent?: Sent; failed?: Failure; stage?: Stage | undefined; varied?: Answer }

export class FutureIncomingResponse {
  readonly #outcome: Outcome
  #taken = false

  constructor(outcome: Outcome) {
    activePass().hold()
    this.#outcome = outcome
  }

  subscribe(): Pollable {
    const outcome = this.#outcome
    const event: Event = { ready: () => answerOf(outcome) !== undefined }
    return new Pollable(event)
  }

  get(): Result<Result<IncomingResponse>> | undefined {
    const answer = answerOf(this.#outcome)
    if (!answer) return undefined
    if (this.#taken) return { tag: 'err', val: undefined }
    this.#taken = true
    return { tag: 'ok', val: 'failure' in answer ? { tag: 'err', val: toErrorCode(answer.failure) } : { tag: 'ok', val: new IncomingResponse(answer) } }
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

function answerOf(outcome: Outcome): Answer | undefined {
  if (outcome.failed) return { failure: outcome.failed }
  const answer = outcome.sent?.answer
  return answer && outcome.stage ? (outcome.varied ??= varyAnswer(answer, outcome.stage)) : answer
}

/** The codes that carry something, with nothing in it: what it would hold is of this machine. */
const payloads: Partial<Record<Failure, unknown>> = { 'DNS-error': { rcode: undefined, infoCode: undefined } }

/** WASI's error code for a failure. */
export function toErrorCode(failure: Failure): { tag: Failure; val: unknown } {
  return { tag: failure, val: payloads[failure] }
}

type Whole = Exclude<Answer, { failure: Failure }>

export class IncomingResponse {
  readonly #answer: Whole
  #consumed = false

  constructor(answer: Whole) {
    activePass().hold()
    this.#answer = answer
  }

  status(): number {
    return this.#answer.status
  }

  headers(): Fields {
    const fields = new Fields()
    for (const [name, value] of this.#answer.headers) put(fields, name, Buffer.from(value, 'latin1'))
    return freeze(fields)
  }

  consume(): IncomingBody {
    if (this.#consumed) fail()
    this.#consumed = true
    return new IncomingBody(this.#answer.body)
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

export class IncomingBody {
  readonly #bytes: Uint8Array
  #taken = false

  constructor(bytes: Uint8Array) {
    activePass().hold()
    this.#bytes = bytes
  }

  stream(): InputStream {
    if (this.#taken) fail()
    this.#taken = true
    return new InputStream(sourceOf(this.#bytes))
  }

  static finish(_body: IncomingBody): FutureTrailers {
    activePass().release()
    return new FutureTrailers()
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

/** Trailers are not kept: there are none. */
export class FutureTrailers {
  #taken = false

  constructor() {
    activePass().hold()
  }

  subscribe(): Pollable {
    return new Pollable(always)
  }

  get(): Result<Result<Fields | undefined>> {
    if (this.#taken) return { tag: 'err', val: undefined }
    this.#taken = true
    return { tag: 'ok', val: { tag: 'ok', val: undefined } }
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}
