import type { Id, Message } from '../../message.ts'
import { classOf } from '../../replay/match.ts'
import type { Entry, Recording } from '../../tape/entry.ts'

/** A call that was recorded `later`, once the `earlier` one had been answered, and is made before it. */
export type Swap = { readonly later: Entry; readonly earlier: Entry; /** The live request that is answered from `later`. */ readonly id: Id }

/** Whether calls are made in the order in which they were recorded: `onplay` is for the player. */
export type Order = {
  onplay(live: Message, recorded: Entry): void
  /** The first two that are not. */
  swap(): Swap | undefined
  /** The recorded calls that were made, in the order in which they are made. */
  played(): Entry[]
}

/**
 * For one live session. Code that makes calls at the same time has no order that it could keep: nothing is said of what was recorded from the first
 * call on that was made while another was unanswered.
 */
export function createOrder(recording: Recording): Order {
  const made: { id: Id; entry: Entry }[] = []
  const played = (): Entry[] => made.map(({ entry }) => entry)

  return {
    onplay(live, entry) {
      if (live.id !== undefined && classOf(live.method) === 'call') made.push({ id: live.id, entry })
    },
    played,
    swap() {
      if (made.every(({ entry }, index) => index === 0 || made[index - 1]!.entry.id < entry.id)) return undefined
      const alone = aloneIn(recording)
      for (const [index, { id, entry: later }] of made.entries()) {
        const [earlier] = made.slice(index + 1).map(({ entry }) => entry).filter((entry) => entry.id < later.id && alone.has(entry)).sort((one, other) => one.id - other.id)
        if (earlier) return { later, earlier, id }
      }
      return undefined
    },
  }
}

/** The calls from the first on that were answered before the next one was made. */
function aloneIn({ entries }: Recording): Set<Entry> {
  const answers = new Map(entries.flatMap(({ id, replyTo }) => (replyTo === undefined ? [] : [[replyTo, id]])))
  const calls = entries.filter(({ direction, message }) => direction === 'to-server' && message.kind === 'request' && classOf(message.method) === 'call')
  const together = calls.findIndex(({ id }, index) => index + 1 < calls.length && !((answers.get(id) ?? Infinity) < calls[index + 1]!.id))
  return new Set(together === -1 ? calls : calls.slice(0, together))
}
