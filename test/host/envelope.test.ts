import { describe, expect, test } from 'vitest'
import { readRequest } from '../../src/host/envelope.ts'
import { parseMessage } from '../../src/message.ts'

const read = (text: string): unknown => readRequest(parseMessage(Buffer.from(text)))

test('a request has an id, a notification none', () => {
  expect(read('{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":true}}')).toEqual({ id: '1', method: 'm', params: new Map([['a', true]]), size: 57 })
  expect(read('{"jsonrpc":"2.0","method":"m"}')).toEqual({ id: undefined, method: 'm', params: new Map(), size: 30 })
})

describe('ids that are none make no request', () => {
  test.each(['null', '1.5', '9223372036854775808', '{}', '[]', 'true'])('%s', (id) => expect(read(`{"jsonrpc":"2.0","id":${id},"method":"m"}`)).toBe('nothing'))
  test.each(['""', '"a"', '0', '-9223372036854775808'])('but %s is one', (id) => expect(read(`{"jsonrpc":"2.0","id":${id},"method":"m"}`)).toMatchObject({ method: 'm' }))
})

test.each(['[]', '[{"jsonrpc":"2.0","id":1,"method":"m"}]', '{}', '5', '{"id":1,"method":"m"}', '{"jsonrpc":"1.0","id":1,"method":"m"}', '{"jsonrpc":"2.0","id":1,"method":"m","params":[]}', '{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":1}}'])('%s is invalid', (text) => expect(read(text)).toBe('invalid'))

test('answers of the client want none', () => expect(read('{"jsonrpc":"2.0","id":1,"result":{}}')).toBe('nothing'))
