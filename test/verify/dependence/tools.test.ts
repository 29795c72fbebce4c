import { expect, test } from 'vitest'
import type { Observed } from '../../../src/host/observed.ts'
import { createMessage } from '../../../src/message.ts'
import type { Change } from '../../../src/verify/dependence/blame.ts'
import type { Call } from '../../../src/verify/dependence/conversation.ts'
import { type Findings, toTools } from '../../../src/verify/dependence/tools.ts'

const message = createMessage({ jsonrpc: '2.0', id: 1, result: {} })
const now = { interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 }
const observed: Observed = { tool: 'a', component: 'one', trace: [now, { interface: 'wasi:io/poll', function: 'poll', n: 1 }], uses: 2, passes: 1, exchanged: [], asked: [] }
const calls: Call[] = [{ number: 1, tool: 'a' }, { number: 2, tool: 'list-components' }, { number: 3, tool: 'b', component: 'two' }, { number: 4, tool: 'a' }]

function toolsOf(changes: Change[], more: Partial<Findings> = {}) {
  const first = calls.map((call) => ({ call, answer: message, ...(call.tool === 'a' && { observed }) }))
  const conversation = { parts: [{ initial: { components: [] }, messages: calls.map((call) => ({ message, call })) }], calls: 4, left: 0 }
  return toTools({ first, changes, conversation, indefinite: new Map(), missing: new Map(), ...more })
}

test('calls of one tool are told together; those that ran no component are not told', () => {
  const use = { component: 'one', ...now }
  const change = (call: number): Change => ({ call, source: 'clock', pointer: '/result/x', use })
  expect(toolsOf([change(1), change(4), { ...change(4), pointer: '/result/y', use: undefined }])).toEqual([
    { tool: 'a', component: 'one', calls: [1, 4], verdict: 'dependent', sources: [{ source: 'clock', uses: 2, effects: [{ pointer: '/result/x', calls: [1, 4], use }, { pointer: '/result/y', calls: [4] }] }] },
  ])
})

test('a source that is used and changes nothing makes no tool dependent', () => {
  expect(toolsOf([])[0]).toMatchObject({ verdict: 'unaffected', sources: [{ source: 'clock', uses: 2, effects: [] }] })
})

test('one call that is indefinite makes its tool so; nothing is known of a component that cannot be had', () => {
  const indefinite = { reason: 'differs' as const, message: 'why', call: 4 }
  const [a, b] = toolsOf([], { indefinite: new Map([[4, indefinite]]), missing: new Map([['two', 'lost']]) })
  expect([a!.verdict, a!.indefinite, b]).toEqual(['indefinite', indefinite, { tool: 'b', component: 'two', calls: [3], verdict: 'unknown', sources: [], missing: 'lost' }])
})
