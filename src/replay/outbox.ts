import type { Message } from '../message.ts'
import { queueMicrotask } from '../real.ts'

/** What leaves for the client: all of one tick together, in recorded order. */
export type Outbox = {
  /** `order` is the recorded entry's id. */
  post(order: number, message: Message): void
  pause(): void
  resume(): void
  close(): void
  /** Set while more waits than a reader should leave unread; resolves when it has read. */
  readonly room: Promise<void> | undefined
}

/** Orders what was never recorded after what was. */
export const unrecorded = Number.MAX_SAFE_INTEGER

const highWaterMark = 1024

export function createOutbox(deliver: (message: Message) => void): Outbox {
  let waiting: { order: number; message: Message }[] = []
  let scheduled = false
  let paused = false
  let closed = false
  let room: PromiseWithResolvers<void> | undefined

  function schedule(): void {
    if (scheduled || paused || closed || waiting.length === 0) return
    scheduled = true
    queueMicrotask(flush)
  }

  function flush(): void {
    scheduled = false
    if (paused || closed) return
    const leaving = waiting.length > 1 ? waiting.sort((a, b) => a.order - b.order) : waiting
    waiting = []
    const stopped = leaving.findIndex(({ message }) => {
      if (!paused && !closed) deliver(message)
      return paused || closed
    })
    if (stopped < 0) makeRoom()
    else if (!closed) waiting = [...leaving.slice(stopped + 1), ...waiting]
  }

  function makeRoom(): void {
    room?.resolve()
    room = undefined
  }

  return {
    post(order, message) {
      waiting.push({ order, message })
      schedule()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      schedule()
      if (waiting.length === 0) makeRoom()
    },
    close() {
      closed = true
      waiting = []
      makeRoom()
    },
    get room() {
      return paused && waiting.length > highWaterMark ? (room ??= Promise.withResolvers<void>()).promise : undefined
    },
  }
}
