import { type Shift, shifts } from '../../world/clock.ts'
import { activePass } from '../pass.ts'
import { defineInterface } from './define.ts'
import { Pollable } from './poll.ts'

const perSecond = 1_000_000_000n

/** wasi:clocks' datetime, from nanoseconds since 1970. */
export function toDatetime(nanoseconds: bigint): { seconds: bigint; nanoseconds: number } {
  return { seconds: nanoseconds / perSecond, nanoseconds: Number(nanoseconds % perSecond) }
}

/** What is added to what is told now, and to nothing else. */
export function shiftOf(part: keyof Shift): bigint {
  const stage = activePass().varies('clock')
  return stage ? shifts[stage][part] : 0n
}

function noted(value: bigint): bigint {
  activePass().note(String(value))
  return value
}

export const wallClock = defineInterface('wasi:clocks/wall-clock', {
  now: () => toDatetime(noted(activePass().world.clock.wall() + shiftOf('wall'))),
  resolution: () => ({ seconds: 0n, nanoseconds: 1 }),
})

export const monotonicClock = defineInterface('wasi:clocks/monotonic-clock', {
  now: () => noted(activePass().world.clock.monotonic() + shiftOf('origin')),
  resolution: () => 1n,
  subscribeInstant: (when: bigint) => {
    activePass().note(`at ${when}`)
    return at(when)
  },
  subscribeDuration: (duration: bigint) => {
    activePass().note(`after ${duration}`)
    const { clock } = activePass().world
    return at(clock.elapsed() + duration)
  },
})

function at(deadline: bigint): Pollable {
  const { clock } = activePass().world
  return new Pollable({ ready: () => clock.elapsed() >= deadline, deadline })
}
