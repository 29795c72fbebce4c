import { describe, expect, test } from 'vitest'
import { differences } from '../../src/canonical.ts'
import { parseExact } from '../../src/json.ts'
import type { EntryDifference } from '../../src/tape/diff.ts'
import type { Entry } from '../../src/tape/entry.ts'
import { type Explained, explain, periodsOf } from '../../src/verify/guesses.ts'
import { entriesOf, recordingOf, result } from './conversation.ts'

const then = Date.parse('2026-09-23T10:00:00Z')
const now = Date.parse('2026-11-02T08:30:00Z')
const times = { expected: [{ from: then, to: then + 2000 }], actual: [{ from: now, to: now + 3000 }] }

/** What two results of one call are found to differ in. */
function explained(expected: object, actual: object): Explained[] {
  const [left] = entriesOf([['<', result(1, expected)]])
  const [right] = entriesOf([['<', result(1, actual)]])
  return explain(differencesOf(left!, right!), times)
}

function differencesOf(expected: Entry, actual: Entry): EntryDifference[] {
  return differences(expected.message.exact, actual.message.exact).map(({ pointer, expected: expectedValue, actual: actualValue }) => ({
    kind: 'value',
    tool: 'try',
    expected,
    actual,
    pointer,
    expectedValue,
    actualValue,
  }))
}

describe('values', () => {
  test('that look like time are called so, as a guess', () => {
    expect(explained({ now: '2026-09-23T10:00:01Z', at: 1790157601 }, { now: '2026-11-02T08:30:01Z', at: 1793608201 })).toMatchObject([
      { kind: 'time', guess: 'time', tool: 'try', pointer: '/result/now', expected: '2026-09-23T10:00:01Z', actual: '2026-11-02T08:30:01Z' },
      { kind: 'time', guess: 'time', pointer: '/result/at' },
    ])
  })

  test('that look drawn are called random, as a guess', () => {
    expect(explained({ result: 11747705409506696368n }, { result: 8147705409506696368n })).toMatchObject([{ kind: 'random', guess: 'random', pointer: '/result/result' }])
  })

  test('that look like neither are just other values', () => {
    const [difference] = explained({ balance: 100 }, { balance: 99 })
    expect(difference).toMatchObject({ kind: 'value', pointer: '/result/balance' })
    expect(difference!.guess).toBeUndefined()
  })

  test.each([
    [true, false],
    [null, 'x'],
    ['1', 1],
    [{ a: 1 }, [1]],
  ])('of any types are compared: %j and %j', (a, b) => {
    expect(explained({ v: a }, { v: b })).toMatchObject([{ kind: 'value' }])
  })

  test('that are there in one recording alone are missing or extra at their place', () => {
    expect(explained({ a: 1 }, { b: 2 })).toMatchObject([
      { kind: 'missing', pointer: '/result/a' },
      { kind: 'extra', pointer: '/result/b' },
    ])
  })
})

describe('texts', () => {
  test('that differ only at such places', () => {
    expect(explained({ t: 'now: 2026-09-23T10:00:01Z' }, { t: 'now: 2026-11-02T08:30:01Z' })).toMatchObject([{ kind: 'time', guess: 'time' }])
    expect(explained({ t: 'now: 2026-09-23T10:00:01Z' }, { t: 'then: 2026-11-02T08:30:01Z' })).toMatchObject([{ kind: 'value' }])
  })

  test('that hold JSON are looked into', () => {
    expect(explained({ t: '{"at":1790157601,"n":1}' }, { t: '{"at":1793608201,"n":1}' })).toMatchObject([{ kind: 'time' }])
    expect(explained({ t: '{"at":1790157601,"n":1}' }, { t: '{"at":1793608201,"n":2}' })).toMatchObject([{ kind: 'value' }])
    expect(explained({ t: '[{"id":"b"},{"id":"a"}]' }, { t: '[{"id":"a"},{"id":"b"}]' })).toMatchObject([{ kind: 'order' }])
    expect(explained({ t: '{"a":1,"b":2}' }, { t: '{"b":2,"a":1}' })).toMatchObject([{ kind: 'order' }])
  })

  test('that look like time and chance at once are called random', () => {
    expect(explained({ t: '2026-09-23 5f0c954e-5a2f-4cbb-a87c-0f3a7bd1d0a1' }, { t: '2026-11-02 e7b1bb2c-9b0a-4a43-9d1c-4f6a0ba0f6f5' })).toMatchObject([{ kind: 'random' }])
  })

  test('that repeat structuredContent are called what it is called', () => {
    const wassette = (value: bigint): object => ({ content: [{ type: 'text', text: String(value) }], structuredContent: { result: value }, isError: false })
    expect(explained(wassette(11747705409506696368n), wassette(7n))).toMatchObject([
      { kind: 'value', pointer: '/result/content/0/text', repeats: '/result/structuredContent' },
      { kind: 'value', pointer: '/result/structuredContent/result' },
    ])
    expect(explained(wassette(11747705409506696368n), wassette(71n * 10n ** 17n))).toMatchObject([{ kind: 'random', repeats: '/result/structuredContent' }, { kind: 'random' }])
    const compact = (order: string[]): object => ({ content: [{ type: 'text', text: JSON.stringify({ order }) }], structuredContent: { order } })
    expect(explained(compact(['a', 'b']), compact(['b', 'a']))).toMatchObject([{ kind: 'order', repeats: '/result/structuredContent' }, { kind: 'order', pointer: '/result/structuredContent/order' }])
  })
})

describe('order', () => {
  test('an array with the same members in another order is one difference', () => {
    const found = explained({ list: [{ a: 1 }, { b: 2 }, { c: 3 }], n: 1 }, { list: [{ c: 3 }, { a: 1 }, { b: 2 }], n: 2 })
    expect(found).toMatchObject([
      { kind: 'order', pointer: '/result/list' },
      { kind: 'value', pointer: '/result/n' },
    ])
    expect(found[0]!.actual).toEqual(parseExact(Buffer.from('[{"c":3},{"a":1},{"b":2}]')))
  })

  test('a long array is compared once', () => {
    const list = Array.from({ length: 2000 }, (_, index) => ({ index, text: 'x'.repeat(200) }))
    const changed = list.map(({ index, text }) => ({ index: index + 1, text }))
    expect(explained({ list }, { list: changed })).toHaveLength(2000)
  })

  test('an array with other members is not', () => {
    expect(explained({ list: [1, 2] }, { list: [2, 3] })).toMatchObject([{ kind: 'value', pointer: '/result/list/0' }, { kind: 'value', pointer: '/result/list/1' }])
  })
})

test.each(['order', 'missing', 'extra'] as const)('a message that differs as a whole keeps its kind: %s', (kind) => {
  const [entry] = entriesOf([['<', result(1)]])
  expect(explain([{ kind, expected: entry!, tool: 'try' }], times)).toMatchObject([{ kind, tool: 'try', expectedEntry: entry }])
})

test('a recording lies between its start and its last message, and at the epoch at which its clock was held', () => {
  const recording = recordingOf(entriesOf([['<', 100, result(1)], ['<', 2500, result(2)]]), '2026-09-23T10:00:00.000Z')
  expect(periodsOf(recording)).toEqual([{ from: then, to: then + 2500 }])
  recording.sessions[0]!.world = { epoch: '2000-01-01T00:00:00Z' }
  expect(periodsOf(recording)[1]).toEqual({ from: Date.UTC(2000, 0, 1), to: Date.UTC(2000, 0, 1) + 2500 })
})
