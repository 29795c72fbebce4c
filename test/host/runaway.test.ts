import { beforeAll, describe, expect, test } from 'vitest'
import type { LoadedComponent } from '../../src/host/load.ts'
import { endingOf, heldWorld, load } from './components.ts'

const mebibyte = 1024 * 1024
let runaway: LoadedComponent
beforeAll(async () => {
  runaway = await load('runaway', { memory: 64 * mebibyte })
})

describe('each ends in its error, within its limit, and the next call is unharmed', () => {
  test.each<[string, unknown[], string, string]>([
    ['loop', [], 'time', 'the call took longer than its limit of 100 ms'],
    ['ask', [], 'time', 'the call took longer than its limit of 100 ms'],
    ['recurse', [], 'stack', 'wasm trap: call stack exhausted'],
    ['hog', [65_536], 'memory', 'the component needs more memory than its limit of 64.0 MB'],
    ['bulk', [32 * mebibyte], 'size', 'the component handed over more than its limit of 16.0 MB at once'],
    ['echoes', [100_000, mebibyte], 'size', 'the component handed over more than its limit of 16.0 MB at once'],
    ['truths', [100_000, mebibyte], 'size', 'the component handed over more than its limit of 16.0 MB at once'],
    ['handles', [1_000_000], 'handles', 'the component holds more than its limit of 10000 handles'],
    ['random-bytes', [2n ** 63n], 'size', 'the component asks for 9223372036854775808 random bytes at once; 67108864 is the most'],
  ])('%s %o', async (name, args, kind, message) => {
    const limits = { time: kind === 'time' ? 100 : 10_000, size: 16 * mebibyte }
    // A loop that reads the clock is also told how to move it.
    expect(endingOf(await runaway.call({ name }, args, heldWorld(), { limits }))).toEqual({ kind, message: name === 'ask' ? expect.stringContaining(message) : message })
    expect(endingOf(await runaway.call({ name: 'fine' }, [], heldWorld()))).toBe(7)
  })

  test('a component is told that it gets no 4 GB', async () => {
    expect(endingOf(await runaway.call({ name: 'grab' }, [65_535], heldWorld()))).toBe(false)
    expect(endingOf(await runaway.call({ name: 'grab' }, [100], heldWorld()))).toBe(true)
  })

  test('the loop of a component that knows nothing of limits too', async () => {
    expect(endingOf(await (await load('spin')).call({ name: 'spin' }, [], heldWorld(), { limits: { time: 50 } }))).toMatchObject({ kind: 'time' })
  })

  test('a wait by the real clock too', async () => {
    const clock = await load('clock')
    const world = heldWorld({ time: { mode: 'real' } })
    expect(endingOf(await clock.call({ name: 'sleep' }, [3_600_000_000_000n], world, { limits: { time: 50 } }))).toMatchObject({ kind: 'time' })
  })

  test('a loop on a clock that is held too; with a tick it ends', async () => {
    const clock = await load('clock')
    expect(endingOf(await clock.call({ name: 'busy' }, [1000n], heldWorld(), { limits: { time: 50 } }))).toMatchObject({ kind: 'time' })
    expect(endingOf(await clock.call({ name: 'busy' }, [1000n], heldWorld({ time: { mode: 'tick', nanoseconds: 10n } })))).toBe(100n)
  })
})

test('hundreds of instances in a row leave no memory behind that is not given back', async () => {
  for (let i = 0; i < 300; i++) expect(endingOf(await runaway.call({ name: 'hog' }, [100], heldWorld()))).toBe(102)
})
