/** One run: the whole conversation with a host of its own. */
import { ShadowcatError, asShadowcatError } from '../../errors.ts'
import type { EmbeddedOptions } from '../../host/upstream.ts'
import type { Observed } from '../../host/observed.ts'
import { type Id, type Message, isAnswer } from '../../message.ts'
import { clearTimeout, setTimeout } from '../../real.ts'
import type { Transport } from '../../transport.ts'
import type { Call, Conversation, Part } from './conversation.ts'

/** A call, what it was answered, and what its component used meanwhile, if it came to run one. */
export type Answered = { call: Call; answer: Message; observed?: Observed | undefined }

export type ConverseOptions = {
  host: EmbeddedOptions
  /** Told of each call before it is made. */
  before?: ((call: Call) => void) | undefined
  /** Whether a call is not made. */
  skips?: ((call: Call) => boolean) | undefined
  /** Components that cannot be had. */
  without?: ReadonlySet<string> | undefined
  signal?: AbortSignal | undefined
}

/** Says it all, each call after the answer to the one before; of the calls that were made, in order. Rejects when a component cannot be brought back or loaded (`facts.component`), or when `signal` aborts. */
export async function converse({ parts }: Conversation, options: ConverseOptions): Promise<Answered[]> {
  const answered: Answered[] = []
  for (const part of parts) answered.push(...(await converseIn(part, options)))
  return answered
}

async function converseIn({ initial, messages }: Part, { host, before, skips, without, signal }: ConverseOptions): Promise<Answered[]> {
  // What it brings along is loaded when it is used.
  const { embeddedUpstream } = await import('../../host/here.ts')
  let observed: Observed | undefined
  const upstream = embeddedUpstream({ ...host, observe: (call) => (observed = call) })
  const components = initial.components.filter(({ component }) => !without?.has(component))
  await upstream.restore!({ ...initial, components })
  const transport = upstream.open()
  const ask = createAsker(transport)
  const answered: Answered[] = []
  try {
    await transport.start()
    for (const { message, call } of messages) {
      signal?.throwIfAborted()
      if (!call) await transport.send(message)
      else if (!skips?.(call)) {
        observed = undefined
        before?.(call)
        const answer = await ask(message, (host.callTimeout ?? 60_000) + slack)
        answered.push({ call, answer, observed })
      }
    }
  } finally {
    await transport.close()
  }
  return answered
}

/** The host's own limit comes first; so much later (ms) it has forgotten to answer. */
const slack = 10_000

function createAsker(transport: Transport): (message: Message, limit: number) => Promise<Message> {
  let waiting: { id: Id; resolve(answer: Message): void; reject(error: ShadowcatError): void } | undefined
  transport.onmessage = (message) => {
    if (isAnswer(message) && message.id === waiting?.id) waiting?.resolve(message)
  }
  transport.onclose = (error) => waiting?.reject(asShadowcatError(error ?? 'the embedded host has gone', 'closed'))
  return async (message, limit) => {
    const { promise, resolve, reject } = Promise.withResolvers<Message>()
    waiting = { id: message.id!, resolve, reject }
    const timer = setTimeout(() => reject(new ShadowcatError('timeout', `the embedded host gave no answer to ${message.method} within ${limit / 1000} s`)), limit)
    try {
      await transport.send(message)
      return await promise
    } finally {
      clearTimeout(timer)
      waiting = undefined
    }
  }
}
