import { expect, test } from 'vitest'
import { createMessage } from '../../../src/message.ts'
import { placesBetween } from '../../../src/verify/dependence/places.ts'

const answer = (result: unknown, more: object = {}) => createMessage({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: String(result) }], structuredContent: { result }, ...more } })

test('equal answers differ nowhere', () => {
  expect(placesBetween(answer(1), answer(1))).toEqual([])
})

test('a text that only says again what differs is marked, and one that says more is not', () => {
  expect(placesBetween(answer(1), answer(2)).map(({ pointer, repeats }) => [pointer, repeats])).toEqual([['/result/content/0/text', '/result/structuredContent'], ['/result/structuredContent/result', undefined]])
  const other = { content: [{ type: 'text', text: 'in other words' }] }
  expect(placesBetween(answer(1), answer(2, other)).map(({ pointer, repeats }) => [pointer, repeats])).toEqual([['/result/content/0/text', undefined], ['/result/structuredContent/result', undefined]])
})
