import { type Id, type Message, find, findString, isAnswer, membersOf } from '../message.ts'
import { textOf } from '../json.ts'
import { clearTimeout, realElapsed as now, setTimeout } from '../real.ts'

/** The client's requests that the server has yet to answer, and those that were answered in its stead. */
export type Pending = {
  /** Notes the requests in a message to the server, and takes back those that it cancels. */
  asked(message: Message): void
  /** Notes the answers in a message to the client. True when all of them come too late. */
  answered(message: Message): boolean
  /** The ids of all that is open, oldest first; the same id in flight twice stands there twice. Their answers are late from then on. */
  takeAll(): Id[]
  readonly size: number
  stop(): void
}

/** `ms` milliseconds, except for requests that are `untimed`; `expired` is told of each request that stays unanswered for that long. */
export type TimeLimit = { ms: number; untimed?: ((message: Message) => boolean) | undefined; expired: (id: Id) => void }

/** One request in flight. Those under the same id are a chain, answered oldest first; its head knows the newest. */
type Open = { deadline: number; expired: boolean; next: Open | undefined; newest: Open }

/** What setTimeout can count to. */
const longestTimer = 2 ** 31 - 1

/** All limits are equal, so the oldest open request expires first and one timer is enough. */
export function createPending(limit?: TimeLimit): Pending {
  const requests = createRequests()
  let timer: NodeJS.Timeout | undefined

  function ask(message: Message): void {
    if (message.kind === 'notification' && message.method === 'notifications/cancelled') cancel(message)
    if (message.kind !== 'request') return
    const deadline = limit && !isUntimed(message, limit) ? now() + limit.ms : Number.POSITIVE_INFINITY
    requests.add(message.id!, deadline)
    if (deadline !== Number.POSITIVE_INFINITY) wakeIn(limit!.ms)
  }

  /** A cancelled request needs no answer; one that was already answered in the server's stead stays, for its answer is still late. */
  function cancel(message: Message): void {
    const id = cancelledId(message)
    if (id !== undefined && requests.oldest(id)?.expired === false) requests.removeOldest(id)
  }

  function answer(message: Message): boolean {
    return isAnswer(message) && message.id !== undefined && requests.removeOldest(message.id)?.expired === true
  }

  function wakeIn(ms: number): void {
    timer ??= setTimeout(expire, Math.min(ms, longestTimer))
  }

  function expire(): void {
    timer = undefined
    const time = now()
    let next = Number.POSITIVE_INFINITY
    for (const [id, request] of requests.inFlight()) {
      if (request.deadline > time) next = Math.min(next, request.deadline)
      else {
        requests.giveUp(request)
        limit!.expired(id)
      }
    }
    if (next !== Number.POSITIVE_INFINITY) wakeIn(next - time)
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
      const all = [...requests.inFlight()]
      for (const [, request] of all) requests.giveUp(request)
      return all.map(([id]) => id)
    },
    get size() {
      return requests.size
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

function createRequests() {
  const heads = new Map<Id, Open>()
  let size = 0
  return {
    /** How many are neither answered nor given up. */
    get size() {
      return size
    },
    oldest: (id: Id) => heads.get(id),
    add(id: Id, deadline: number): void {
      const added = { deadline, expired: false, next: undefined } as unknown as Open
      added.newest = added
      const head = heads.get(id)
      if (head) head.newest = head.newest.next = added
      else heads.set(id, added)
      size++
    },
    removeOldest(id: Id): Open | undefined {
      const head = heads.get(id)
      if (!head) return undefined
      if (head.next) {
        head.next.newest = head.newest
        heads.set(id, head.next)
      } else heads.delete(id)
      if (!head.expired) size--
      return head
    },
    giveUp(request: Open): void {
      request.expired = true
      size--
    },
    *inFlight(): Generator<[Id, Open]> {
      for (const [id, head] of heads) for (let one: Open | undefined = head; one; one = one.next) if (!one.expired) yield [id, one]
    },
  }
}

function cancelledId(message: Message): Id | undefined {
  const span = find(message, 'params', 'requestId')
  if (!span) return undefined
  const text = textOf(message.bytes, span)
  return text.startsWith('"') ? JSON.stringify(findString(message, 'params', 'requestId')) : text
}

/** A subscription is answered when it ends (2026-07-28), so no limit fits it. */
function isUntimed(message: Message, limit: TimeLimit): boolean {
  return message.method === 'subscriptions/listen' || limit.untimed?.(message) === true
}
