import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMessage } from '../../src/message.ts'
import { fill, slotsOf, withLiveId } from '../../src/replay/slots.ts'
import { idText, messageText } from '../arbitrary.ts'
import { notification, request } from '../conversations.ts'
import { textOf, toMessage } from './client.ts'

const live = { request: '"live"', token: '0', subscription: '"sub"', own: '5', cancelled: '""' }

function filled(message: string | object, ids?: string[], tokens: string[] = []): string | undefined {
  const parsed = toMessage(message)
  const found = fill(parsed, slotsOf(parsed, ids, tokens), ({ of }) => live[of])
  return found && textOf(found)
}

test.each([
  ['an answer’s id', ' {"id" : 1 ,"result":{"id":1}}', ['1'], [], ' {"id" : "live" ,"result":{"id":1}}'],
  ['the id of each answer in a batch', '[{"id":1,"result":{}}, {"id":2,"error":{}},{"id":3,"result":{}}]', ['1', '2'], [], '[{"id":"live","result":{}}, {"id":"live","error":{}},{"id":3,"result":{}}]'],
  ['a progress token', '{"method":"notifications/progress","params":{"progressToken":"\\u0061","progress":1.0}}', [], ['"a"'], '{"method":"notifications/progress","params":{"progressToken":0,"progress":1.0}}'],
  ['no token of another request', '{"method":"notifications/progress","params":{"progressToken":"b"}}', [], ['"a"'], '{"method":"notifications/progress","params":{"progressToken":"b"}}'],
  ['the id of a request of the server’s', '{"id":9,"method":"roots/list"}', [], [], '{"id":5,"method":"roots/list"}'],
  ['what the server cancels', '{"method":"notifications/cancelled","params":{"requestId":9}}', [], [], '{"method":"notifications/cancelled","params":{"requestId":""}}'],
  ['a subscription’s id in a notification', '{"method":"n","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1}}}', [], [], '{"method":"n","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"sub"}}}'],
  ['a subscription’s id in its answer', '{"result":{"_meta":{"io.modelcontextprotocol/subscriptionId":1}},"id":1}', ['1'], [], '{"result":{"_meta":{"io.modelcontextprotocol/subscriptionId":"sub"}},"id":"live"}'],
])('%s is replaced and nothing else', (_name, text, ids, tokens, expected) => expect(filled(text, ids, tokens)).toBe(expected))

test('a message without slots is the same object, and so is one whose values are what they were', () => {
  const plain = toMessage(notification('notifications/message'))
  expect(fill(plain, slotsOf(plain, undefined, []), () => 'x')).toBe(plain)
  const asks = toMessage(request(9, 'roots/list'))
  expect(fill(asks, slotsOf(asks, undefined, []), ({ was }) => was)).toBe(asks)
})

test('a value that is not there leaves no message', () => {
  const progress = toMessage('{"method":"notifications/progress","params":{"progressToken":1}}')
  expect(fill(progress, slotsOf(progress, undefined, ['1']), () => undefined)).toBeUndefined()
})

test('a message under a live id is the message that its bytes say', () => {
  fc.assert(
    fc.property(messageText, idText, (text, id) => {
      const message = parseMessage(Buffer.from(text))
      fc.pre(message.idSpan !== undefined && message.id !== undefined)
      const compact = parseMessage(Buffer.from(`{"id":${id},"result":0}`)).id!
      const moved = withLiveId(message, compact)
      const { bytes, kind, method, span, idSpan } = parseMessage(moved.bytes)
      expect({ ...moved }).toEqual({ bytes, kind, id: compact, method, span, idSpan })
    }),
  )
})
