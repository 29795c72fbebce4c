import { describe, expect, test } from 'vitest'
import { ShadowcatError } from '../../src/errors.ts'
import type { Message } from '../../src/message.ts'
import { createForwarding } from '../../src/replay/forwarding.ts'
import { createPlayer } from '../../src/replay/player.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import type { Transport } from '../../src/transport.ts'
import type { Upstream } from '../../src/upstream.ts'
import { answerTo, beginSession, createConversation, notification, request, toolCall, toolResult } from '../conversations.ts'
import { connect, toMessage } from './client.ts'

type Live = { upstream: Upstream; heard: Message[]; say(message: object): void; server: Transport; opened: number }

/** A live server in memory that answers by the given function. */
function live(answer: (message: Message) => object | undefined = (message) => (message.kind === 'request' ? toolResult(JSON.parse(message.id!) as number, 'live') : undefined)): Live {
  const { client, server } = createMemoryPair()
  const state: Live = {
    heard: [],
    server,
    opened: 0,
    say: (message) => void server.send(toMessage(message)),
    upstream: {
      describe: () => ({ kind: 'memory' }),
      open() {
        state.opened++
        return client
      },
    },
  }
  server.onmessage = (message) => {
    state.heard.push(message)
    const said = answer(message)
    if (said) state.say(said)
  }
  void server.start()
  return state
}

const tape = createConversation()
beginSession(tape)
tape.client(toolCall(1, 'known', {}))
tape.server(toolResult(1, 'from the tape'))

const initialize = request('i', 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'live', version: '2' } })

/** Sends, and waits until nothing more comes. */
async function settle(client: Awaited<ReturnType<typeof connect>>, ...messages: object[]): Promise<Message[]> {
  const heard = await client.send(...messages)
  for (let quiet = 0; quiet < 3; quiet++) heard.push(...(await client.heard()))
  return heard
}

test('what the tape holds is answered from it, and no live server is opened', async () => {
  const other = live()
  const player = createPlayer(tape.recording, { onMiss: other.upstream })
  const client = await connect(player)
  expect((await settle(client, initialize, toolCall(5, 'known', {}))).at(-1)!.bytes.toString()).toContain('from the tape')
  expect([other.opened, player.misses]).toEqual([0, []])
})

test('a miss goes to the live server after the client’s own handshake, and is noted as forwarded', async () => {
  const other = live()
  const player = createPlayer(tape.recording, { onMiss: other.upstream })
  const client = await connect(player)
  const heard = await settle(client, initialize, notification('notifications/initialized'), toolCall(5, 'unknown', { x: 1 }), toolCall(6, 'unknown', { x: 2 }))
  expect(heard.map(({ id }) => id)).toEqual(['"i"', '5', '6'])
  expect(other.heard.map(({ method }) => method)).toEqual(['initialize', 'notifications/initialized', 'tools/call', 'tools/call'])
  expect(other.heard[0]!.value).toMatchObject({ params: { clientInfo: { name: 'live' } } })
  expect(other.opened).toBe(1)
  expect(player.misses.map(({ forwarded }) => forwarded)).toEqual([true, true])
  expect(player.warnings.join()).toContain('forwarded')
})

test('requests of the live server reach the client and its answers go back, under ids of their own', async () => {
  const recorded = createConversation()
  recorded.client(toolCall(1, 'known', {}))
  recorded.server(request(1, 'sampling/createMessage', { from: 'tape' }))
  recorded.client(answerTo(1, { said: 'tape' }))
  recorded.server(toolResult(1, 'from the tape'))
  const other = live((message) => {
    if (message.kind === 'result') return toolResult(2, JSON.stringify((message.value as { result: object }).result))
    return message.method === 'tools/call' ? request(1, 'sampling/createMessage', { from: 'live' }) : undefined
  })
  const client = await connect(createPlayer(recorded.recording, { onMiss: other.upstream }))
  const asks = await settle(client, toolCall(1, 'known', {}), toolCall(2, 'unknown', {}))
  expect(asks.map(({ method }) => method)).toEqual(['sampling/createMessage', 'sampling/createMessage'])
  expect(asks[0]!.id).not.toBe(asks[1]!.id)
  const answers = await settle(client, answerTo(JSON.parse(asks[1]!.id!) as string, { said: 'live' }), answerTo(1, { said: 'tape' }))
  expect(answers.map(({ id }) => id).sort()).toEqual(['1', '2'])
  expect(other.heard.at(-1)!.id).toBe('1')
})

test('a request of the tape’s does not take the id of one of the live server’s', async () => {
  const recorded = createConversation()
  recorded.client(toolCall(1, 'known', {}))
  recorded.server(request(1, 'sampling/createMessage', { from: 'tape' }))
  recorded.client(answerTo(1, { said: 'tape' }))
  recorded.server(toolResult(1, 'from the tape'))
  const other = live((message) => (message.method === 'tools/call' ? request(1, 'sampling/createMessage', { from: 'live' }) : undefined))
  const client = await connect(createPlayer(recorded.recording, { onMiss: other.upstream }))
  const [fromLive] = await settle(client, toolCall(2, 'unknown', {}))
  const [fromTape] = await settle(client, toolCall(1, 'known', {}))
  expect(fromLive!.id).not.toBe(fromTape!.id)
  expect((await settle(client, answerTo(JSON.parse(fromTape!.id!) as string, { said: 'tape' }))).map(({ id }) => id)).toEqual(['1'])
})

describe('a forwarding', () => {
  function forward(upstream: Upstream) {
    const delivered: Message[] = []
    const forwarding = createForwarding(upstream, { initialize: undefined, deliver: (message) => void delivered.push(message), reserve: (id) => `"free-${JSON.parse(id)}"`, release: () => undefined })
    return { forwarding, delivered, quiet: async () => { for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve)) } }
  }

  test('passes on cancellations, notifications and what the server cancels', async () => {
    const other = live(() => undefined)
    const { forwarding, delivered, quiet } = forward(other.upstream)
    forwarding.ask(toMessage(toolCall(1, 'a', {})))
    expect(forwarding.cancel(toMessage(notification('notifications/cancelled', { requestId: 2 })))).toBe(false)
    expect(forwarding.cancel(toMessage(notification('notifications/cancelled', { requestId: 1 })))).toBe(true)
    forwarding.notify(toMessage(notification('notifications/roots/list_changed')))
    await quiet()
    expect(other.heard.map(({ method }) => method)).toEqual(['tools/call', 'notifications/cancelled', 'notifications/roots/list_changed'])
    other.say(request(9, 'roots/list'))
    other.say(notification('notifications/cancelled', { requestId: 9 }))
    other.say(toolResult(1, 'cancelled, so it is not passed on'))
    await quiet()
    expect(delivered.map(({ id, value }) => id ?? (value as { params: object }).params)).toEqual(['"free-9"', { requestId: 'free-9' }])
  })

  test('answers with the reason when the server cannot be reached, or goes', async () => {
    const failing: Transport = { start: () => Promise.reject(new ShadowcatError('spawn', 'no such program')), send: () => undefined, close: () => Promise.resolve() }
    const broken = forward({ describe: () => ({ kind: 'broken' }), open: () => failing })
    broken.forwarding.ask(toMessage(toolCall(1, 'a', {})))
    await broken.quiet()
    broken.forwarding.ask(toMessage(toolCall(2, 'a', {})))
    expect(broken.delivered.map((message) => message.value)).toMatchObject([{ id: 1, error: { message: expect.stringContaining('no such program') } }, { id: 2, error: {} }])
    const other = live(() => undefined)
    const gone = forward(other.upstream)
    gone.forwarding.ask(toMessage(toolCall(1, 'a', {})))
    await gone.quiet()
    await other.server.close()
    await gone.quiet()
    expect(gone.delivered.map(({ kind }) => kind)).toEqual(['error'])
  })

  test('answers with the reason when the handshake is refused', async () => {
    const other = live((message) => ({ jsonrpc: '2.0', id: JSON.parse(message.id!) as string, error: { code: -1, message: 'go away' } }))
    const client = await connect(createPlayer(tape.recording, { onMiss: other.upstream }))
    const heard = await settle(client, initialize, toolCall(5, 'unknown', {}))
    expect(heard.at(-1)!.value).toMatchObject({ id: 5, error: { message: expect.stringContaining('go away') } })
  })
})
