import { describe, expect, test } from 'vitest'
import { type PlayerOptions, createPlayer } from '../../src/replay/player.ts'
import type { Recording } from '../../src/tape/entry.ts'
import { type Conversation, answerTo, beginSession, createConversation, notification, progress, request, toolCall, toolResult } from '../conversations.ts'
import { type Client, connect, textOf } from './client.ts'

const json = (value: unknown): string => JSON.stringify(value)
const initialize = (capabilities: object = {}, protocolVersion = '2025-11-25') => request(0, 'initialize', { protocolVersion, capabilities, clientInfo: { name: 'test', version: '1' } })
const initialized = notification('notifications/initialized')
const balance = (id: number | string, account: string) => toolCall(id, 'get_balance', { account })

type Played = { player: ReturnType<typeof createPlayer>; client: Client }

async function play(tape: Conversation | Recording, options: PlayerOptions = {}): Promise<Played> {
  const player = createPlayer('recording' in tape ? tape.recording : tape, options)
  return { player, client: await connect(player) }
}

describe('a tape with one call of get_balance{A}', () => {
  const tape = createConversation()
  beginSession(tape)
  tape.client(balance(1, 'A'))
  const answer = tape.server('{"jsonrpc":"2.0", "id":1, "result":{"content":[{"type":"text","text":"100"}],"structuredContent":{"result":11747705409506696368,"x":1.0}}}')

  test('answers it with the recorded bytes, whatever the id', async () => {
    const { player, client } = await play(tape)
    expect(await client.say(balance('live', 'A'))).toEqual([textOf(answer.message).replace('"id":1', '"id":"live"')])
    expect(player.misses).toEqual([])
    expect(player.unused()).toEqual([])
  })

  test.each([
    ['another tool', toolCall(1, 'delete_account', { account: 'B' }), ['/params/name', '/params/arguments/account']],
    ['other arguments', balance(1, 'B'), ['/params/arguments/account']],
    ['another method', request(1, 'prompts/get', { name: 'get_balance', arguments: { account: 'A' } }), ['/method']],
    ['a number in the place of a text', toolCall(1, 'get_balance', { account: 1 }), ['/params/arguments/account']],
    ['one argument more', toolCall(1, 'get_balance', { account: 'A', more: 1 }), ['/params/arguments/more']],
  ])('misses %s, and says what is nearest', async (_name, call, pointers) => {
    const { player, client } = await play(tape)
    const [missed] = await client.send(call)
    const { error } = missed!.value as { error: { code: number; message: string; data: { request: object; nearest: { entry: number; differences: { pointer: string }[] }[] } } }
    expect(error.code).toBe(-32081)
    expect(error.data.request).toEqual(call)
    expect(error.data.nearest.map(({ entry }) => entry)).toEqual([4])
    expect(error.data.nearest[0]!.differences.map(({ pointer }) => pointer)).toEqual(pointers)
    expect(player.misses).toHaveLength(1)
    expect(player.misses[0]).toMatchObject({ session: 1, forwarded: false })
    expect(player.unused().map(({ id }) => id)).toEqual([4])
  })

  test('misses a second get_balance{A}', async () => {
    const { player, client } = await play(tape)
    const [first, second] = await client.send(balance(1, 'A'), balance(2, 'A'))
    expect([first!.kind, second!.kind]).toEqual(['result', 'error'])
    expect(second!.value).toMatchObject({ error: { code: -32081, data: { nearest: [{ entry: 4, used: true, differences: [] }] } } })
    expect(player.misses).toHaveLength(1)
  })

  test('answers it again when asked to', async () => {
    const { player, client } = await play(tape, { repeat: 'last' })
    expect((await client.send(balance(1, 'A'), balance(2, 'A'))).map(({ kind }) => kind)).toEqual(['result', 'result'])
    expect(player.misses).toEqual([])
  })

  test('lets a parameter vary that is ignored', async () => {
    const { client } = await play(tape, { ignore: ['/params/arguments/account'] })
    expect((await client.send(balance(1, 'B')))[0]!.kind).toBe('result')
  })

  test('is the same object after any replay', async () => {
    const facts = () => tape.entries.map(({ message, ...rest }) => ({ ...rest, text: textOf(message) }))
    const before = structuredClone(facts())
    const { client } = await play(tape)
    await client.send(initialize(), initialized, balance(7, 'A'), balance(8, 'B'))
    expect(facts()).toEqual(before)
  })
})

describe('the four classes', () => {
  test('plumbing is matched by method, never missed and never unused', async () => {
    const tape = createConversation()
    beginSession(tape)
    tape.call(5, 'logging/setLevel', { level: 'info' }, { set: true })
    const { player, client } = await play(tape)
    expect(player.unused()).toEqual([])
    const said = await client.say(initialize({}, '2024-11-05'), initialized, initialized, request(2, 'ping'), request(3, 'logging/setLevel', { level: 'debug' }), request(4, 'initialize', {}))
    expect(said).toEqual([
      textOf(tape.entries[1]!.message),
      textOf(tape.entries[1]!.message).replace('"id":0', '"id":4'),
      json({ jsonrpc: '2.0', id: 3, result: { set: true } }),
      json({ jsonrpc: '2.0', id: 2, result: {} }),
    ])
    expect(player.misses).toEqual([])
    expect(player.warnings.join()).toContain('2024-11-05')
  })

  test('ping and setLevel that were not recorded are answered {}', async () => {
    const { client } = await play(createConversation())
    expect(await client.say(request('', 'ping'), request(0, 'logging/setLevel', { level: 'info' }))).toEqual(['{"jsonrpc":"2.0","id":"","result":{}}', '{"jsonrpc":"2.0","id":0,"result":{}}'])
  })

  test('a handshake of the other era is refused as a server of the recorded era refuses it', async () => {
    const older = createConversation()
    beginSession(older)
    const { client } = await play(older)
    expect((await client.send(request(1, 'server/discover', {})))[0]!.value).toMatchObject({ error: { code: -32601 } })
    const newer = createConversation({ protocolVersion: '2026-07-28' })
    newer.call(1, 'server/discover', {}, { supportedVersions: ['2026-07-28'] })
    const other = await play(newer)
    expect((await other.client.send(initialize()))[0]!.value).toMatchObject({ error: { code: -32022, data: { supported: ['2026-07-28'], requested: '2025-11-25' } } })
    expect((await other.client.send(request(9, 'server/discover')))[0]!.kind).toBe('result')
  })

  test('lists answer in order, then the last again, each cursor for itself; unused ones do not count', async () => {
    const tape = createConversation()
    tape.call(1, 'tools/list', {}, { tools: [] })
    tape.call(2, 'tools/list', undefined, { tools: [{ name: 'a' }], nextCursor: 'n' })
    tape.call(3, 'tools/list', { cursor: 'n' }, { tools: [{ name: 'b' }] })
    const { player, client } = await play(tape)
    expect(player.unused()).toEqual([])
    const ask = (id: number, params?: object) => request(id, 'tools/list', params)
    const said = await client.send(ask(1), ask(2), ask(3, {}), ask(4, { cursor: 'n' }), ask(5, { cursor: 'n' }), ask(6, { cursor: 'other' }))
    const byId = new Map(said.map((message) => [message.id, (message.value as { result?: { tools: { name: string }[] } }).result?.tools.map(({ name }) => name).join()]))
    expect(Object.fromEntries(byId)).toEqual({ 1: '', 2: 'a', 3: 'a', 4: 'b', 5: 'b', 6: undefined })
    expect(player.misses).toHaveLength(1)
  })

  test('polls answer in order, then the last again', async () => {
    const tape = createConversation()
    for (const [id, status] of ['working', 'working', 'completed'].entries()) tape.call(id, 'tasks/get', { taskId: 't' }, { status })
    const { player, client } = await play(tape)
    expect(player.unused()).toEqual([])
    const said: string[] = []
    for (let id = 0; id < 4; id++) said.push(...(await client.say(request(id, 'tasks/get', { taskId: 't' }))))
    expect(said.map((text) => /"status":"(\w+)"/.exec(text)![1])).toEqual(['working', 'working', 'completed', 'completed'])
    expect((await client.send(request(9, 'tasks/get', { taskId: 'u' })))[0]!.kind).toBe('error')
    expect(player.misses).toHaveLength(1)
  })

  test('calls answer in order, once each, or all again in turn', async () => {
    const tape = createConversation()
    for (const id of [1, 2]) {
      tape.client(toolCall(id, 'roll', {}))
      tape.server(toolResult(id, `rolled ${id}`))
    }
    const roll = async (repeat: 'none' | 'last' | 'all') => {
      const { client } = await play(tape, { repeat })
      const said: string[] = []
      for (let id = 0; id < 4; id++) said.push(...(await client.say(toolCall(id, 'roll', {}))))
      return said.map((text) => /rolled (\d)/.exec(text)?.[1] ?? 'miss')
    }
    expect(await roll('none')).toEqual(['1', '2', 'miss', 'miss'])
    expect(await roll('last')).toEqual(['1', '2', '2', '2'])
    expect(await roll('all')).toEqual(['1', '2', '1', '2'])
  })

  test('_meta is left out, but for the protocol version and the client’s capabilities', async () => {
    const tape = createConversation()
    const meta = (id: number, more: object) => request(id, 'tools/call', { name: 'a', arguments: {}, _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', ...more } })
    tape.client(meta(1, { trace: 1 }))
    tape.server(toolResult(1, 'a'))
    expect((await (await play(tape)).client.send(meta(2, { trace: 2 })))[0]!.kind).toBe('result')
    expect((await (await play(tape)).client.send(meta(2, { 'io.modelcontextprotocol/clientCapabilities': {} })))[0]!.kind).toBe('error')
    expect((await (await play(tape)).client.send(toolCall(1, 'a', {})))[0]!.kind).toBe('error')
  })
})

describe('causal order', () => {
  test('answers to requests that are pending leave in recorded order, and none waits for a request that never comes', async () => {
    const tape = createConversation()
    for (const id of [1, 2, 3]) tape.client(toolCall(id, `t${id}`, {}))
    for (const id of [2, 3, 1]) tape.server(toolResult(id, `t${id}`))
    const calls = [1, 2, 3].map((id) => toolCall(id, `t${id}`, {}))
    const ids = async (...order: object[]) => (await (await play(tape)).client.send(...order)).map(({ id }) => id)
    expect(await ids(...calls)).toEqual(['2', '3', '1'])
    expect(await ids(calls[2]!, calls[0]!)).toEqual(['3', '1'])
    expect(await ids(calls[0]!)).toEqual(['1'])
  })

  test('a progress message comes with its request, under the live token, and not at all without one', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'slow', {}, 'old'))
    tape.server('{"jsonrpc":"2.0","method":"notifications/progress","params":{ "progressToken" : "old", "progress":0.50}}')
    tape.server(toolResult(1, 'done'))
    const { client } = await play(tape)
    expect(await client.say(toolCall(9, 'slow', {}, 0))).toEqual(['{"jsonrpc":"2.0","method":"notifications/progress","params":{ "progressToken" : 0, "progress":0.50}}', json(toolResult(9, 'done'))])
    const other = await play(tape)
    expect(await other.client.say(toolCall(9, 'slow', {}))).toEqual([json(toolResult(9, 'done'))])
  })

  test('what hangs on a notification of the client comes when that comes, and the rest does not wait for it', async () => {
    const tape = createConversation()
    beginSession(tape)
    tape.server(notification('notifications/tools/list_changed'))
    tape.call(1, 'tools/list', {}, { tools: [] })
    const { client } = await play(tape)
    expect(await client.say(request(1, 'tools/list'))).toEqual([json(answerTo(1, { tools: [] }))])
    expect(await client.say(initialized)).toEqual([json(notification('notifications/tools/list_changed'))])
  })

  test('what came before the client said anything comes at the start', async () => {
    const tape = createConversation()
    tape.server(notification('notifications/message', { level: 'info', data: 'hello' }))
    const { client } = await play(tape)
    expect((await client.heard()).map(textOf)).toEqual([json(notification('notifications/message', { level: 'info', data: 'hello' }))])
  })

  test('a matched request without a recorded answer gets an error that says so', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'dies', {}))
    const { player, client } = await play(tape)
    const [error] = await client.send(toolCall(5, 'dies', {}))
    expect(error!.value).toMatchObject({ id: 5, error: { code: -32000, message: expect.stringContaining('entry 1') } })
    expect(player.misses).toEqual([])
  })

  test('what shadowcat said is replayed as recorded, late answers never', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'slow', {}))
    const timeout = tape.server({ jsonrpc: '2.0', id: 1, error: { code: -32001, message: 'no answer in time' } }, { origin: 'shadowcat' })
    tape.server(toolResult(1, 'late'), { late: true })
    const { client } = await play(tape)
    expect(await client.say(toolCall(1, 'slow', {}))).toEqual([textOf(timeout.message)])
  })

  test('an answer to nobody is not given to a request that waits under its id', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'ask', {}))
    tape.server(toolResult(77, 'stray'))
    tape.server(request('s', 'roots/list'))
    tape.client(answerTo('s', { roots: [] }))
    tape.server(toolResult(1, 'done'))
    const { client } = await play(tape)
    expect((await client.send(toolCall(77, 'ask', {}))).map(({ method }) => method)).toEqual(['roots/list'])
    const other = await play(tape)
    expect((await other.client.say(toolCall(1, 'ask', {})))[0]).toBe(json(toolResult(77, 'stray')))
  })
})

describe('requests of the server', () => {
  const tape = createConversation()
  beginSession(tape, { sampling: {} })
  tape.client(toolCall(1, 'ask', {}, 'p'))
  const asks = tape.server(request(0, 'sampling/createMessage', { maxTokens: 9 }))
  tape.client(answerTo(0, { role: 'assistant', content: { type: 'text', text: 'yes' } }))
  tape.server(progress('p', 1))
  tape.server(toolResult(1, 'you said yes'))
  const hello = [initialize({ sampling: {} }), initialized] as const
  const yes = (id: number | string) => answerTo(id, { role: 'assistant', content: { type: 'text', text: 'yes' } })

  test('come with their call; what followed upon the client’s answer waits for that answer alone', async () => {
    const { player, client } = await play(tape)
    await client.send(...hello)
    expect(await client.say(toolCall('c', 'ask', {}, 'q'))).toEqual([textOf(asks.message)])
    expect((await client.send(request(3, 'ping')))[0]!.id).toBe('3')
    expect(await client.say(yes(0))).toEqual([json(progress('q', 1)), json(toolResult('c', 'you said yes'))])
    expect(player.misses).toEqual([])
  })

  test('that are answered otherwise make the call around them a miss', async () => {
    const { player, client } = await play(tape)
    await client.send(...hello, toolCall('c', 'ask', {}, 'q'))
    const [missed, ...more] = await client.send(answerTo(0, { role: 'assistant', content: { type: 'text', text: 'no' } }))
    expect(more).toEqual([])
    expect(missed!.value).toMatchObject({
      id: 'c',
      error: { code: -32081, data: { request: { method: 'tools/call' }, nearest: [{ entry: 6, differences: [{ pointer: '/result/content/text', recorded: 'yes', actual: 'no' }] }] } },
    })
    expect(player.misses).toHaveLength(1)
  })

  test('may be answered otherwise where that is ignored', async () => {
    const { player, client } = await play(tape, { ignore: ['/result/content/text'] })
    await client.send(...hello, toolCall('c', 'ask', {}, 'q'))
    expect(await client.send(answerTo(0, { role: 'assistant', content: { type: 'text', text: 'no' } }))).toHaveLength(2)
    expect(player.misses).toEqual([])
  })

  test('answered with an error where a result was recorded is a miss too', async () => {
    const { player, client } = await play(tape)
    await client.send(...hello, toolCall('c', 'ask', {}, 'q'))
    expect((await client.send({ jsonrpc: '2.0', id: 0, error: { code: -1, message: 'rejected' } }))[0]!.kind).toBe('error')
    expect(player.misses).toHaveLength(1)
  })

  test('with equal ids at once get an id of their own', async () => {
    const { client } = await play(tape, { repeat: 'all' })
    await client.send(...hello)
    const [first, second] = await client.send(toolCall('a', 'ask', {}), toolCall('b', 'ask', {}))
    expect(first!.id).toBe('0')
    expect(second!.id).not.toBe('0')
    expect((await client.send({ ...yes(0), id: JSON.parse(second!.id!) }))[0]!.id).toBe('"b"')
    expect((await client.send(yes(0)))[0]!.id).toBe('"a"')
  })

  test('are an error that names the capability for a client which lacks it', async () => {
    const { player, client } = await play(tape)
    const [error] = await client.send(initialize({ roots: {} }))
    expect(error!.value).toMatchObject({ error: { code: -32021, message: expect.stringContaining('sampling'), data: { requiredCapabilities: { sampling: {} } } } })
    expect(player.misses).toEqual([])
  })

  test('without a call around them are noted when they are answered otherwise', async () => {
    const roots = createConversation()
    beginSession(roots, { roots: {} })
    roots.server(request('r', 'roots/list'))
    roots.client(answerTo('r', { roots: [{ uri: 'file:///a' }] }))
    roots.server(notification('notifications/message', { data: 'got roots' }))
    const same = await play(roots)
    await same.client.send(initialize({ roots: {} }), initialized)
    expect(await same.client.say(answerTo('r', { roots: [{ uri: 'file:///a' }] }))).toEqual([json(notification('notifications/message', { data: 'got roots' }))])
    const other = await play(roots)
    await other.client.send(initialize({ roots: {} }), initialized)
    expect(await other.client.send(answerTo('r', { roots: [{ uri: 'file:///b' }] }))).toEqual([])
    expect(other.player.misses[0]!.nearest[0]!.differences[0]!.pointer).toBe('/result/roots/0/uri')
  })

  test('answered otherwise after their call was answered do not answer it again', async () => {
    const late = createConversation()
    late.client(toolCall(1, 'ask', {}))
    late.server(request('s', 'roots/list'))
    late.server(toolResult(1, 'done already'))
    late.client(answerTo('s', { roots: [] }))
    const { player, client } = await play(late)
    expect((await client.send(toolCall(7, 'ask', {}))).map(({ id }) => id)).toEqual(['"s"', '7'])
    expect(await client.send(answerTo('s', { roots: [{ uri: 'file:///x' }] }))).toEqual([])
    expect(player.misses).toHaveLength(1)
  })

  test('that the server cancelled are cancelled under the live id', async () => {
    const cancels = createConversation()
    cancels.client(toolCall(1, 'ask', {}))
    cancels.server(request(5, 'sampling/createMessage', {}))
    cancels.server(notification('notifications/cancelled', { requestId: 5 }))
    cancels.server(toolResult(1, 'gave up'))
    const { client } = await play(cancels, { repeat: 'last' })
    const said = await client.send(toolCall(1, 'ask', {}), toolCall(2, 'ask', {}))
    const asked = said.filter(({ method }) => method === 'sampling/createMessage').map(({ id }) => id)
    const cancelled = said.filter(({ method }) => method === 'notifications/cancelled').map((message) => JSON.stringify((message.value as { params: { requestId: unknown } }).params.requestId))
    expect(new Set(asked).size).toBe(2)
    expect(cancelled).toEqual(asked)
  })
})

describe('cancellation', () => {
  test('a request that was cancelled when it was recorded gets no answer when it is cancelled', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'spin', {}))
    tape.client(notification('notifications/cancelled', { requestId: 1 }))
    tape.server(notification('notifications/message', { data: 'stopped' }))
    tape.call(2, 'ping', undefined, {})
    const { player, client } = await play(tape)
    expect(await client.send(toolCall('x', 'spin', {}))).toEqual([])
    expect(await client.say(notification('notifications/cancelled', { requestId: 'x' }))).toEqual([json(notification('notifications/message', { data: 'stopped' }))])
    client.transport.end!()
    expect(await client.heard()).toEqual([])
    expect(player.misses).toEqual([])
  })

  test('that never comes does not leave the request unanswered for ever', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'spin', {}))
    tape.client(notification('notifications/cancelled', { requestId: 1 }))
    const { client } = await play(tape)
    expect(await client.send(toolCall('x', 'spin', {}))).toEqual([])
    client.transport.end!()
    expect((await client.heard()).map(({ id, kind }) => [id, kind])).toEqual([['"x"', 'error']])
  })

  test('of a request that is answered already, or that never was, changes nothing', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'a', {}))
    tape.server(toolResult(1, 'a'))
    const { client } = await play(tape)
    expect(await client.send(toolCall(1, 'a', {}), notification('notifications/cancelled', { requestId: 1 }), notification('notifications/cancelled', { requestId: 2 }), notification('notifications/cancelled'))).toHaveLength(1)
  })
})

describe('the stateless era', () => {
  const subscribed = (id: unknown) => ({ _meta: { 'io.modelcontextprotocol/subscriptionId': id } })
  const listen = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } })

  test('notifications of a subscription carry the id of the live listen request; the subscription’s answer comes at the end', async () => {
    const tape = createConversation({ protocolVersion: '2026-07-28' })
    tape.client(listen('L'))
    tape.server(notification('notifications/subscriptions/acknowledged', { ...subscribed('L'), notifications: {} }))
    tape.client(toolCall(1, 'load', {}))
    tape.server(notification('notifications/tools/list_changed', subscribed('L')))
    tape.server(toolResult(1, 'loaded'))
    tape.server({ jsonrpc: '2.0', id: 'L', result: { ...subscribed('L') } })
    const { client } = await play(tape)
    expect(await client.say(listen(77))).toEqual([json(notification('notifications/subscriptions/acknowledged', { ...subscribed(77), notifications: {} }))])
    expect(await client.say(toolCall(2, 'load', {}))).toEqual([json(notification('notifications/tools/list_changed', subscribed(77))), json(toolResult(2, 'loaded'))])
    client.transport.end!()
    expect((await client.heard()).map(textOf)).toEqual([json({ jsonrpc: '2.0', id: 77, result: { ...subscribed(77) } })])
    const without = await play(tape)
    expect(await without.client.say(toolCall(2, 'load', {}))).toEqual([json(toolResult(2, 'loaded'))])
  })

  test('a retry after an input request is a call of its own, told apart by its state and its answers', async () => {
    const tape = createConversation({ protocolVersion: '2026-07-28' })
    const call = (id: number, more: object) => request(id, 'tools/call', { name: 'book', arguments: {}, ...more })
    const needsInput = { resultType: 'input_required', inputRequests: { who: { method: 'elicitation/create', params: { mode: 'form' } } }, requestState: 's1' }
    const retry = (id: number, name: string) => call(id, { requestState: 's1', inputResponses: { who: { action: 'accept', content: { name } } } })
    tape.client(call(1, {}))
    tape.server(answerTo(1, needsInput))
    tape.client(retry(2, 'Ann'))
    tape.server(toolResult(2, 'booked'))
    const { player, client } = await play(tape)
    expect(await client.say(call(8, {}))).toEqual([json(answerTo(8, needsInput))])
    expect((await client.send(retry(9, 'Bob')))[0]!.value).toMatchObject({ error: { code: -32081 } })
    expect(await client.say(retry(10, 'Ann'))).toEqual([json(toolResult(10, 'booked'))])
    expect(player.misses[0]!.nearest[0]!.differences[0]!.pointer).toBe('/params/inputResponses/who/content/name')
  })

  test('a request whose client cannot give the input gets an error that names the capability', async () => {
    const tape = createConversation({ protocolVersion: '2026-07-28' })
    const call = (id: number, capabilities: object) => request(id, 'tools/call', { name: 'book', _meta: { 'io.modelcontextprotocol/clientCapabilities': capabilities } })
    tape.client(call(1, { elicitation: {} }))
    tape.server(answerTo(1, { resultType: 'input_required', inputRequests: { who: { method: 'elicitation/create', params: {} } } }))
    const { client } = await play(tape, { ignore: ['/params/_meta/io.modelcontextprotocol~1clientCapabilities'] })
    expect((await client.send(call(1, {})))[0]!.value).toMatchObject({ error: { code: -32021, data: { requiredCapabilities: { elicitation: {} } } } })
  })
})

describe('batches', () => {
  const tape = createConversation()
  tape.client([toolCall(1, 'a', {}, 'p'), toolCall(2, 'b', {}), notification('notifications/x')])
  tape.server(progress('p', 1))
  tape.server([toolResult(2, 'b'), toolResult(1, 'a')])
  tape.client('{}')
  tape.server({ jsonrpc: '2.0', error: { code: -32600, message: 'what?' } })
  tape.client([toolCall(3, 'c', {})])
  tape.server({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'no batches' } })

  test('are matched as a whole and answered as they were', async () => {
    const { player, client } = await play(tape)
    expect(await client.say([toolCall('x', 'a', {}, 7), toolCall('y', 'b', {})])).toEqual([json(progress(7, 1)), json([toolResult('y', 'b'), toolResult('x', 'a')])])
    expect(await client.say([toolCall(9, 'c', {})])).toEqual([json({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'no batches' } })])
    expect(player.misses).toEqual([])
    expect(player.unused()).toEqual([])
  })

  test('that were not recorded so are answered one by one', async () => {
    const { player, client } = await play(tape)
    const said = await client.send([toolCall('x', 'a', {}), request('p', 'ping')])
    expect(said.map(({ id, kind }) => [id, kind])).toEqual([['"x"', 'error'], ['"p"', 'result']])
    expect(player.misses).toHaveLength(1)
    expect(player.unused().map(({ id }) => id)).toEqual([1, 6])
  })

  test('a message that is none is answered as recorded, else with an error without an id', async () => {
    const { client } = await play(tape)
    expect(await client.say(' {} ')).toEqual([textOf(tape.entries[4]!.message)])
    expect((await client.send('5'))[0]!.value).toMatchObject({ id: null, error: { code: -32600 } })
  })

  test('answers that a server gathered are given to each request by itself', async () => {
    const gathered = createConversation()
    gathered.client(toolCall(1, 'a', {}))
    gathered.client(toolCall(2, 'b', {}))
    gathered.server([toolResult(1, 'a'), toolResult(2, 'b')])
    const { client } = await play(gathered)
    expect(await client.say(toolCall(5, 'b', {}))).toEqual([json(toolResult(5, 'b'))])
  })
})

describe('many recorded sessions', () => {
  const tape = createConversation()
  for (const name of ['a', 'b', 'a']) {
    if (tape.entries.length > 0) tape.session()
    beginSession(tape)
    tape.client(toolCall(1, name, {}))
    tape.server(toolResult(1, `${name} of session ${tape.recording.sessions.length}`), {})
  }

  test('each live session takes the first that is free and fits; when all are taken it starts over', async () => {
    const player = createPlayer(tape.recording)
    const said: string[] = []
    for (const name of ['b', 'a', 'a', 'a']) {
      const client = await connect(player)
      await client.send(initialize(), initialized)
      const [answer] = await client.say(toolCall(1, name, {}))
      said.push(/session (\d)/.exec(answer!)?.[1] ?? 'miss')
    }
    expect(said).toEqual(['2', '1', '3', '1'])
    expect(player.unused()).toEqual([])
  })

  test('sessions at once do not share what they have asked', async () => {
    const player = createPlayer(tape.recording)
    const [one, two] = [await connect(player), await connect(player)]
    await one.send(initialize(), initialized)
    await two.send(initialize(), initialized)
    expect((await one.say(toolCall(1, 'a', {})))[0]).toContain('session 1')
    expect((await two.say(toolCall(1, 'a', {})))[0]).toContain('session 3')
    expect((await one.send(toolCall(2, 'a', {})))[0]!.kind).toBe('error')
    expect(player.misses.map(({ session }) => session)).toEqual([1])
  })
})

describe('timing', () => {
  test('of the recording, or a part of it, is kept by the given timers', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'slow', {}, 'p'))
    tape.server(progress('p', 1), { timestamp: 40_000 })
    tape.server(toolResult(1, 'done'), { timestamp: 100_000 })
    const waits: { callback: () => void; at: number }[] = []
    let clock = 1000
    const timers = { now: () => clock, set: (callback: () => void, ms: number) => waits.push({ callback, at: clock + ms }), clear: () => undefined }
    const { client } = await play(tape, { timing: 0.5, timers })
    expect(await client.send(toolCall(1, 'slow', {}, 'p'))).toEqual([])
    const next = async () => {
      const wait = waits.shift()!
      clock = wait.at
      wait.callback()
      return [clock - 1000, (await client.heard()).map(({ kind }) => kind)]
    }
    expect(await next()).toEqual([20, ['notification']])
    expect(await next()).toEqual([50, ['result']])
    expect(waits).toEqual([])
  })

  test('keeps an answer apart from its progress when asked to, once', async () => {
    const tape = createConversation()
    tape.client(toolCall(1, 'slow', {}, 'p'))
    for (const step of [1, 2]) tape.server(progress('p', step))
    tape.server(toolResult(1, 'done'))
    tape.client(toolCall(2, 'quick', {}))
    tape.server(toolResult(2, 'done'))
    const waits: { callback: () => void; ms: number }[] = []
    const timers = { now: () => 0, set: (callback: () => void, ms: number) => waits.push({ callback, ms }), clear: () => undefined }
    const { client } = await play(tape, { pace: 5, timers })
    expect((await client.send(toolCall(1, 'slow', {}, 'p'), toolCall(2, 'quick', {}))).map(({ kind }) => kind)).toEqual(['notification', 'notification', 'result'])
    expect(waits.map(({ ms }) => ms)).toEqual([5])
    waits[0]!.callback()
    expect((await client.heard()).map(({ id }) => id)).toEqual(['1'])
    expect(waits).toHaveLength(1)
  })
})

test('a reader that pauses is sent nothing until it goes on, and is told to wait when much has gathered', async () => {
  const tape = createConversation()
  tape.client(toolCall(1, 'a', {}))
  tape.server(toolResult(1, 'a'))
  const { client } = await play(tape, { repeat: 'last' })
  client.transport.pause!()
  expect(await client.send(toolCall(1, 'a', {}))).toEqual([])
  let room: void | Promise<void>
  for (let id = 0; id < 2000; id++) room = client.transport.send(tape.entries[0]!.message)
  expect(room!).toBeInstanceOf(Promise)
  client.transport.resume!()
  await room!
  expect(await client.heard()).toHaveLength(2001)
})

test('a closed player says so once, and nothing after', async () => {
  const { client } = await play(createConversation())
  let closes = 0
  client.transport.onclose = () => void closes++
  void client.transport.send(createConversation().client(request(1, 'ping')).message)
  await client.transport.close()
  await client.transport.close()
  expect(await client.send(request(2, 'ping'))).toEqual([])
  expect(closes).toBe(1)
})
