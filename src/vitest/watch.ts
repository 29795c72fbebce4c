import { type Message, isAnswer, membersOf } from '../message.ts'
import type { Direction } from '../tap.ts'
import type { Transport } from '../transport.ts'

/** What passed, when in milliseconds since the watch began. */
export type Passed = { readonly direction: Direction; readonly message: Message; readonly time: number }

export type Watcher = {
  /** A request goes out, or an answer to one is about to be delivered. */
  asked?(message: Message): void
  answered?(message: Message): void
}

/** Taken when the module loads: a test may fake it. */
const monotonic = performance.now.bind(performance)

/** The same transport, with what passes written down. Its callbacks may be set until it starts. */
export function watch(inner: Transport, watcher: Watcher = {}): { transport: Transport; passed: readonly Passed[] } {
  const begun = monotonic()
  const passed: Passed[] = []
  const note = (direction: Direction, message: Message): void => void passed.push({ direction, message, time: Math.round(monotonic() - begun) })

  const transport: Transport = {
    start() {
      inner.onmessage = (message) => {
        note('to-client', message)
        for (const member of membersOf(message)) if (isAnswer(member)) watcher.answered?.(member)
        transport.onmessage?.(message)
      }
      inner.onend = () => transport.onend?.()
      inner.onclose = (error) => transport.onclose?.(error)
      inner.onerror = (error) => transport.onerror?.(error)
      return inner.start()
    },
    send(message) {
      note('to-server', message)
      for (const member of membersOf(message)) if (member.kind === 'request') watcher.asked?.(member)
      return inner.send(message)
    },
    end: () => inner.end?.(),
    close: () => inner.close(),
    pause: () => inner.pause?.(),
    resume: () => inner.resume?.(),
  }
  return { transport, passed }
}
