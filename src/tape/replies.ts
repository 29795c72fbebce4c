/** Which recorded request an answer belongs to, found while messages go by; holds only what is unanswered. */
import { type Id, type Message, isAnswer, membersOf } from '../message.ts'
import type { Direction } from '../tap.ts'

type Asked = { readonly entry: number; readonly exchange: number | undefined }

/** What was asked in one direction of one session. */
type Open = {
  readonly byId: Map<Id, Asked[]>
  /** Answered by shadowcat itself in the server's place: a late answer may still come. */
  readonly expired: Map<Id, Asked[]>
  /** Batches and what was no request at all: an error without an id answers the oldest. */
  readonly anonymous: Asked[]
}

export type ReplyFacts = { session: number; direction: Direction; exchange?: number | undefined; origin?: 'shadowcat' | undefined; late: boolean }

/**
 * Told of each entry in order, says which entry it answers, if any. Of equal ids in flight the one of the same HTTP exchange is meant, or else the
 * oldest. An entry that holds several answers (a batch) answers the request of the first; members of a batch of requests are answered as the batch.
 */
export function createReplies(): (entry: number, message: Message, facts: ReplyFacts) => number | undefined {
  const sessions = new Map<number, Record<Direction, Open>>()

  return (entry, message, facts) => {
    let session = sessions.get(facts.session)
    if (!session) sessions.set(facts.session, (session = { 'to-server': createOpen(), 'to-client': createOpen() }))
    const own = session[facts.direction]
    const others = session[facts.direction === 'to-server' ? 'to-client' : 'to-server']
    const asked = { entry, exchange: facts.exchange }
    let replyTo: number | undefined
    for (const member of membersOf(message)) {
      if (member.kind === 'request') push(own.byId, member.id!, asked)
      else if (isAnswer(member)) replyTo ??= settle(others, member, facts)?.entry
    }
    if (message.kind === 'batch' || message.kind === 'invalid') own.anonymous.push(asked)
    return replyTo
  }
}

function createOpen(): Open {
  return { byId: new Map(), expired: new Map(), anonymous: [] }
}

function settle(open: Open, answer: Message, { exchange, origin, late }: ReplyFacts): Asked | undefined {
  const { id } = answer
  if (id === undefined || id === 'null') return open.anonymous.shift()
  const asked = (late ? take(open.expired, id, exchange) : undefined) ?? take(open.byId, id, exchange)
  if (asked && origin) push(open.expired, id, asked)
  return asked
}

function push(map: Map<Id, Asked[]>, id: Id, asked: Asked): void {
  const queue = map.get(id)
  if (queue) queue.push(asked)
  else map.set(id, [asked])
}

function take(map: Map<Id, Asked[]>, id: Id, exchange: number | undefined): Asked | undefined {
  const queue = map.get(id)
  if (!queue) return undefined
  const same = exchange === undefined ? -1 : queue.findIndex((asked) => asked.exchange === exchange)
  const [asked] = queue.splice(Math.max(same, 0), 1)
  if (queue.length === 0) map.delete(id)
  return asked
}
