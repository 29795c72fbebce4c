import { expect, test } from 'vitest'
import { type Runs, type RunsOptions, createRuns } from '../../src/replay/runs.ts'
import type { Act, Asking, Saying } from '../../src/replay/script.ts'
import { createConversation, request } from '../conversations.ts'
import { toMessage } from './client.ts'

const entry = createConversation().client(request(1, 'x'))
const say = (delay = 0): Saying => ({ act: 'say', entry, message: entry.message, slots: [], asks: [], answers: true, redacted: false, delay })
const asking: Asking = { id: '1', message: toMessage(request(1, 'roots/list')) }
const hear: Act = { act: 'hear', asking }

function create(options: Partial<RunsOptions> = {}): { runs: Runs; said: string[] } {
  const said: string[] = []
  const timers = { now: () => expect.unreachable(), set: () => expect.unreachable(), clear: () => undefined }
  return { said, runs: createRuns({ factor: 0, timers, pace: 0, say: (_run, { delay }) => void said.push(`say ${delay}`), owe: (_run, id) => void said.push(`owe ${id}`), ...options }) }
}

test('a script goes on at once as far as it can, and ends', () => {
  const { runs, said } = create()
  runs.begin([say(1), say(2), hear, say(3)])
  expect(said).toEqual(['say 1', 'say 2'])
  const [run] = runs.unfinished
  runs.hear(run!, asking)
  expect(said).toEqual(['say 1', 'say 2', 'say 3'])
  expect(runs.unfinished.size).toBe(0)
})

test('an answer that came before it was waited for counts', () => {
  const { runs, said } = create()
  const other: Asking = { ...asking, id: '2' }
  runs.begin([{ act: 'hear', asking: other }, hear, say(1)])
  const [run] = runs.unfinished
  runs.hear(run!, asking)
  runs.hear(run!, other)
  expect(said).toEqual(['say 1'])
})

test('what is held comes at the end, or when it is cancelled; what is owed is not owed to a cancelled request', () => {
  const ended = create()
  ended.runs.begin([{ act: 'hold' }, { act: 'owe', id: '5' }])
  expect(ended.said).toEqual([])
  ended.runs.end()
  expect(ended.said).toEqual(['owe 5'])
  const cancelled = create()
  cancelled.runs.begin([{ act: 'hold' }, { act: 'owe', id: '5' }])
  cancelled.runs.cancel([...cancelled.runs.unfinished][0]!)
  expect([cancelled.said, cancelled.runs.unfinished.size]).toEqual([[], 0])
})

test('a script that is dropped says nothing more', () => {
  const { runs, said } = create()
  runs.begin([hear, say(1)])
  const [run] = runs.unfinished
  runs.drop(run!)
  runs.hear(run!, asking)
  expect(said).toEqual([])
})

test('a pace keeps an answer apart from the notification before it, once, and nothing else', () => {
  const waits: (() => void)[] = []
  const timers = { now: () => 0, set: (callback: () => void) => waits.push(callback), clear: () => undefined }
  const { runs, said } = create({ pace: 5, timers })
  const news: Saying = { ...say(1), answers: false, message: toMessage({ jsonrpc: '2.0', method: 'notifications/progress' }) }
  runs.begin([say(7)])
  runs.begin([news, news, say(2)])
  expect(said).toEqual(['say 7', 'say 1', 'say 1'])
  waits[0]!()
  expect(said.at(-1)).toBe('say 2')
  expect(waits).toHaveLength(1)
})

test('time passes from what was waited for, times the factor; a close stops it', () => {
  let clock = 0
  const waits: (() => void)[] = []
  const cleared: unknown[] = []
  const due: number[] = []
  const timers = {
    now: () => clock,
    set(callback: () => void, ms: number) {
      due.push(clock + ms)
      return waits.push(callback)
    },
    clear: (timer: unknown) => void cleared.push(timer),
  }
  const { runs, said } = create({ factor: 2, timers })
  runs.begin([say(1000), hear, say(3000), say(5000)])
  expect(due).toEqual([2])
  clock = 2
  waits[0]!()
  expect(said).toEqual(['say 1000'])
  clock = 100
  runs.hear([...runs.unfinished][0]!, asking)
  expect(due).toEqual([2, 106])
  clock = 106
  waits[1]!()
  expect(due).toEqual([2, 106, 110])
  runs.close()
  expect([said, cleared.at(-1)]).toEqual([['say 1000', 'say 3000'], 3])
})
