import { type Message, membersOf } from '../message.ts'
import { realElapsed } from '../real.ts'
import type { Direction } from '../tap.ts'
import type { Transport } from '../transport.ts'
import { type Watcher, createWaiting } from './waiting.ts'

/** What passed, when in milliseconds since the watch began. */
export type Passed = { readonly direction: Direction; readonly message: Message; readonly time: number }

/** The same transport, with what passes written down. Its callbacks may be set until it starts. */
export function watch(inner: Transport, watcher: Watcher = {}): { transport: Transport; passed: readonly Passed[] } {
  const begun = realElapsed()
  const passed: Passed[] = []
  const note = (direction: Direction, message: Message): void => void passed.push({ direction, message, time: Math.round(realElapsed() - begun) })
  const { opening, sent, received, closed } = createWaiting(watcher)

  const transport: Transport = {
    async start() {
      inner.onmessage = (message) => {
        note('to-client', message)
        membersOf(message).forEach(received)
        transport.onmessage?.(message)
      }
      inner.onend = () => transport.onend?.()
      inner.onclose = (error) => {
        closed()
        transport.onclose?.(error)
      }
      inner.onerror = (error) => transport.onerror?.(error)
      await opening(inner.start())
    },
    send(message) {
      note('to-server', message)
      membersOf(message).forEach(sent)
      return inner.send(message)
    },
    end: () => inner.end?.(),
    close: () => inner.close(),
    pause: () => inner.pause?.(),
    resume: () => inner.resume?.(),
  }
  return { transport, passed }
}
