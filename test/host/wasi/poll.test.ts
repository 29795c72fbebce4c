import { expect, test } from 'vitest'
import { Pollable, always, poll, wait } from '../../../src/host/wasi/poll.ts'
import { inPass, thrownBy } from '../components.ts'

test('says which are ready, in order, and waits for none of the others', () => {
  inPass((pass) => {
    const later = new Pollable({ ready: () => pass.world.clock.elapsed() >= 100n, deadline: 100n })
    expect([...poll.poll([later, new Pollable(always), new Pollable(always)])]).toEqual([1, 2])
    expect([later.ready(), pass.world.clock.elapsed()]).toEqual([false, 0n])
  })
})

test('moves the clock to the earliest deadline, and no further', () => {
  inPass((pass) => {
    const at = (deadline: bigint) => ({ ready: () => pass.world.clock.elapsed() >= deadline, deadline })
    expect(wait([at(300n), at(100n), at(200n), at(100n)])).toEqual([1, 3])
    expect(pass.world.clock.elapsed()).toBe(100n)
  })
})

test('what cannot come is not waited for', () => {
  inPass(() => expect(thrownBy(() => new Pollable({ ready: () => false }).block())).toMatchObject({ kind: 'stuck' }))
})

test('an empty list is a trap, as in Wasmtime', () => {
  inPass(() => expect(thrownBy(() => poll.poll([]))).toMatchObject({ kind: 'trap', message: 'wasm trap: empty poll list' }))
})

test('a dropped one gives its place back', () => {
  inPass(() => {
    for (let i = 0; i < 3; i++) new Pollable(always)[Symbol.dispose]()
    expect(new Pollable(always).ready()).toBe(true)
    expect(thrownBy(() => new Pollable(always))).toMatchObject({ kind: 'handles' })
  }, { limits: { time: 1, size: 1, handles: 1 } })
})
