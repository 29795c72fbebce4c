import { expect, test } from 'vitest'
import { createMessage } from '../../../src/message.ts'
import type { Session } from '../../../src/vitest/session/session.ts'
import { isToolResult, toToolResult } from '../../../src/vitest/session/results.ts'

const call = { session: {} as Session, name: 'a', arguments: {} }

test('a result is what the answer says, with what it leaves out as it is meant', () => {
  const message = createMessage({ jsonrpc: '2.0', id: 1, result: { structuredContent: { n: 18446744073709551615n }, _meta: { a: 1 }, own: true } })
  const result = toToolResult(message, call, 1.5)
  expect(result).toEqual({ structuredContent: { n: 18446744073709551615n }, _meta: { a: 1 }, own: true, content: [], isError: false })
  expect([result.message, result.call, result.duration]).toEqual([message, call, 1.5])
  expect(JSON.stringify(Object.keys(result))).not.toMatch(/message|call|duration/)
})

test('a result that is none is an empty one', () => {
  expect(toToolResult(createMessage({ jsonrpc: '2.0', id: 1, result: 'text' }), call, undefined)).toEqual({ content: [], isError: false })
})

test('a result is known as one, also by another copy of the module, and its copies are not', () => {
  const result = toToolResult(createMessage({ jsonrpc: '2.0', id: 1, result: {} }), call, 0)
  expect([result, { ...result }, { [Symbol.for('shadowcat.tool-result')]: true }, null, 'a'].map(isToolResult)).toEqual([true, false, true, false, false])
})
