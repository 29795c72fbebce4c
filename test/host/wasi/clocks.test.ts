import { expect, test } from 'vitest'
import { monotonicClock, toDatetime, wallClock } from '../../../src/host/wasi/clocks.ts'
import { inPass } from '../components.ts'

test('the wall clock stands at the epoch and moves with the monotonic one', () => {
  inPass(() => {
    expect(wallClock.now()).toEqual({ seconds: 1_000_000_000n, nanoseconds: 0 })
    monotonicClock.subscribeDuration(2_500_000_001n).block()
    expect(wallClock.now()).toEqual({ seconds: 1_000_000_002n, nanoseconds: 500_000_001 })
    expect(monotonicClock.now()).toBe(2_500_000_001n)
  })
})

test('an instant that has passed, and no time at all, are ready at once', () => {
  inPass(() => {
    monotonicClock.subscribeInstant(50n).block()
    expect([monotonicClock.subscribeInstant(10n).ready(), monotonicClock.subscribeDuration(0n).ready(), monotonicClock.subscribeInstant(51n).ready()]).toEqual([true, true, false])
  })
})

test('the trace says what was read and what is waited for', () => {
  inPass((pass) => {
    wallClock.now()
    monotonicClock.now()
    monotonicClock.subscribeInstant(7n)
    monotonicClock.subscribeDuration(8n)
    expect(pass.trace.map(({ value }) => value)).toEqual(['1000000000000000000', '0', 'at 7', 'after 8'])
  })
})

test('subscribing is no reading: a ticking clock stands', () => {
  inPass(() => {
    monotonicClock.subscribeDuration(5n).ready()
    expect([monotonicClock.now(), monotonicClock.now()]).toEqual([0n, 10n])
  }, {}, { time: { mode: 'tick', nanoseconds: 10n } })
})

test('both can tell nanoseconds', () => {
  expect([inPass(() => wallClock.resolution()), inPass(() => monotonicClock.resolution())]).toEqual([{ seconds: 0n, nanoseconds: 1 }, 1n])
  expect(toDatetime(1_999_999_999n)).toEqual({ seconds: 1n, nanoseconds: 999_999_999 })
})
