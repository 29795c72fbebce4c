import { describe, expect, test } from 'vitest'
import { parseScript } from '../../src/proxy/script.ts'

const parse = (...lines: string[]) => parseScript(Buffer.from(lines.join('\n')), 'calls.jsonl')
const sent = (...lines: string[]) => parse(...lines).steps.map(({ message }) => message.bytes.toString())

test('a tool call keeps every digit of its arguments', () => {
  expect(sent('{"tool":"echo","arguments":{"n": 18446744073709551615,"x":1.0}}')).toEqual([
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"n": 18446744073709551615,"x":1.0}}}',
  ])
})

test('requests are given ids, notifications none, whole messages stay as they are', () => {
  expect(sent('{"method":"tools/list"}', '', '{"method":"notifications/x","params":{"a":1}}', ' {"jsonrpc":"2.0", "id":2,"method":"ping"}\r', '{"tool":"a"}')).toEqual([
    '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    '{"jsonrpc":"2.0","method":"notifications/x","params":{"a":1}}',
    ' {"jsonrpc":"2.0", "id":2,"method":"ping"}\r',
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","arguments":{}}}',
  ])
})

test('steps are known by their tool or method', () => {
  expect(parse('{"tool":"a"}', '{"method":"ping"}').steps.map(({ name }) => name)).toEqual(['a', 'ping'])
})

test('answers to the server stand by method, in order', () => {
  const { answers, steps } = parse('{"tool":"a"}', '{"answer":"roots/list","result":{"roots":[]}}', '{"answer":"roots/list","error":{"code":1,"message":"x"}}', '{"answer":"x"}')
  expect(steps).toHaveLength(1)
  expect([...answers]).toEqual([['roots/list', ['"result":{"roots":[]}', '"error":{"code":1,"message":"x"}']], ['x', ['"result":{}']]])
})

describe('what is wrong is told with its line', () => {
  test.each([
    [['{"tool":"a"}', 'x'], 'calls.jsonl:2: not JSON: a value expected, found "x" at byte 0: "x"'],
    [['', '{"tol":"a"}'], 'calls.jsonl:2: unknown key "tol": did you mean "tool"?'],
    [['{"tool":5}'], 'calls.jsonl:1: tool is to be a text; found 5'],
    [['{"arguments":{}}'], 'calls.jsonl:1: a line names a tool, a method or an answer'],
    [['[]'], 'calls.jsonl:1: a line names a tool, a method or an answer'],
    [['  '], 'calls.jsonl holds no call'],
    [['{"answer":"x"}'], 'calls.jsonl holds no call'],
  ])('%j', (lines, message) => expect(() => parse(...lines)).toThrow(message))
})
