import { expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import type { Stage } from '../../src/vitest/stage.ts'
import { testTape } from '../../src/vitest/test-tape.ts'

const message = createMessage({ jsonrpc: '2.0', method: 'x' })

test('while it is recorded, a tape tells what was said so far', () => {
  const passed: Stage['passed'][number][] = []
  const tape = testTape({ path: '/t/a.tape', plan: 'record', passed } as never)
  expect([tape.path, tape.recording, tape.entries(), tape.misses]).toEqual(['/t/a.tape', true, [], []])
  passed.push({ direction: 'to-server', message, time: 2 })
  expect(tape.entries()).toEqual([{ id: 1, session: 1, timestamp: 2000, direction: 'to-server', message, late: false }])
})

test('when it is replayed, a tape tells what is recorded and what was missed', () => {
  const entries = [{ id: 1 }]
  const misses = [{ session: 1 }]
  const tape = testTape({ path: '/t/a.tape', plan: 'replay', passed: [], recording: { entries }, player: { misses } } as never)
  expect([tape.recording, tape.entries(), tape.misses]).toEqual([false, entries, misses])
})
