import { expect, test } from 'vitest'
import { shifts } from '../../src/world/clock.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import type { FileNode } from '../../src/world/nodes.ts'
import { createWorld, nothingGranted } from '../../src/world/world.ts'

const epoch = new Date('2026-01-01T00:00:00Z')

test('every pass of every call begins anew, with the same clock and the same randomness', () => {
  const world = createWorld({ epoch, seed: 42n })
  const seen = Array.from({ length: 3 }, () => {
    const { clock, random } = world.enter().pass()
    const values = [clock.wall(), clock.monotonic(), random.u64(), random.u64()]
    clock.until(1000n)
    return values
  })
  expect(seen[1]).toEqual(seen[0])
  expect(seen[2]).toEqual(seen[0])
  expect(seen[0]!.slice(0, 3)).toEqual([1767225600000000000n, 0n, 13679457532755275413n])
})

test('real randomness is drawn once for each call, not for each pass', () => {
  const world = createWorld({ epoch, seed: 'real' })
  const [one, other] = [world.enter(), world.enter()]
  expect(one.pass().random.u64()).toBe(one.pass().random.u64())
  expect(one.seed).not.toBe(other.seed)
})

test('by default nobody sees the time of a file where time is held', () => {
  const files = createMemoryFiles({ '/data/f': 'x' })
  const timed = { ...files, look: (path: readonly string[]) => ({ ...files.look(path)!, modified: 123n }) }
  const modified = (time: 'held' | 'real'): bigint => {
    const { tree } = createWorld({ epoch, files: timed, time: { mode: time } }).enter().pass()
    return (tree.resolve(tree.at(['data']), 'f', true).node as FileNode).modified
  }
  expect([modified('held'), modified('real')]).toEqual([1767225600000000000n, 123n])
})

test('a visit keeps what its call asked of files, each question once for all passes', () => {
  const visit = createWorld({ epoch, files: createMemoryFiles({ '/data/f': 'x' }) }).enter()
  for (const { tree } of [visit.pass(), visit.pass()]) tree.content(tree.resolve(tree.at(['data']), 'f', true).node as FileNode)
  expect(visit.asked.map(({ ask, path }) => `${ask} ${path}`)).toEqual(['look /data', 'look /data/f', 'read /data/f'])
})

test('a visit keeps what the real clocks said; told again, they are not asked', () => {
  const visit = createWorld({ time: { mode: 'real' } }).enter()
  const said = visit.pass().clock.wall()
  expect(visit.readings).toContain(said)
  const again = createWorld({ time: { mode: 'real' }, readings: visit.readings }).enter().pass().clock
  expect(again.wall()).toBe(said)
  expect(() => again.wall()).toThrow('of the clocks, which was not recorded so')
})

test('grants nothing by default', () => {
  expect([nothingGranted.host('https', 'example.com'), nothingGranted.folders, nothingGranted.environment]).toEqual([false, [], []])
})

test.each([
  [{ epoch: new Date('never') }, 'epoch: a date is expected'],
  [{ epoch: new Date(-1) }, 'from 1970 on is expected, as WASI counts from there; found 1969-12-31T23:59:59.999Z'],
  [{ seed: -1n }, 'seed: an unsigned 64-bit integer is expected, such as 42n; found -1'],
  [{ seed: 2n ** 64n }, 'found 18446744073709551616'],
  [{ seed: 42 as unknown as bigint }, 'found 42'],
])('refuses what makes no world', (options, message) => {
  expect(() => createWorld(options)).toThrow(message)
})

test('touches no global', () => {
  const before = [Date, Date.now, Math.random, setTimeout, globalThis.fetch, crypto.getRandomValues, performance.now]
  const { clock, random } = createWorld({ epoch }).enter().pass()
  clock.until(10n ** 12n)
  random.bytes(100)
  expect([Date, Date.now, Math.random, setTimeout, globalThis.fetch, crypto.getRandomValues, performance.now]).toEqual(before)
})

test('a variation of the clock as a whole is another clock, for files too; every other is left to what tells it', () => {
  const files = createMemoryFiles({ '/data/f': 'x' })
  const pass = createWorld({ epoch, files, variation: { source: 'clock' } }).enter().pass()
  expect(pass.clock.wall()).toBe(1767225600000000000n + shifts.content.wall)
  expect((pass.tree.resolve(pass.tree.at(['data']), 'f', true).node as FileNode).modified).toBe(1767225600000000000n + shifts.content.wall)
  expect(pass.variation).toBeUndefined()
  for (const variation of [{ source: 'random' }, { source: 'clock', only: { interface: 'i', function: 'f', n: 1 } }] as const) {
    const other = createWorld({ epoch, seed: 42n, files, variation }).enter().pass()
    expect([other.clock.wall(), other.random.u64(), other.variation]).toEqual([1767225600000000000n, 13679457532755275413n, variation])
  }
})
