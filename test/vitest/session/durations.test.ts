import { expect, test } from 'vitest'
import { createConversation, beginSession, request, toolCall, toolResult } from '../../conversations.ts'
import { connectPlayed } from './connected.ts'

test('durations are those of the recording that answered', async () => {
  const conversation = createConversation()
  beginSession(conversation)
  const at = (ms: number): { timestamp: number } => ({ timestamp: ms * 1000 })
  const ask = (id: number, from: number, to: number): void => {
    const { id: entry } = conversation.client(toolCall(id, 'echo', {}), at(from))
    conversation.server(toolResult(id, 'a'), { ...at(to), replyTo: entry })
  }
  ask(1, 100, 350)
  ask(2, 400, 400.5)
  const { session } = connectPlayed(conversation.recording).connection
  expect([(await session.callTool('echo')).duration, (await session.callTool('echo')).duration]).toEqual([250, 0.5])
  expect(session.calls.map(({ duration }) => duration)).toEqual([250, 0.5])
})

test('a call that was not recorded, or not answered, has none', async () => {
  const conversation = createConversation()
  beginSession(conversation)
  conversation.client(request(1, 'tools/call', { name: 'open' }))
  const { session } = connectPlayed(conversation.recording).connection
  await Promise.allSettled([session.callTool('open'), session.callTool('other')])
  expect(session.calls.map(({ duration }) => duration)).toEqual([undefined, undefined])
})
