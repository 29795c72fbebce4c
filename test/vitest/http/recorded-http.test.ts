import { expect, test } from 'vitest'
import { recordingTape } from '../../../src/vitest/http/recorded-http.ts'

const request = (body?: string): Request => new Request('http://api.test/x#part', { method: body === undefined ? 'GET' : 'POST', headers: { authorization: 'Basic x', accept: 'text/plain' }, ...(body !== undefined && { body }) })
const textsOf = async (tape: ReturnType<typeof recordingTape>): Promise<unknown[]> => (await tape.recorded()).map((item) => [JSON.parse(String(item.request)), item.response && JSON.parse(String(item.response))])

test('requests are kept in the order in which they were made, whichever was answered first', async () => {
  const tape = recordingTape()
  const answers = [Promise.withResolvers<Response>(), Promise.withResolvers<Response>()]
  const asked = answers.map(({ promise }, index) => tape.answer(request(`${index}`), () => promise))
  answers[1]!.resolve(new Response('second'))
  expect(await (await asked[1]!).text()).toBe('second')
  answers[0]!.resolve(new Response('first'))
  expect(await (await asked[0]!).text()).toBe('first')
  expect(await textsOf(tape)).toMatchObject([[{ body: '0' }, { body: 'first' }], [{ body: '1' }, { body: 'second' }]])
})

test('authorization and the fragment are never kept, a failure is, and a response that was decoded is told as it was read', async () => {
  const tape = recordingTape()
  await tape.answer(request(), () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }) }))).catch(() => undefined)
  await tape.answer(request(), async () => new Response('plain', { headers: { 'content-encoding': 'gzip', 'content-length': '3', etag: 'x' } }))
  expect(await textsOf(tape)).toEqual([
    [{ method: 'GET', url: 'http://api.test/x', headers: [['accept', 'text/plain']] }, { failure: 'ENOTFOUND', message: 'no such host' }],
    [{ method: 'GET', url: 'http://api.test/x', headers: [['accept', 'text/plain']] }, { status: 200, headers: [['content-type', 'text/plain;charset=UTF-8'], ['etag', 'x']], body: 'plain', statusText: '' }],
  ])
})

test('a stand-in that gives no Response passes, and is not recorded', async () => {
  const tape = recordingTape()
  expect(await tape.answer(request(), async () => 'anything' as never)).toBe('anything')
  const used = new Response('read')
  await used.text()
  expect(await tape.answer(request(), async () => used)).toBe(used)
  expect(await tape.recorded()).toEqual([])
})
