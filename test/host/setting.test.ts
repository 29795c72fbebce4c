import { expect, test } from 'vitest'
import { type Setting, fromFacts, settle, toFacts } from '../../src/host/setting.ts'
import { parseExact, stringifyJson, toJson } from '../../src/json.ts'

const epoch = new Date('2026-01-01T00:00:00.123Z')

test('the first choice counts, for epoch and seed each by itself', () => {
  expect(settle({ seed: 1n }, undefined, { epoch, seed: 2n }, { epoch: new Date(0) })).toEqual({ epoch, seed: 1n })
})

test('how time goes is chosen by itself too, and is held where nobody says', () => {
  expect(settle({ seed: 'real' }, { time: { mode: 'real' } }, { epoch, time: { mode: 'held' } })).toEqual({ epoch, seed: 'real', time: { mode: 'real' } })
  expect(settle({ epoch })).not.toHaveProperty('time')
})

test('without any it is the present, and 0', () => {
  const before = Date.now()
  const { epoch: chosen, seed } = settle()
  expect([chosen.getTime() >= before, seed]).toEqual([true, 0n])
})

test('a tape gives back what it was given, to the last bit of the seed', () => {
  for (const seed of [0n, 42n, 2n ** 53n, 2n ** 64n - 1n]) {
    const kept = toJson(parseExact(Buffer.from(stringifyJson(toFacts({ epoch, seed }))))) as { [fact: string]: never }
    expect(fromFacts(kept)).toEqual({ epoch, seed, time: { mode: 'held' } })
  }
  expect(fromFacts(undefined)).toEqual({ epoch: undefined, seed: undefined })
})

test.each<[Setting, object]>([
  [{ epoch, seed: 1n, time: { mode: 'held' } }, { epoch: '2026-01-01T00:00:00.123Z', seed: 1n }],
  [{ epoch, seed: 1n, time: { mode: 'tick', nanoseconds: 1_000_000n } }, { epoch: '2026-01-01T00:00:00.123Z', seed: 1n, tick: '1ms' }],
  [{ epoch, seed: 'real', time: { mode: 'real' } }, { epoch: '2026-01-01T00:00:00.123Z', seed: 'real', clock: 'real' }],
])('%o is kept as %o', (setting, facts) => {
  expect(toFacts(setting)).toEqual(facts)
  expect(fromFacts(toFacts(setting))).toEqual(setting)
})

test('a tape of another kind of world says nothing of time', () => {
  expect(fromFacts({})).toEqual({})
})

test.each([[{ epoch: 'yesterday' }, 'its epoch was yesterday'], [{ epoch: 5 }, 'its epoch was 5'], [{ seed: 'x' }, 'its seed was x'], [{ seed: 1.5 }, 'its seed was 1.5'], [{ tick: 5 }, 'its tick was 5'], [{ tick: '1 day' }, 'its tick was 1 day'], [{ clock: 'fast' }, 'its clock was fast']])('%j is damage', (facts, message) => {
  expect(() => fromFacts(facts)).toThrow(message)
})
