/** What the tape does not answer, asked of a live server beside it. */
import { ShadowcatError, messageOf } from '../errors.ts'
import { type Id, type Message, connectionClosed, createError, createMessage, find, isAnswer, membersOf, parseMessage, withId } from '../message.ts'
import { splice } from '../json.ts'
import { idIn } from '../tape/causality.ts'
import type { Upstream } from '../upstream.ts'

export type Forwarding = {
  /** Asks the live server a request of the client's. */
  ask(request: Message): void
  /** Takes the client's answer, when it is the live server that asked. */
  answer(message: Message): boolean
  /** Takes the client's cancellation, when it is about a request that was forwarded. */
  cancel(message: Message): boolean
  /** Passes another notification of the client's on. */
  notify(message: Message): void
  end(): void
  close(): Promise<void>
}

export type ForwardingOptions = {
  /** The client's own handshake, which is sent again; a client of the stateless era has none. */
  initialize: Message | undefined
  deliver(message: Message): void
  /** An id for a request of the live server's that no request of the tape's has, until it is released. */
  reserve(id: Id): Id
  release(id: Id): void
}

const handshakeId: Id = '"shadowcat-initialize"'
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }

/** Opens the upstream at once. What is asked waits for the handshake; when that or the server fails, it is answered with an error that says why. */
export function createForwarding(upstream: Upstream, options: ForwardingOptions): Forwarding {
  const { deliver, reserve, release } = options
  const transport = upstream.open()
  const asked = new Set<Id>()
  /** By the id that the client knows, the live server's own. */
  const asking = new Map<Id, Id>()
  let waiting: Message[] | undefined = []
  let failure: string | undefined

  function send(message: Message): void {
    if (waiting) waiting.push(message)
    else void transport.send(message)
  }

  function ready(): void {
    const messages = waiting ?? []
    waiting = undefined
    for (const message of messages) void transport.send(message)
  }

  function fail(reason: string): void {
    if (failure !== undefined) return
    failure = `shadowcat: the tape does not hold this call, and the live server could not be asked: ${reason}`
    for (const id of asked) deliver(createError(id, connectionClosed, failure))
    asked.clear()
    waiting = []
  }

  transport.onmessage = (message) => membersOf(message).forEach(receive)
  transport.onclose = (error) => fail(error?.message ?? 'it closed the connection')
  transport.onerror = () => undefined

  function receive(message: Message): void {
    if (isAnswer(message)) {
      if (message.id === handshakeId) greeted(message)
      else if (message.id !== undefined && asked.delete(message.id)) deliver(message)
    } else if (message.kind === 'request') {
      const id = reserve(message.id!)
      asking.set(id, message.id!)
      deliver(withId(message, id))
    } else deliver(message.method === 'notifications/cancelled' ? underLiveId(message) : message)
  }

  function greeted(answer: Message): void {
    if (answer.kind === 'error') return fail(`it refused the handshake: ${answer.bytes.toString()}`)
    void transport.send(createMessage(initialized))
    ready()
  }

  function underLiveId(message: Message): Message {
    const span = find(message, 'params', 'requestId')
    const own = idIn(message, 'params', 'requestId')
    const live = [...asking].find(([, id]) => id === own)?.[0]
    return span && live !== undefined && live !== own ? parseMessage(splice(message.bytes, span, live)) : message
  }

  async function start(): Promise<void> {
    await transport.start()
    await upstream.ready?.()
    if (options.initialize) void transport.send(withId(options.initialize, handshakeId))
    else ready()
  }
  start().catch((error: unknown) => fail(error instanceof ShadowcatError ? error.message : messageOf(error)))

  return {
    ask(request) {
      if (failure !== undefined) return deliver(createError(request.id!, connectionClosed, failure))
      asked.add(request.id!)
      send(request)
    },
    answer(message) {
      const own = message.id === undefined ? undefined : asking.get(message.id)
      if (own === undefined) return false
      asking.delete(message.id!)
      release(message.id!)
      send(withId(message, own))
      return true
    },
    cancel(message) {
      const id = idIn(message, 'params', 'requestId')
      if (id === undefined || !asked.delete(id)) return false
      send(message)
      return true
    },
    notify: send,
    end: () => transport.end?.(),
    close: () => transport.close(),
  }
}
