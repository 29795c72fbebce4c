import { expect, test } from 'vitest'
import { namesOfUsed } from '../../src/tape/used.ts'
import { used } from './tapes.ts'

const http = (url: string, response?: object, method = 'GET'): ReturnType<typeof used> => used('http', { method, url, headers: [] }, response)
const file = (ask: string, path: string, response: object): ReturnType<typeof used> => used('file', { ask, path }, response)

test('clocks and randomness are told last, with how often', () => {
  expect(
    namesOfUsed([
      used('clock', { interface: 'wasi:clocks/wall-clock', function: 'now', uses: 1 }),
      used('random', { interface: 'wasi:random/random', function: 'get-random-u64', uses: 2 }, { seed: '42' }),
      used('clock', { interface: 'wasi:clocks/wall-clock', function: 'now', uses: 2 }),
      http('http://127.0.0.1:8080/rate', { status: 200 }),
    ]),
  ).toEqual(['GET http://127.0.0.1:8080/rate → 200', 'random get-random-u64 ×2', 'wall-clock now ×3'])
})

test.each([
  ['https://user:pw@host.example/a/b?token=x#y', 'https://host.example/a/b'],
  ['https://[redacted:userinfo#1]@host.example:8443/a', 'https://host.example:8443/a'],
  ['https://host.example?x', 'https://host.example'],
  ['http://host/@me', 'http://host/@me'],
  ['nonsense', 'nonsense'],
])('of the URL %s only %s is told', (url, place) => {
  expect(namesOfUsed([http(url, { status: 204 }, 'PUT')])).toEqual([`PUT ${place} → 204`])
})

test('a request that failed tells how, one without an answer nothing, and equal ones are counted', () => {
  const refused = http('http://x/', { failure: 'connection-refused' })
  expect(namesOfUsed([refused, http('http://y/'), refused])).toEqual(['GET http://x/ → connection-refused ×2', 'GET http://y/'])
})

test('of a file is told what became of it, not the way there', () => {
  expect(
    namesOfUsed([
      file('locate', '/data', { answer: ['data'] }),
      file('look', '/data/x', { answer: { type: 'file' } }),
      file('read', '/data/x', { answer: { text: 'hello' } }),
      file('names', '/data', { answer: ['x'] }),
      file('look', '/data/y', { answer: null }),
      file('look', '/data/z', { answer: { type: 'file' } }),
      file('read', '/data/w', { error: 'no-entry' }),
    ]),
  ).toEqual(['read /data/x', 'list /data', 'look at /data/y → nothing there', 'look at /data/z', 'read /data/w → no-entry'])
})

test('of the environment the keys are told, once each', () => {
  const asked = (keys: string[]): ReturnType<typeof used> => used('environment', { interface: 'wasi:cli/environment', function: 'get-environment', keys }, { set: keys })
  expect(namesOfUsed([asked(['HOME', 'LANG']), asked(['HOME'])])).toEqual(['HOME', 'LANG'])
  expect(namesOfUsed([asked([])])).toEqual(['environment'])
})
