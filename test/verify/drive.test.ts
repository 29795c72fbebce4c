import { describe, expect, test } from 'vitest'
import { type Message, createMessage, findString } from '../../src/message.ts'
import type { Entry } from '../../src/tape/entry.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { type DriveOptions, type Driven, driveSession } from '../../src/verify/drive.ts'
import { call, entriesOf, notification, request, result, text } from './conversation.ts'

type Server = (message: Message, say: (value: object) => void, close: () => void) => void

/** Drives the entries against a server written as one function; returns what it received, as values, and how it went. */
async function drive(entries: readonly Entry[], server: Server, options: Partial<DriveOptions> = {}): Promise<{ received: unknown[]; driven: Driven }> {
  const pair = createMemoryPair()
  const received: unknown[] = []
  pair.server.onmessage = (message) => {
    received.push(message.value)
    server(message, (value) => void pair.server.send(createMessage({ jsonrpc: '2.0', ...value })), () => void pair.server.close())
  }
  await pair.server.start()
  const driven = await driveSession(entries, pair.client, { limit: 5000, settle: 5000, ...options })
  await pair.client.close()
  return { received, driven }
}

const clientSide = (entries: readonly Entry[]): unknown[] => entries.filter(({ direction }) => direction === 'to-server').map(({ message }) => message.value)

const idOf = (message: Message): number => (message.value as { id: number }).id
const answersAll: Server = (message, say) => {
  if (message.kind === 'request') say(result(idOf(message)))
}

describe('what is sent', () => {
  const entries = entriesOf([
    ['>', request(0, 'initialize', { protocolVersion: '2025-11-25' })],
    ['<', result(0)],
    ['>', notification('notifications/initialized')],
    ['>', call('', 'echo', { n: 1 })],
    ['>', call('a', 'echo', { n: 2 })],
    ['<', result('a')],
    ['<', result('')],
  ])

  test('is the recorded client side, in order and byte for byte', async () => {
    const { received, driven } = await drive(entries, answersAll)
    expect(received).toEqual(clientSide(entries))
    expect(driven).toEqual({ sent: 4, unsent: 0, unasked: 0, missing: 0 })
  })

  test('is held until the answers recorded before it have come', async () => {
    const open: (() => void)[] = []
    const { received } = await drive(
      entriesOf([['>', call(1, 'a')], ['>', call(2, 'b')], ['<', result(2)], ['<', result(1)], ['>', call(3, 'c')], ['<', result(3)]]),
      (message, say) => {
        const id = idOf(message)
        open.push(() => say(result(id)))
        if (open.length === 2 || id === 3) for (const answer of open.splice(0)) answer()
      },
    )
    expect(received.map((message) => (message as { id: number }).id)).toEqual([1, 2, 3])
  })

  test('does not wait for requests that were never answered, nor for what shadowcat itself said or what came late', async () => {
    const silent = entriesOf([['>', call(1, 'a')], ['>', call(2, 'b')], ['<', result(2)], ['<', result(1)], ['>', call(3, 'c')]], (index) =>
      index === 2 ? { origin: 'shadowcat' } : index === 3 ? { late: true } : {},
    )
    const { driven } = await drive(silent, () => {})
    expect(driven).toMatchObject({ sent: 3, missing: 0 })
  })
})

describe('a server that does not do as recorded', () => {
  const calls = entriesOf([['>', call(1, 'a')], ['<', result(1)], ['>', call(2, 'b')], ['<', result(2)]])

  test('by never answering is waited for up to the limit, then it goes on', async () => {
    const { received, driven } = await drive(calls, (message, say) => void (idOf(message) === 2 && say(result(2))), { limit: 20 })
    expect(received).toHaveLength(2)
    expect(driven).toMatchObject({ sent: 2, missing: 1 })
  })

  test('by going away ends the driving at once, and says how much was left', async () => {
    const { driven } = await drive(calls, (_message, _say, close) => close(), { limit: 60_000 })
    expect(driven).toMatchObject({ sent: 1, unsent: 1, gone: { code: 'closed' } })
  })

  test('by asking what was not recorded gets an error, and ping an answer', async () => {
    const answers: unknown[] = []
    await drive(entriesOf([['>', call(1, 'a')], ['<', result(1)]]), (message, say) => {
      if (message.method === 'tools/call') {
        say(request('s1', 'sampling/createMessage'))
        say(request('s2', 'ping'))
      } else if (answers.push(message.value) === 2) say(result(1))
    })
    expect(answers).toMatchObject([{ id: 's1', error: { code: -32601, message: expect.stringContaining('sampling/createMessage') } }, { id: 's2', result: {} }])
  })
})

describe('live values take the place of recorded ones', () => {
  const asking = entriesOf([
    ['>', call(1, 'ask')],
    ['<', request(70, 'roots/list', { _meta: { progressToken: 'old' } })],
    ['<', request(71, 'sampling/createMessage', { prompt: 'x' })],
    ['>', result(71, { answer: 'sampled' })],
    ['>', notification('notifications/progress', { progressToken: 'old', progress: 1 })],
    ['>', result(70, { roots: [] })],
    ['<', result(1)],
  ])

  test('ids and progress tokens of server requests, whatever order they come in', async () => {
    const answers: unknown[] = []
    const { driven } = await drive(asking, (message, say) => {
      if (message.method === 'tools/call') {
        say(request('x', 'sampling/createMessage', { prompt: 'x' }))
        say(request('y', 'roots/list', { _meta: { progressToken: 9 } }))
      } else if (answers.push(message.value) === 3) say(result(1))
    })
    expect(driven).toMatchObject({ missing: 0, unasked: 0 })
    expect(answers).toMatchObject([{ id: 'x', result: { answer: 'sampled' } }, { params: { progressToken: 9 } }, { id: 'y', result: { roots: [] } }])
  })

  test('an answer to a request that never comes is not sent', async () => {
    const { received, driven } = await drive(asking, (message, say) => {
      if (message.method === 'tools/call') say(request('y', 'roots/list'))
      if (message.kind === 'result') say(result(1))
    }, { limit: 20 })
    expect(driven).toMatchObject({ unasked: 1, missing: 1 })
    expect(received).not.toContainEqual(expect.objectContaining({ result: { answer: 'sampled' } }))
  })

  test.each([
    ['requestState', { resultType: 'input_required', requestState: 'then' }, { requestState: 'then' }],
    ['nextCursor', { tools: [], nextCursor: 'then' }, { cursor: 'then' }],
    ['taskId', { task: { taskId: 'then', status: 'working' } }, { taskId: 'then' }],
    ['elicitationId', { url: 'x', elicitationId: 'then' }, { deep: [{ elicitationId: 'then' }] }],
  ])('%s', async (_name, issued, handedBack) => {
    const entries = entriesOf([['>', request(1, 'first')], ['<', result(1, issued)], ['>', request(2, 'second', { ...handedBack, other: 'then' })], ['<', result(2)]])
    const { received } = await drive(entries, (message, say) => say(message.method === 'first' ? result(1, JSON.parse(JSON.stringify(issued).replace('then', 'now'))) : result(2)))
    expect(received[1]).toMatchObject({ params: { ...JSON.parse(JSON.stringify(handedBack).replace('then', 'now')), other: 'then' } })
  })
})

test('among equal server requests each gets its own recorded answer, in order', async () => {
  const entries = entriesOf([
    ['>', call(1, 'ask')],
    ['<', request(5, 'roots/list')],
    ['>', result(5, { roots: [1] })],
    ['<', request(6, 'roots/list')],
    ['>', result(6, { roots: [2] })],
    ['<', text(1, 'done')],
  ])
  const { received } = await drive(entries, (message, say) => {
    if (message.kind === 'request') say(request(100, 'roots/list'))
    else say(idOf(message) === 100 ? request(101, 'roots/list') : text(1, 'done'))
  })
  expect(received.slice(1)).toEqual([{ jsonrpc: '2.0', id: 100, result: { roots: [1] } }, { jsonrpc: '2.0', id: 101, result: { roots: [2] } }])
})

test('notifications recorded at the end are waited for, in any number up to the recorded one', async () => {
  const entries = entriesOf([['>', call(1, 'a')], ['<', result(1)], ['<', notification('notifications/message', { n: 1 })], ['<', notification('notifications/message', { n: 2 })]])
  let said = 0
  await drive(entries, (_message, say) => {
    say(result(1))
    setImmediate(() => setImmediate(() => [1, 2].forEach((n) => [said++, say(notification('notifications/message', { n }))])))
  })
  expect(said).toBe(2)
})

test('the last change before sending is the caller\'s', async () => {
  const prepare = (message: Message): Message => createMessage({ ...(message.value as object), params: { seen: findString(message, 'params', 'name')! } })
  const { received } = await drive(entriesOf([['>', call(1, 'a')], ['<', result(1)]]), answersAll, { prepare })
  expect(received).toMatchObject([{ params: { seen: 'a' } }])
})

test('a batch is sent as one, and held for as one', async () => {
  const batch = (values: object[]): Message => createMessage(values.map((value) => ({ jsonrpc: '2.0', ...value })))
  const [first, second, third] = entriesOf([['>', {}], ['<', {}], ['>', call(3, 'c')]])
  const entries: Entry[] = [
    { ...first!, message: batch([call(1, 'a'), call(2, 'b')]) },
    { ...second!, message: batch([result(2), result(1)]) },
    third!,
  ]
  const { received, driven } = await drive(entries, (message, say) => {
    if (message.kind === 'batch') [1, 2].forEach((id) => say(result(id)))
  })
  expect(received).toHaveLength(2)
  expect(driven).toMatchObject({ sent: 2, missing: 0 })
})
