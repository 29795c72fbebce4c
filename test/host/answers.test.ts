import { expect, test } from 'vitest'
import { createAnswer, failed, said, toolResult } from '../../src/host/answers.ts'

test('a result keeps every digit of a 64-bit integer', () => {
  const answer = createAnswer('"a"', toolResult({ text: '18446744073709551615', structured: '{"result":18446744073709551615}', isError: false }))
  expect(answer.bytes.toString()).toBe('{"jsonrpc":"2.0","id":"a","result":{"content":[{"type":"text","text":"18446744073709551615"}],"structuredContent":{"result":18446744073709551615},"isError":false}}')
})

test('what the stateless era wants comes first', () => {
  expect(createAnswer('1', '{"tools":[]}', { resultType: 'complete' }).bytes.toString()).toBe('{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[]}}')
  expect(createAnswer('1', '{}', { resultType: 'complete' }).bytes.toString()).toBe('{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete"}}')
  expect(createAnswer('1', '{}').bytes.toString()).toBe('{"jsonrpc":"2.0","id":1,"result":{}}')
})

test('a failing tool is a result', () => {
  expect(toolResult(failed('why'))).toBe('{"content":[{"type":"text","text":"Error: why"}],"isError":true}')
  expect(toolResult(said('"quoted"\n'))).toBe('{"content":[{"type":"text","text":"\\"quoted\\"\\n"}],"isError":false}')
})

test('a result that is too large to be one text is told as such', () => {
  // What is repeated takes no memory before it is read.
  for (const length of [500_000_000, 2 ** 29 - 24]) expect(toolResult({ text: '', structured: 'x'.repeat(length), isError: false })).toBe('{"content":[{"type":"text","text":"Error: the result is too large to be written as JSON"}],"isError":true}')
})
