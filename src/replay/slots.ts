/** The places in a recorded server message where the live session has values of its own: ids and tokens, and nothing else. */
import { type Span, splice } from '../json.ts'
import { type Id, Message, find, isAnswer, membersOf, parseMessage } from '../message.ts'
import { compactId } from '../tape/causality.ts'

/**
 * Whose value stands there: the client's request that is answered, its progress token, the subscription's request, a request of the server's
 * own, or the request of the server's that it cancels.
 */
export type Slot = Span & { readonly of: 'request' | 'token' | 'subscription' | 'own' | 'cancelled'; readonly was: Id }

const subscriptionId = 'io.modelcontextprotocol/subscriptionId'

/** The slots of a message, in order. `ids` are those of the requests that it may answer, `tokens` those that its progress may be about. */
export function slotsOf(message: Message, ids: readonly Id[] | undefined, tokens: readonly (Id | undefined)[]): Slot[] {
  if (message.kind === 'result' && ids?.length === 1 && message.id === ids[0] && !message.bytes.includes(subscriptionId)) return [{ of: 'request', was: message.id!, ...message.idSpan! }]
  const slots: Slot[] = []
  for (const member of membersOf(message)) {
    const offset = member.bytes.byteOffset - message.bytes.byteOffset
    const add = (of: Slot['of'], span: Span | undefined, accepted: (was: Id) => boolean = () => true): void => {
      if (!span) return
      const was = compactId(member.bytes, span)
      if (accepted(was)) slots.push({ of, was, start: span.start + offset, end: span.end + offset })
    }
    if (isAnswer(member)) add('request', member.idSpan, (was) => ids?.includes(was) === true)
    if (member.kind === 'request') add('own', member.idSpan)
    if (member.method === 'notifications/progress') add('token', find(member, 'params', 'progressToken'), (was) => tokens.includes(was))
    if (member.method === 'notifications/cancelled') add('cancelled', find(member, 'params', 'requestId'))
    if (!member.bytes.includes(subscriptionId)) continue
    add('subscription', find(member, 'params', '_meta', subscriptionId))
    add('subscription', find(member, 'result', '_meta', subscriptionId))
  }
  return slots.sort((a, b) => a.start - b.start)
}

/** The message with live values in its slots, every other byte as it was; the same object when they are what they were. `undefined` when one has no live value. */
export function fill(message: Message, slots: readonly Slot[], live: (slot: Slot) => Id | undefined): Message | undefined {
  if (slots.length === 1 && slots[0]!.of === 'request' && message.idSpan?.start === slots[0]!.start) {
    const id = live(slots[0]!)
    return id === undefined ? undefined : withLiveId(message, id)
  }
  let filled = message.bytes
  for (let at = slots.length - 1; at >= 0; at--) {
    const slot = slots[at]!
    const value = live(slot)
    if (value === undefined) return undefined
    if (value !== slot.was) filled = splice(filled, slot, value)
  }
  return filled === message.bytes ? message : parseMessage(filled)
}

/** The same message under a live id. Every answer of a replay passes here, so nothing is scanned again: all that is known of the message moves with its id. */
export function withLiveId(message: Message, id: Id): Message {
  if (message.id === id) return message
  const { bytes, kind, method, span } = message
  const { start, end } = message.idSpan!
  const length = Buffer.byteLength(id)
  const longer = length - (end - start)
  const filled = Buffer.allocUnsafe(bytes.length + longer)
  bytes.copy(filled, 0, 0, start)
  filled.write(id, start)
  bytes.copy(filled, start + length, end)
  return new Message(filled, { kind, id, method, span: { start: span.start, end: span.end + longer }, idSpan: { start, end: start + length } })
}
