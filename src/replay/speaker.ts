import { type Id, type Message, isAnswer } from '../message.ts'
import { type Redactor, restoreValues } from '../tape/redact.ts'
import type { Outbox } from './outbox.ts'
import type { Pairs } from './placeholders.ts'
import type { Run } from './runs.ts'
import type { Asking, Saying } from './script.ts'
import { type Slot, fill } from './slots.ts'

/** A request of the recorded server's that waits for the live client's answer. */
export type Open = { readonly run: Run; readonly asking: Asking }

/** Says what the recorded server said, with the live session's ids, tokens and secrets. */
export type Speaker = {
  say(run: Run, saying: Saying): void
  /** A live subscription's id stands for the recorded one's from now on. */
  subscribe(recorded: Id, live: Id): void
  /** The request that the client's answer with this id is for; asked once. */
  answered(id: Id): Open | undefined
  /** Keeps this id, or another if a request of the server's has it now, for a request from elsewhere until it is released. */
  reserve(id: Id): Id
  release(id: Id): void
}

export type SpeakerOptions = { outbox: Outbox; pairs: Pairs; redactor: Redactor | undefined; isOpen: (id: Id) => boolean }

export function createSpeaker({ outbox, pairs, redactor, isOpen }: SpeakerOptions): Speaker {
  const asking = new Map<Id, Open>()
  /** By recorded id, the live ids of the server's unanswered requests and of the client's subscriptions. */
  const ownIds = new Map<Id, Id>()
  const subscriptions = new Map<Id, Id>()
  const reserved = new Set<Id>()
  let fresh = 0

  function freeId(id: Id): Id {
    let free = id
    while (asking.has(free) || reserved.has(free)) free = `"shadowcat-${++fresh}"`
    return free
  }

  function valueAt({ asked }: Run, { of, was }: Slot): Id | undefined {
    if (of === 'subscription') return subscriptions.get(was)
    if (of === 'own' || of === 'cancelled') return ownIds.get(was)
    if (!asked) return undefined
    const { ids, tokens } = asked.recorded
    return of === 'request' ? asked.ids[ids.indexOf(was)] : asked.tokens[tokens.indexOf(was)]
  }

  /** An answer to a cancelled request, to nobody while its id is in use, or about what this client never asked for. */
  function isMoot(run: Run, { message, answers, slots }: Saying): boolean {
    if (answers ? run.cancelled && run.asked?.recorded.cancelled !== undefined : isAnswer(message) && isOpen(message.id ?? '')) return true
    return slots.some((slot) => slot.of !== 'own' && valueAt(run, slot) === undefined)
  }

  /** An answer without an id is one to all. */
  function answeredIn(run: Run, slots: readonly Slot[]): readonly Id[] {
    const ids = slots.filter(({ of }) => of === 'request').map((slot) => valueAt(run, slot)!)
    return ids.length > 0 ? ids : (run.asked?.ids ?? [])
  }

  function restore(message: Message): Message {
    return restoreValues(message, (placeholder) => {
      const live = pairs.liveOf(placeholder)
      return live === undefined ? undefined : (redactor?.values.get(live) ?? live)
    })
  }

  return {
    say(run, saying) {
      const { message, slots, asks, answers, redacted, entry } = saying
      if (isMoot(run, saying)) {
        for (const one of asks) run.heard.set(one, run.since)
        return
      }
      for (const one of asks) {
        const id = freeId(one.id)
        asking.set(id, { run, asking: one })
        ownIds.set(one.id, id)
      }
      if (answers) for (const id of answeredIn(run, slots)) run.answered.add(id)
      const filled = fill(message, slots, (slot) => valueAt(run, slot))!
      outbox.post(entry.id, redacted ? restore(filled) : filled)
    },
    subscribe(recorded, live) {
      subscriptions.set(recorded, live)
    },
    answered(id) {
      const open = asking.get(id)
      if (!open) return undefined
      asking.delete(id)
      if (ownIds.get(open.asking.id) === id) ownIds.delete(open.asking.id)
      return open
    },
    reserve(id) {
      const free = freeId(id)
      reserved.add(free)
      return free
    },
    release(id) {
      reserved.delete(id)
    },
  }
}
