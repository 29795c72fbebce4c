import { expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import type { Stage } from '../../src/vitest/stage.ts'
import type { Seat } from '../../src/vitest/seat.ts'
import { callsIn, tallyOf, withoutTally } from '../../src/vitest/tally.ts'
import type { Passed } from '../../src/vitest/watch.ts'

const sent = (value: object, time: number): Passed => ({ direction: 'to-server', message: createMessage({ jsonrpc: '2.0', ...value }), time })
const came = (value: object, time: number): Passed => ({ ...sent(value, time), direction: 'to-client' })

const passed = [
  sent({ id: 0, method: 'initialize' }, 0),
  came({ id: 0, result: {} }, 5),
  sent({ id: 1, method: 'tools/call' }, 10),
  came({ id: 1, method: 'roots/list' }, 11),
  sent({ id: 1, result: {} }, 12),
  sent({ id: 2, method: 'resources/read' }, 12),
  sent({ id: 3, method: 'tools/list' }, 12),
  came({ id: 2, result: {} }, 14),
  came({ id: 1, result: {} }, 20),
]

const seat = (stage: Partial<Stage>, { misses = [], from = 0 }: { misses?: Error[]; from?: number } = {}): Seat =>
  ({
    stage: { plan: 'replay', passed, taped: { tape: 'tapes/a.tape', command: '' }, ...stage },
    connection: { misses, session: { calls: [{ duration: 100 }, {}] } },
    from,
    unused: () => 2,
  }) as unknown as Seat

test('calls are counted, and how long they took; plumbing and lists are none', () => {
  expect(callsIn(passed)).toEqual({ count: 2, time: 12 })
})

test('a replay tells what was answered, what was not, and what it saved', () => {
  expect(tallyOf(seat({ player: {} as never }, { misses: [new Error('x')] }))).toEqual({ recorded: 0, replayed: 1, missed: 1, unused: 2, savedMs: 88, tape: 'tapes/a.tape' })
  expect(tallyOf(seat({ player: {} as never }, { from: 5 }))).toMatchObject({ replayed: 1, savedMs: 98 })
})

test('a recording tells how much it holds, and a refusal that there was no tape', () => {
  expect(tallyOf(seat({ plan: 'record' }))).toMatchObject({ recorded: 2, replayed: 0, savedMs: 0 })
  expect(tallyOf(seat({ plan: 'refuse', passed: [] }))).not.toHaveProperty('withheld')
  expect(tallyOf(seat({ plan: 'refuse' }, { misses: [new Error('x')] }))).toMatchObject({ withheld: true, missed: 1, replayed: 0 })
})

test("what a test says for itself is told from what an earlier attempt left beside it", () => {
  const tally = tallyOf({ stage: { plan: 'refuse', player: undefined, passed: [], taped: { tape: 'a.tape' } } as unknown as Stage, connection: { misses: [new Error('x')], session: { calls: [] } } as unknown as Seat['connection'], from: 0, unused: () => 0 } as unknown as Seat)
  expect(tally.withheld).toBe(true)
  expect(withoutTally({ ignore: ['/a'], ...tally })).toEqual({ ignore: ['/a'] })
})
