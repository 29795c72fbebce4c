import { expect, test } from 'vitest'
import { parseExact } from '../../src/json.ts'
import { lackError, lacking, lackingNow, needsOf } from '../../src/replay/capabilities.ts'
import { answerTo, notification, request } from '../conversations.ts'
import { toMessage } from './client.ts'

const exact = (text: string) => parseExact(Buffer.from(text))

test.each([
  ['sampling', request(1, 'sampling/createMessage', {}), ['sampling']],
  ['a form', request(1, 'elicitation/create', { message: 'x' }), ['elicitation']],
  ['a page', request(1, 'elicitation/create', { mode: 'url' }), ['elicitation/url']],
  ['roots', request(1, 'roots/list'), ['roots']],
  ['nothing', request(1, 'ping'), []],
  ['nothing', notification('notifications/roots/list_changed'), []],
  ['input for a result', answerTo(1, { inputRequests: { a: { method: 'elicitation/create', params: {} }, b: { method: 'roots/list' } } }), ['elicitation', 'roots']],
  ['all in a batch', [request(1, 'roots/list'), request(2, 'sampling/createMessage', {})], ['roots', 'sampling']],
])('%s is needed for what the server asks', (_name, message, needs) => expect(needsOf(toMessage(message))).toEqual(needs))

test('what is needed and not declared is lacking', () => {
  const declared = exact('{"sampling":{},"elicitation":{"form":{}}}')
  expect(lacking(['sampling', 'elicitation', 'elicitation/url', 'roots', 'roots'], declared)).toEqual(['elicitation/url', 'roots'])
  expect(lacking(['roots'], undefined)).toEqual(['roots'])
})

test('what the recorded client could not do either is not needed', () => {
  const call = (capabilities?: object) => toMessage(request(1, 'tools/call', { name: 'a', _meta: { ...(capabilities && { 'io.modelcontextprotocol/clientCapabilities': capabilities }) } }))
  expect(lackingNow(['roots', 'sampling'], call({ roots: {} }), call({}))).toEqual(['roots'])
  expect(lackingNow(['roots'], call({ roots: {} }), call({ roots: {} }))).toEqual([])
  expect(lackingNow(['roots'], call({ roots: {} }), call())).toEqual([])
})

test('the error names each capability', () => {
  const { value } = lackError('"a"', ['elicitation/url', 'roots'])
  expect(value).toMatchObject({ id: 'a', error: { code: -32021, data: { requiredCapabilities: { elicitation: { url: {} }, roots: {} } } } })
  expect(JSON.stringify(value)).toContain('elicitation.url')
})
