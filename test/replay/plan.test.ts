import { expect, test } from 'vitest'
import { ignoreNothing } from '../../src/canonical.ts'
import { createPlans } from '../../src/replay/plan.ts'
import { answerTo, beginSession, createConversation, notification, request, toolCall, toolResult } from '../conversations.ts'

test('each session has its own plan, and an empty tape an empty one', () => {
  const tape = createConversation()
  beginSession(tape)
  tape.client(toolCall(1, 'a', {}))
  tape.session()
  tape.client(toolCall(1, 'b', {}))
  tape.client(notification('notifications/x'))
  const plans = createPlans(tape.recording, ignoreNothing)
  expect(plans.map(({ calls }) => calls.map(({ entry }) => entry.id))).toEqual([[4], [5]])
  expect(plans.map(({ notifications }) => [...notifications.keys()])).toEqual([['notifications/initialized'], ['notifications/x']])
  expect(plans.map(({ version }) => version)).toEqual(['2025-11-25', undefined])
  expect(createPlans({ sessions: [], entries: [], loads: [] }, ignoreNothing)).toHaveLength(1)
})

test('plumbing, lists, polls and answers are no calls', () => {
  const tape = createConversation()
  for (const [id, method] of ['ping', 'tools/list', 'tasks/get', 'tools/call'].entries()) tape.call(id, method, {}, {})
  tape.client('{}')
  const [plan] = createPlans(tape.recording, ignoreNothing)
  expect(plan!.calls.map(({ entry }) => entry.message.method)).toEqual(['tools/call'])
  expect(plan!.requests.map(({ id }) => id)).toEqual([3, 5, 7, 9])
})

test('a call that is nothing but asked and answered is plain, and no other is', () => {
  const tape = createConversation()
  tape.client(toolCall(1, 'plain', {}))
  tape.server(toolResult(1, 'x'))
  tape.client(toolCall(2, 'redacted', {}))
  tape.server(toolResult(2, '[redacted:jwt#1]'))
  tape.client(toolCall(3, 'asks', {}))
  tape.server(answerTo(3, { inputRequests: { a: { method: 'roots/list' } } }))
  tape.client(toolCall(4, 'noisy', {}))
  tape.server(notification('notifications/message'))
  tape.server(toolResult(4, 'x'))
  const [plan] = createPlans(tape.recording, ignoreNothing)
  expect(plan!.calls.map(({ plain }) => plain?.entry.id)).toEqual([2, undefined, undefined, undefined])
})

test('what a server asked is needed only where the recorded client could do it', () => {
  const asking = (capabilities: object) => {
    const tape = createConversation()
    beginSession(tape, capabilities)
    tape.server(request(1, 'roots/list'))
    tape.server(request(2, 'roots/list'))
    return createPlans(tape.recording, ignoreNothing)[0]!.needs
  }
  expect([asking({ roots: {} }), asking({})]).toEqual([['roots'], []])
})
