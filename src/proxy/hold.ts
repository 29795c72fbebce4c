import type { Transport } from '../transport.ts'

/** Holds transports back while there is no room for what they send. */
export type Hold = {
  /** Pauses the source until `room` resolves; one that is held back for several reasons goes on when the last of them is gone. */
  until(source: Transport, room: Promise<void>): void
  holds(source: Transport): boolean
}

export function createHold(): Hold {
  const reasons = new Map<Transport, Set<Promise<void>>>()

  async function release(source: Transport, held: Set<Promise<void>>, room: Promise<void>): Promise<void> {
    await room
    held.delete(room)
    if (held.size === 0) source.resume?.()
  }

  return {
    until(source, room) {
      const held = reasons.get(source) ?? new Set()
      reasons.set(source, held)
      // A receiver that is full gives the same promise for every message.
      if (held.has(room)) return
      held.add(room)
      if (held.size === 1) source.pause?.()
      void release(source, held, room)
    },
    holds: (source) => (reasons.get(source)?.size ?? 0) > 0,
  }
}
