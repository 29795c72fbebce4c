import { expect, test } from 'vitest'
import type { Failure } from '../../src/host/failure.ts'
import { withRemedy } from '../../src/host/remedy.ts'
import type { Time } from '../../src/world/clock.ts'
import { endingOf, heldWorld, load } from './components.ts'

const late: Failure = { kind: 'time', message: 'the call took longer than its limit of 60 s' }
const uses = (count: number, name = 'wasi:clocks/wall-clock'): { interface: string; function: string; n: number }[] => Array.from({ length: count }, (_, index) => ({ interface: name, function: 'now', n: index + 1 }))

test('a loop that waits for a held clock is told how to move it', async () => {
  const component = await load('clock')
  const outcome = await component.call({ name: 'busy' }, [1_000_000_000n], heldWorld(), { limits: { time: 500 } })
  expect(endingOf(outcome)).toEqual({ kind: 'time', message: 'the call took longer than its limit of 500 ms: it reads the clock again and again, which is held and does not move by itself; with --tick 1ms each reading moves it' })
})

test('and ends where readings move the clock, after as many as it takes', async () => {
  const component = await load('clock')
  const outcome = await component.call({ name: 'busy' }, [1_000_000_000n], heldWorld({ time: { mode: 'tick', nanoseconds: 1_000_000n } }))
  expect(endingOf(outcome)).toBe(1000n)
})

test('and ends with the machine’s own time', async () => {
  const component = await load('clock')
  expect(endingOf(await component.call({ name: 'busy' }, [2_000_000n], heldWorld({ time: { mode: 'real' } })))).toBeGreaterThan(0n)
})

test.each<[string, Failure, number, Time]>([
  ['that is no wait for a clock', late, 1000, { mode: 'held' }],
  ['whose clock moves', late, 5000, { mode: 'tick', nanoseconds: 1n }],
  ['that follows the machine', late, 5000, { mode: 'real' }],
  ['that ended otherwise', { kind: 'trap', message: 'wasm trap: unreachable' }, 5000, { mode: 'held' }],
])('a call %s is told nothing more', (_, failure, count, time) => {
  expect(withRemedy(failure, uses(count), time)).toBe(failure)
})

test('readings are counted, and nothing else', () => {
  expect(withRemedy(late, uses(5000, 'wasi:other/clock'), { mode: 'held' })).toBe(late)
  expect(withRemedy(late, uses(1001), { mode: 'held' }).message).toContain('--tick 1ms')
})
