import { type Id, type Message, find, findString, isAnswer, membersOf } from '../message.ts'
import { textOf } from '../json.ts'

/** The client's requests that the server has yet to answer, and those that were answered in its stead. */
export type Pending = {
  /** Notes the requests in a message to the server, and takes back those that it cancels. */
  asked(message: Message): void
  /** Notes the answers in a message to the client. True when all of them come too late. */
  answered(message: Message): boolean
  /** Takes all that is open, oldest first; the same id in flight twice stands there twice. */
  takeAll(): Id[]
  readonly size: number
  stop(): void
}

export type TimeLimit = { ms: number; untimed?: ((message: Message) => boolean) | undefined; expired: (id: Id) => void }

type Open = { count: number; deadline: number }

/**
 * With a time limit, `expired` is told of each request that stays unanswered for that long; its answer is late from then on.
 * All limits are equal, so the oldest open request expires first and one timer is enough.
 */
export function createPending(limit?: TimeLimit): Pending {
  const open = new Map<Id, Open>()
  const expired = new Set<Id>()
  let timer: NodeJS.Timeout | undefined

  function ask(message: Message): void {
    if (message.kind === 'notification') {
      if (message.method === 'notifications/cancelled') cancel(message)
      return
    }
    if (message.kind !== 'request') return
    const deadline = limit && !isUntimed(message, limit) ? performance.now() + limit.ms : Number.POSITIVE_INFINITY
    const known = open.get(message.id!)
    if (known) known.count++
    else open.set(message.id!, { count: 1, deadline })
    if (deadline !== Number.POSITIVE_INFINITY) timer ??= setTimeout(expire, limit!.ms)
  }

  function cancel(message: Message): void {
    const span = find(message, 'params', 'requestId')
    if (!span) return
    const text = textOf(message.bytes, span)
    close(text.startsWith('"') ? JSON.stringify(findString(message, 'params', 'requestId')) : text)
  }

  function close(id: Id): void {
    const known = open.get(id)
    if (known && --known.count === 0) open.delete(id)
  }

  function answer(message: Message): boolean {
    if (!isAnswer(message) || message.id === undefined) return false
    if (open.has(message.id)) {
      close(message.id)
      return false
    }
    return expired.delete(message.id)
  }

  function expire(): void {
    timer = undefined
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    for (const [id, { deadline }] of open) {
      if (deadline > now) next = Math.min(next, deadline)
      else {
        close(id)
        expired.add(id)
        limit!.expired(id)
      }
    }
    if (next !== Number.POSITIVE_INFINITY) timer = setTimeout(expire, next - now)
  }

  return {
    asked(message) {
      if (message.kind === 'batch') membersOf(message).forEach(ask)
      else ask(message)
    },
    answered(message) {
      if (message.kind !== 'batch') return answer(message)
      const members = membersOf(message).map(answer)
      return members.every(Boolean)
    },
    takeAll() {
      const ids = [...open].flatMap(([id, { count }]) => Array.from({ length: count }, () => id))
      open.clear()
      return ids
    },
    get size() {
      return open.size
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

/** A subscription is answered when it ends (2026-07-28), so no limit fits it. */
function isUntimed(message: Message, limit: TimeLimit): boolean {
  return message.method === 'subscriptions/listen' || limit.untimed?.(message) === true
}
