import { type Message, isAnswer } from '../message.ts'
import type { Context, Tap } from '../tap.ts'

/** What comes out of a lane: a message to pass on, an answer that a tap gave and that goes back from that tap's place, or neither. */
export type Outlet = {
  pass(message: Message, context: Context): void
  back(answer: Message, from: number): void
  /** A tap threw on this message, which goes no further. */
  fail(error: unknown, message: Message, context: Context): void
  /** The lane was stopped before the message came out. */
  refuse(message: Message, context: Context): void
}

/** One direction through the taps; keeps messages in order even when a tap takes its time. */
export type Lane = {
  /**
   * `from` is the place of the first tap to see the message; the lane's own first one when absent.
   * A promise comes back only to slow the sender down: while much waits for a tap that takes its time.
   */
  send(message: Message, context: Context, from?: number): void | Promise<void>
  /** Resolves when what was sent so far has come out. */
  settled(): Promise<void>
  /** From now on no tap is called and nothing is passed on; what is still under way is refused. */
  stop(): void
}

/** Past this many bytes that wait for a tap the sender is told to wait. */
const highWaterMark = 64 * 1024

/** `step` is 1 from the client to the server, −1 back. */
export function createLane(taps: readonly Tap[], step: 1 | -1, outlet: Outlet): Lane {
  const first = step === 1 ? 0 : taps.length - 1
  let queue: Promise<void> | undefined
  let waiting = 0
  let room: PromiseWithResolvers<void> | undefined
  let stopped = false

  function run(message: Message, context: Context, from: number): void | Promise<void> {
    if (stopped) return outlet.refuse(message, context)
    for (let place = from; place >= 0 && place < taps.length; place += step) {
      const next = taps[place]!.message(message, context)
      if (next instanceof Promise) return next.then((verdict) => proceed(message, verdict, context, place))
      if (next !== message) return proceed(message, next, context, place)
    }
    outlet.pass(message, context)
  }

  function proceed(message: Message, verdict: Message | undefined, context: Context, place: number): void | Promise<void> {
    if (stopped) return outlet.refuse(message, context)
    if (!verdict) return
    if (message.kind === 'request' && isAnswer(verdict)) return outlet.back(verdict, place - step)
    return run(verdict, context, place + step)
  }

  function attempt(message: Message, context: Context, from: number): void | Promise<void> {
    try {
      return run(message, context, from)?.catch((error: unknown) => outlet.fail(error, message, context))
    } catch (error) {
      outlet.fail(error, message, context)
    }
  }

  /** The next message waits until this one has come out. */
  function enqueue(message: Message, running: Promise<void>): void | Promise<void> {
    waiting += message.bytes.length
    const last = running.finally(() => {
      waiting -= message.bytes.length
      if (queue === last) queue = undefined
      if (waiting > highWaterMark) return
      room?.resolve()
      room = undefined
    })
    queue = last
    return waiting > highWaterMark ? (room ??= Promise.withResolvers<void>()).promise : undefined
  }

  return {
    send(message, context, from = first) {
      const running = queue ? queue.then(() => attempt(message, context, from)) : attempt(message, context, from)
      return running && enqueue(message, running)
    },
    settled: () => queue ?? Promise.resolve(),
    stop() {
      stopped = true
    },
  }
}
