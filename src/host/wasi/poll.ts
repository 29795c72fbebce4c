import { Ended } from '../failure.ts'
import { activePass } from '../pass.ts'
import { defineInterface } from './define.ts'

/** What can be waited for. */
export type Event = {
  ready(): boolean
  /** On the monotonic clock, in nanoseconds, for what comes with time. */
  deadline?: bigint
}

export const always: Event = { ready: () => true }

export class Pollable {
  readonly event: Event

  constructor(event: Event) {
    activePass().hold()
    this.event = event
  }

  ready(): boolean {
    return this.event.ready()
  }

  block(): void {
    wait([this.event])
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

/** Which of the events have come; waits until one has. Requests that are out are answered first, then the clock moves to the next deadline. */
export function wait(events: readonly Event[]): number[] {
  const { barrier, clock } = activePass().world
  for (;;) {
    const ready = events.flatMap((event, index) => (event.ready() ? [index] : []))
    if (ready.length > 0) return ready
    if (barrier.waiting()) barrier.reach()
    else clock.until(nextDeadline(events))
  }
}

function nextDeadline(events: readonly Event[]): bigint {
  const deadlines = events.flatMap((event) => event.deadline ?? [])
  if (deadlines.length === 0) throw new Ended('stuck', 'the component waits for what cannot come, such as the answer to a request that it has not sent')
  return deadlines.reduce((least, deadline) => (deadline < least ? deadline : least))
}

export const poll = defineInterface('wasi:io/poll', {
  Pollable,
  poll: (pollables: Pollable[]): Uint32Array => {
    if (pollables.length === 0) throw new Ended('trap', 'wasm trap: empty poll list')
    return Uint32Array.from(wait(pollables.map(({ event }) => event)))
  },
})
