import { expect, test } from 'vitest'
import { ignoreNothing } from '../../src/canonical.ts'
import { answerPlumbing } from '../../src/replay/plumbing.ts'
import { type SessionPlan, createPlans } from '../../src/replay/plan.ts'
import { beginSession, createConversation, request } from '../conversations.ts'
import { toMessage } from './client.ts'

function plan(protocolVersion?: string): SessionPlan {
  const tape = createConversation(protocolVersion === undefined ? {} : { protocolVersion })
  beginSession(tape)
  return createPlans(tape.recording, ignoreNothing)[0]!
}

test.each([
  ['ping', {}, { id: 0, result: {} }],
  ['logging/setLevel', { level: 'info' }, { id: 0, result: {} }],
  ['server/discover', {}, { id: 0, error: { code: -32601 } }],
  ['initialize', { protocolVersion: '2025-11-25' }, { id: 0, error: { code: -32022, data: { supported: ['2026-07-28'], requested: '2025-11-25' } } }],
  ['initialize', {}, { id: 0, error: { code: -32022, data: { requested: null } } }],
])('%s with %j is answered', (method, params, answer) => expect(answerPlumbing(toMessage(request(0, method, params)), plan('2026-07-28'))!.value).toMatchObject(answer))

test('nothing else is', () => {
  expect(answerPlumbing(toMessage(request(0, 'tools/list')), plan())).toBeUndefined()
  expect(answerPlumbing(toMessage(request(0, 'initialize')), plan())!.value).toMatchObject({ error: { data: { supported: [] } } })
})
