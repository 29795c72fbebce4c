import type { Message } from '../message.ts'
import { queueMicrotask } from '../real.ts'
import type { Tap } from '../tap.ts'
import type { Transport } from '../transport.ts'
import type { Hold } from './hold.ts'

/** A message that has passed the taps and is about to leave. `source` is whom it is owed to: that one is held back when `to` is full. */
export type Letter = { to: Transport; message: Message; source: Transport }

/** What arrives together leaves together, much of it in batches of growing size: before each goes, every tap is flushed once. */
export type Outbox = {
  /** The letter leaves before the current callback of the event loop ends. */
  post(to: Transport, message: Message, source: Transport): void
  /** Lets everything leave now. */
  deliver(): void
  /** Takes back what has not left. */
  recall(): Letter[]
}

/** So many letters do not wait for the end of what arrived with them, then twice as many …: the other side begins while the rest is being read. */
const firstBatch = 16

/** `fail` is told when a tap's flush throws; what was to leave can then be recalled. */
export function createOutbox(taps: readonly Tap[], hold: Hold, fail: (error: unknown) => void): Outbox {
  const flushing = taps.filter((tap) => tap.flush)
  let letters: Letter[] = []
  let scheduled = false
  let batch = firstBatch

  function deliverScheduled(): void {
    scheduled = false
    batch = firstBatch
    deliver()
  }

  function deliver(): void {
    if (letters.length === 0) return
    try {
      for (const tap of flushing) tap.flush!()
    } catch (error) {
      return fail(error)
    }
    const leaving = letters
    letters = []
    for (const { to, message, source } of leaving) {
      const room = to.send(message)
      if (room) hold.until(source, room)
    }
  }

  return {
    post(to, message, source) {
      if (letters.push({ to, message, source }) >= batch) {
        batch *= 2
        deliver()
      }
      if (scheduled) return
      scheduled = true
      queueMicrotask(deliverScheduled)
    },
    deliver,
    recall() {
      const recalled = letters
      letters = []
      return recalled
    },
  }
}
