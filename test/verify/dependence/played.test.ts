import { expect, test } from 'vitest'
import { createPlayed } from '../../../src/verify/dependence/played.ts'
import type { Answer, Exchanged, OutgoingRequest } from '../../../src/world/exchange.ts'
import { createMemoryFiles } from '../../../src/world/memory-files.ts'

const request = (method: string, url: string, body = ''): OutgoingRequest => ({ method, url, headers: [], body: Buffer.from(body) })
const answer = (text: string): Answer => ({ status: 200, headers: [], body: Buffer.from(text) })
const told = (...pairs: [OutgoingRequest, string][]): Exchanged[] => pairs.map(([asked, text]) => ({ request: asked, answer: answer(text) }))
const never = new AbortController().signal

function play(exchanged: Exchanged[], ...requests: OutgoingRequest[]): Promise<string[]> {
  const { enter, surroundings } = createPlayed(undefined)
  enter({ exchanged, asked: [] })
  return Promise.all(requests.map(async (one) => {
    const got = await surroundings.exchange.send(one, never)
    return 'failure' in got ? got.failure : Buffer.from(got.body).toString()
  }))
}

test('an equal request gets its own answer, in whatever order it comes', async () => {
  expect(await play(told([request('GET', 'http://a/1'), 'one'], [request('GET', 'http://a/2'), 'two']), request('GET', 'http://a/2'), request('GET', 'http://a/1'))).toEqual(['two', 'one'])
})

test('equal requests get their answers in order', async () => {
  expect(await play(told([request('GET', 'http://a/'), 'first'], [request('GET', 'http://a/'), 'second']), request('GET', 'http://a/'), request('GET', 'http://a/'), request('GET', 'http://a/'))).toEqual(['first', 'second', 'first'])
})

test('another query or body gets the answer of the same place', async () => {
  const recorded = told([request('GET', 'http://b/'), 'other'], [request('GET', 'http://a/x?now=1'), 'query'], [request('POST', 'http://a/x', 'now=1'), 'body'])
  expect(await play(recorded, request('POST', 'http://a/x', 'now=2'), request('GET', 'http://a/x?now=2'))).toEqual(['body', 'query'])
})

test('another place gets the next answer in order, then the last again, and nothing is refused where nothing was told', async () => {
  expect(await play(told([request('GET', 'http://a/1'), 'one'], [request('GET', 'http://a/2'), 'two']), request('GET', 'http://c/'), request('GET', 'http://d/'), request('GET', 'http://e/'))).toEqual(['one', 'two', 'two'])
  expect(await play([], request('GET', 'http://a/'))).toEqual(['connection-refused'])
})

test('files say what they said to this call, then what they are, and are never changed', () => {
  const files = createMemoryFiles({ '/data/a': 'now', '/data/b': 'b' })
  const { enter, surroundings } = createPlayed(files)
  const read = (...path: string[]): string => Buffer.from(surroundings.files.read(path)).toString()
  enter({ exchanged: [], asked: [{ ask: 'read', path: '/data/a', answer: Buffer.from('then') }, { ask: 'look', path: '/data/c', error: 'access' }] })
  expect([read('data', 'a'), read('data', 'b'), surroundings.files.names(['data']), surroundings.files.locate('/data')]).toEqual(['then', 'b', ['a', 'b'], ['data']])
  expect(() => surroundings.files.look(['data', 'c'])).toThrow('access')
  enter(undefined)
  expect(read('data', 'a')).toBe('now')
  surroundings.files.commit({ kind: 'remove', path: ['data', 'a'] })
  expect(Object.keys(files.contents())).toEqual(['/data/a', '/data/b'])
})

test('without files nothing is there that was not', () => {
  const { files } = createPlayed(undefined).surroundings
  expect([files.locate('/data'), files.look(['a'])]).toEqual([undefined, undefined])
  expect(() => files.read(['a'])).toThrow('no-entry')
  expect(() => files.names([])).toThrow('no-entry')
})
