import { describe, expect, test } from 'vitest'
import { createMessage, parseMessage } from '../../src/message.ts'
import { createLiveValues } from '../../src/verify/live-values.ts'
import { result } from './conversation.ts'

const message = (value: object): ReturnType<typeof createMessage> => createMessage({ jsonrpc: '2.0', ...value })

test('a message with nothing to replace is the same object', () => {
  const live = createLiveValues()
  live.learn(message(result(1, { nextCursor: 'a' })), message(result(1, { nextCursor: 'a' })))
  const sent = message({ id: 2, method: 'x', params: { cursor: 'a' } })
  expect(live.put(sent)).toBe(sent)
})

test('all other bytes stay as they are', () => {
  const live = createLiveValues()
  live.learn(message(result(1, { nextCursor: 'a' })), message(result(1, { nextCursor: 'q"\n' })))
  const sent = parseMessage(Buffer.from('{ "id":1.0e0,"method":"x", "params":{"big":18446744073709551615,"cursor": "\\u0061" ,"other":"a"}}'))
  expect(live.put(sent).bytes.toString()).toBe('{ "id":1.0e0,"method":"x", "params":{"big":18446744073709551615,"cursor": "q\\"\\n" ,"other":"a"}}')
})

describe('ids of server requests', () => {
  const asks = (id: number | string, token?: number): ReturnType<typeof createMessage> => message({ id, method: 'roots/list', params: token === undefined ? {} : { _meta: { progressToken: token } } })

  test('are put into answers alone', () => {
    const live = createLiveValues()
    live.learn(asks(1), asks('x'))
    expect(live.put(message({ id: 1, result: {} })).id).toBe('"x"')
    expect(live.put(message({ id: 1, method: 'ping' })).id).toBe('1')
  })

  test('that are used again have the newest', () => {
    const live = createLiveValues()
    live.learn(asks(1), asks('x'))
    live.learn(asks(1), asks(1))
    expect(live.put(message({ id: 1, result: {} })).id).toBe('1')
  })

  test('inside a batch, too', () => {
    const live = createLiveValues()
    live.learn(asks(1, 5), asks('x', 6))
    const batch = createMessage([{ jsonrpc: '2.0', id: 1, result: {} }, { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 5 } }])
    expect(live.put(batch).value).toEqual([{ jsonrpc: '2.0', id: 'x', result: {} }, { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 6 } }])
  })
})

test('names of input requests are those of the live server, by method and order', () => {
  const live = createLiveValues()
  const asked = (...keys: string[]): object => ({ requestState: keys.join(), inputRequests: { [keys[0]!]: { method: 'elicitation/create' }, [keys[1]!]: { method: 'roots/list' }, fixed: { method: 'roots/list' } } })
  live.learn(message(result(1, asked('a', 'b'))), message(result(1, asked('y', 'x'))))
  const sent = live.put(message({ id: 2, method: 'tools/call', params: { requestState: 'a,b', inputResponses: { b: 1, a: 2, fixed: 3 } } }))
  expect(sent.value).toMatchObject({ params: { requestState: 'y,x', inputResponses: { x: 1, y: 2, fixed: 3 } } })
})

test('a value keeps its name: a cursor does not replace a task', () => {
  const live = createLiveValues()
  live.learn(message(result(1, { taskId: 1 })), message(result(1, { taskId: 22 })))
  expect(live.put(message({ id: 2, method: 'x', params: { cursor: 1, taskId: 1 } })).value).toMatchObject({ params: { cursor: 1, taskId: 22 } })
})
