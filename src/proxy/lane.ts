import { type Message, isAnswer } from '../message.ts'
import type { Context, Tap } from '../tap.ts'

/** What comes out of a lane: a message to pass on, or an answer that a tap gave and that goes back from that tap's place. */
export type Outlet = {
  pass(message: Message, context: Context): void
  back(answer: Message, from: number): void
  fail(error: unknown): void
}

/** One direction through the taps; keeps messages in order even when a tap takes its time. */
export type Lane = {
  /** `from` is the place of the first tap to see the message; the lane's own first one when absent. */
  send(message: Message, context: Context, from?: number): void
  /** Resolves when what was sent so far has come out. */
  settled(): Promise<void>
}

/** `step` is 1 from the client to the server, −1 back. */
export function createLane(taps: readonly Tap[], step: 1 | -1, outlet: Outlet): Lane {
  const first = step === 1 ? 0 : taps.length - 1
  let queue: Promise<void> | undefined

  function run(message: Message, context: Context, from: number): void | Promise<void> {
    for (let place = from; place >= 0 && place < taps.length; place += step) {
      const next = taps[place]!.message(message, context)
      if (next instanceof Promise) return next.then((verdict) => proceed(message, verdict, context, place))
      if (next === message) continue
      return proceed(message, next, context, place)
    }
    outlet.pass(message, context)
  }

  function proceed(message: Message, verdict: Message | undefined, context: Context, place: number): void | Promise<void> {
    if (!verdict) return
    if (message.kind === 'request' && isAnswer(verdict)) return outlet.back(verdict, place - step)
    return run(verdict, context, place + step)
  }

  function attempt(message: Message, context: Context, from: number): void | Promise<void> {
    try {
      return run(message, context, from)?.catch(outlet.fail)
    } catch (error) {
      outlet.fail(error)
    }
  }

  return {
    send(message, context, from = first) {
      const running = queue ? queue.then(() => attempt(message, context, from)) : attempt(message, context, from)
      if (!running) return
      const last = running.finally(() => {
        if (queue === last) queue = undefined
      })
      queue = last
    },
    settled: () => queue ?? Promise.resolve(),
  }
}
