import { expect, test } from 'vitest'
import { rejection, connectTo, connectToTest } from './connected.ts'

test('results are exact, and keep their bytes out of sight', async () => {
  const { session } = connectTo('echo')
  const result = await session.callTool('echo', { big: 18446744073709551615n, small: 1.5 })
  expect(result).toEqual({ content: [{ type: 'text', text: '{"big":18446744073709551615,"small":1.5}' }], structuredContent: { big: 18446744073709551615n, small: 1.5 }, isError: false })
  expect(Object.keys(result)).toEqual(['content', 'structuredContent', 'isError'])
  expect(result.message.bytes.toString()).toContain('"structuredContent":{"big":18446744073709551615,"small":1.5}')
  expect(result.call).toEqual({ session, name: 'echo', arguments: { big: 18446744073709551615n, small: 1.5 } })
})

test("a tool's error is a result", async () => {
  const { session } = connectTo('echo')
  expect(await session.callTool('unheard-of')).toEqual({ content: [{ type: 'text', text: 'Unknown tool: unheard-of' }], isError: true })
})

test('a JSON-RPC error rejects, on the line that asked, with its exact data', async () => {
  const { session } = connectToTest(({ id, method }) => (method === 'x/y' ? [{ id: Number(id), error: { code: -32099, message: 'not today', data: { until: 18446744073709551615n } } }] : [])).connection
  const ask = async (): Promise<unknown> => await session.request('x/y', { a: 1 })
  const error = await rejection(ask())
  expect(error).toMatchObject({ name: 'RequestError', message: 'not today', code: -32099, data: { until: 18446744073709551615n } })
  expect(error.stack!.split('\n').slice(0, 3)).toEqual(['RequestError: not today', expect.stringMatching(/^ +at ask \(.*session\.test\.ts/), expect.stringContaining('session.test.ts')])
})
