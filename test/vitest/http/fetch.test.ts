import { expect, onTestFinished, test, vi } from 'vitest'
import { fetchIsPlain, holdFetch } from '../../../src/vitest/http/fetch.ts'
import { type Asked, enter } from '../../../src/vitest/http/running.ts'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'

/** What the running test is asked for. */
function held(): Asked[] {
  const asked: Asked[] = []
  const fetch = async (one: Asked): Promise<Response> => (asked.push(one), new Response('ours'))
  const undo = [holdFetch(), enter(enterWorldStore(), { alone: true, strict: true, fetch, refuse: () => undefined })]
  onTestFinished(() => undo.forEach((step) => step()))
  return asked
}

test('requests over HTTP are asked for by method and address, however they are written', async () => {
  const asked = held()
  await fetch('http://a.test/b#part')
  await fetch(new URL('http://a.test/b'), { method: 'post' })
  await fetch(new Request('http://a.test/c', { method: 'PUT' }))
  await fetch(new Request('http://a.test/c', { method: 'PUT' }), { method: 'DELETE' })
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET http://a.test/b', 'POST http://a.test/b', 'PUT http://a.test/c', 'DELETE http://a.test/c'])
  expect(asked[0]!.site.frames).toContain('fetch.test.ts')
})

test('what is no HTTP, and what is wrong, is left to fetch itself', async () => {
  const asked = held()
  expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello')
  await expect(fetch('not a url')).rejects.toThrow(TypeError)
  expect(asked).toEqual([])
})

test("it looks as Node's own, and tells whether that stands beneath", () => {
  held()
  expect([fetch.name, fetch.length, fetchIsPlain()]).toEqual(['fetch', 1, true])
})

test('a stand-in that was there first is beneath', () => {
  vi.stubGlobal('fetch', () => 'theirs')
  onTestFinished(() => void vi.unstubAllGlobals())
  const release = holdFetch()
  expect([fetchIsPlain(), fetch('data:,')]).toEqual([false, 'theirs'])
  release()
})
