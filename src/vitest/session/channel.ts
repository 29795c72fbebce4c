import { errorCodes } from '../../error-codes.ts'
import { splice, textOf } from '../../json.ts'
import { type Id, type Message, createError, find, isAnswer, membersOf, parseMessage, withId } from '../../message.ts'
import { capabilityOf } from '../../proxy/era.ts'
import { setImmediate } from '../../real.ts'
import type { Transport } from '../../transport.ts'
import type { Line } from './line.ts'
import { type Site, captureSite } from './site.ts'
import type { Greeting, Participant } from './wire.ts'

/** What made a request: the user's line, and later the error when the call was not in the tape. */
export type Origin = { readonly site: Site; miss?: Error | undefined }

export type ChannelOptions = {
  /** What makes the request that is being sent; where it says nothing, the stack does. */
  origin?: () => Origin | undefined
  /** Whether the server's requests of this method are for this client; those whose capability it declares, unless given. */
  takes?: (method: string) => boolean
}

/**
 * A transport for one more client on a line's wire, as if it were alone there: its ids, progress tokens and subscription ids are the wire's on
 * the way out and its own again on the way back; its handshake is answered from the one handshake, which it makes when nobody did before.
 */
export function createChannel(line: Line, { origin, takes }: ChannelOptions = {}): Transport {
  const { wire } = line
  /** By the wire's id the client's own, of what is unanswered. */
  const own = new Map<Id, Id>()
  let capabilities: object = {}
  let leave: (() => void) | undefined
  const inbox = createInbox((message) => transport.onmessage?.(message))

  const participant: Participant = {
    takes: takes ?? ((method) => capabilityOf(method) in capabilities),
    request: inbox.post,
    notification: (message) => inbox.post(withOwn(message, ['params', '_meta', 'io.modelcontextprotocol/subscriptionId'])),
    closed: (reason) => inbox.end(() => transport.onclose?.(reason)),
  }

  const transport: Transport = {
    async start() {
      leave ??= wire.join(participant)
    },
    send(message) {
      const at = origin?.() ?? { site: captureSite(transport.send) }
      for (const member of membersOf(message)) pass(member, at)
    },
    async close() {
      if (!leave) return
      leave()
      leave = undefined
      inbox.end(() => transport.onclose?.())
    },
  }

  function pass(message: Message, at: Origin): void {
    if (message.kind === 'request') request(message, at)
    else if (isAnswer(message)) wire.answer(message)
    else if (message.method === 'notifications/cancelled') cancel(message)
    else if (message.method !== 'notifications/initialized') wire.notify(message)
  }

  function request(message: Message, at: Origin): void {
    if (message.method === 'initialize') void greet(message)
    else if (message.method === 'server/discover' && wire.begun) inbox.post(createError(message.id!, errorCodes.methodNotFound, 'shadowcat: this session has begun with initialize'))
    else ask(message, at)
  }

  async function greet(message: Message): Promise<void> {
    const { params } = message.value as { params?: Greeting }
    capabilities = params?.capabilities ?? {}
    try {
      inbox.post(withId(await wire.greet(params), message.id!))
    } catch {
      // The wire is lost: the participant has been told.
    }
  }

  function ask(message: Message, at: Origin): void {
    const id = line.ask((given) => replaceAt(withId(message, given), ['params', '_meta', 'progressToken'], given), at.site, {
      answered({ answer, miss }) {
        own.delete(id)
        at.miss = miss
        inbox.post(withId(answer, message.id!))
      },
      lost: () => void own.delete(id),
      progress: (progress) => inbox.post(replaceAt(progress, ['params', 'progressToken'], tokenOf(message) ?? 'null')),
    })
    own.set(id, message.id!)
  }

  function cancel(message: Message): void {
    const span = find(message, 'params', 'requestId')
    const cancelled = span && textOf(message.bytes, span)
    const [id] = [...own].find(([, mine]) => mine === cancelled) ?? []
    if (id !== undefined) wire.notify(replaceAt(message, ['params', 'requestId'], id))
  }

  function withOwn(message: Message, keys: string[]): Message {
    const span = find(message, ...keys)
    const mine = span && own.get(textOf(message.bytes, span))
    return mine === undefined ? message : replaceAt(message, keys, mine)
  }

  return transport
}

function tokenOf(request: Message): string | undefined {
  const span = find(request, 'params', '_meta', 'progressToken')
  return span && textOf(request.bytes, span)
}

/** The message with the value at a place, if there is one, replaced; every other byte stays. */
function replaceAt(message: Message, keys: string[], text: string): Message {
  const span = find(message, ...keys)
  return span && textOf(message.bytes, span) !== text ? parseMessage(splice(message.bytes, span, text)) : message
}

type Inbox = {
  post(message: Message): void
  /** Nothing is delivered any more after what has been posted; then calls back. */
  end(ended: () => void): void
}

/**
 * Delivers in order. What follows a notification waits for the next turn of the event loop: the SDK looks for a progress message's listener only
 * in a later microtask, when an answer that came in the same chunk has already removed it.
 */
function createInbox(deliver: (message: Message) => void): Inbox {
  const waiting: (() => void)[] = []
  let held = false
  let ended = false

  function take(step: () => void): void {
    if (held) waiting.push(step)
    else step()
  }

  function flush(): void {
    held = false
    for (let step = waiting.shift(); step; step = held ? undefined : waiting.shift()) step()
  }

  return {
    post(message) {
      if (ended) return
      take(() => {
        held = message.kind === 'notification'
        if (held) setImmediate(flush)
        deliver(message)
      })
    },
    end(callback) {
      if (ended) return
      ended = true
      take(callback)
    },
  }
}
