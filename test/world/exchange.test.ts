import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Exchange, type Exchanged, type OutgoingRequest, createPlayedExchange, createRealExchange, createRecordingExchange, createRefusedExchange, sameRequest } from '../../src/world/exchange.ts'

const never = new AbortController().signal
const request = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({ method: 'GET', url, headers: [], body: new Uint8Array(0), ...more })

describe('the real exchange', () => {
  const server = createServer((incoming, response) => {
    if (incoming.url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip', 'x-kept': 'yes' }).end(gzipSync('packed'))
    else if (incoming.url === '/redirect') response.writeHead(307, { location: 'http://elsewhere.test/' }).end()
    else if (incoming.url === '/cut') incoming.socket.destroy()
    else if (incoming.url === '/silent') return
    else if (incoming.url === '/headers') response.end(JSON.stringify(incoming.headers))
    else incoming.pipe(response.writeHead(201, { 'x-method': incoming.method! }))
  })
  let origin: string
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })
  const { send } = createRealExchange()
  const answered = async (path: string, more?: Partial<OutgoingRequest>) => {
    const answer = await send(request(origin + path, more), never)
    return 'failure' in answer ? answer : { ...answer, headers: Object.fromEntries(answer.headers), body: Buffer.from(answer.body).toString() }
  }

  test('sends method and body, and brings status, headers and body', async () => {
    const answer = await answered('/echo', { method: 'POST', body: Buffer.from('hello') })
    expect(answer).toMatchObject({ status: 201, body: 'hello', headers: { 'x-method': 'POST' } })
  })

  test('asks for no compression that the component did not ask for', async () => {
    const plain = await answered('/headers', { headers: [['x-twice', 'a'], ['x-twice', 'b']] })
    expect(JSON.parse((plain as { body: string }).body)).toMatchObject({ 'accept-encoding': 'identity', 'x-twice': 'a, b' })
  })

  test('gives a decoded body without the headers that said it was packed', async () => {
    const answer = await answered('/gzip')
    expect(answer).toMatchObject({ body: 'packed', headers: { 'x-kept': 'yes' } })
    expect(Object.keys((answer as { headers: object }).headers)).not.toContain('content-encoding')
  })

  test('follows no redirect', async () => {
    expect(await answered('/redirect')).toMatchObject({ status: 307, headers: { location: 'http://elsewhere.test/' } })
  })

  test('names what goes wrong as WASI does', async () => {
    expect(await answered('/cut')).toEqual({ failure: 'connection-terminated' })
    expect(await answered('/silent', { timeout: 20 })).toEqual({ failure: 'HTTP-response-timeout' })
    expect(await answered('/', { body: Buffer.from('x') })).toEqual({ failure: 'HTTP-request-body-size' })
  })

  test.each([['ENOTFOUND', 'DNS-error'], ['ECONNREFUSED', 'connection-refused'], ['UND_ERR_CONNECT_TIMEOUT', 'connection-timeout'], ['CERT_HAS_EXPIRED', 'TLS-certificate-error'], ['HPE_INVALID_HEADER_TOKEN', 'HTTP-protocol-error'], ['EWHATEVER', 'internal-error']])('%s is %s', async (code, failure) => {
    const exchange = createRealExchange(() => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('cause'), { code }) })))
    expect(await exchange.send(request('http://any.test/'), never)).toEqual({ failure })
  })

  test('a port that fetch does not talk to refuses the connection', async () => {
    expect(await send(request('http://127.0.0.1:9/'), never)).toEqual({ failure: 'connection-refused' })
  })

  test('rejects when the call itself is out of time', async () => {
    await expect(send(request(`${origin}/silent`), AbortSignal.timeout(20))).rejects.toMatchObject({ code: 'timeout' })
  })

  test('uses the fetch of the moment', async () => {
    const before = globalThis.fetch
    globalThis.fetch = async () => new Response('watched')
    try {
      expect(await createRealExchange().send(request('http://any.test/'), never)).toMatchObject({ status: 200 })
    } finally {
      globalThis.fetch = before
    }
  })
})

const answerTo = (url: string) => ({ status: 200, headers: [], body: Buffer.from(url) })

test('a recording holds requests in the order in which they were sent, whatever came first', async () => {
  const list: Exchanged[] = []
  const waiting = new Map<string, () => void>()
  const slow: Exchange = { send: ({ url }) => new Promise((resolve) => waiting.set(url, () => resolve(answerTo(url)))) }
  const exchange = createRecordingExchange(slow, list)
  const answers = [exchange.send(request('a'), never), exchange.send(request('b'), never)]
  waiting.get('b')!()
  expect(await answers[1]).toEqual(answerTo('b'))
  expect(list.map(({ request: { url }, answer }) => [url, answer !== undefined])).toEqual([['a', false], ['b', true]])
  waiting.get('a')!()
  await answers[0]
  expect(list[0]!.answer).toEqual(answerTo('a'))
})

describe('a played exchange', () => {
  const recorded = [{ request: request('a'), answer: answerTo('first') }, { request: request('b'), answer: answerTo('second') }, { request: request('a'), answer: answerTo('third') }]

  test('gives each recording once, equal requests in their order, at once or later', async () => {
    const exchange = createPlayedExchange(recorded)
    expect(exchange.play!(request('b'))).toEqual(answerTo('second'))
    expect(exchange.play!(request('a'))).toEqual(answerTo('first'))
    expect(await exchange.send(request('a'), never)).toEqual(answerTo('third'))
    expect(() => exchange.play!(request('a'))).toThrow('the component asks for GET a once more, which was not recorded so: nearest is the same, recorded 2 times; record again, or use --state live')
  })

  test('tells requests apart by method, headers and body', () => {
    const exchange = createPlayedExchange(recorded)
    for (const other of [{ method: 'POST' }, { headers: [['x', 'y']] as const }, { body: Buffer.from('x') }]) expect(() => exchange.play!(request('a', other))).toThrow('not recorded')
  })

  test.each([
    [request('http://h/new'), [request('http://other/'), request('http://h/old')], 'GET http://h/new, which was not recorded so: nearest is GET http://h/old;'],
    [request('http://h/', { headers: [['a', '1'], ['b', '2']] }), [request('http://h/', { headers: [['a', '1']] })], 'nearest is GET http://h/, with other headers (b);'],
    [request('http://h/', { headers: [['a', '1'], ['b', '2']] }), [request('http://h/', { headers: [['b', '2'], ['a', '1']] })], 'nearest is GET http://h/, with headers in another order;'],
    [request('http://h/', { body: Buffer.from('long') }), [request('http://h/', { body: Buffer.from('x') })], 'nearest is GET http://h/, with another body of 1 B;'],
    [request('http://h/'), [], 'nothing of the kind was;'],
  ])('names what comes next to a request that was not recorded: %#', (asked, known, message) => {
    const exchange = createPlayedExchange(known.map((one) => ({ request: one, answer: answerTo('x') })))
    expect(() => exchange.play!(asked)).toThrow(message)
  })

  test('a request whose answer was not recorded is told as such', () => {
    expect(() => createPlayedExchange([{ request: request('a') }]).play!(request('a'))).toThrow('nearest is the same, which had no answer;')
  })

  test('compares and tells requests as they are without what is taken out of them; the equal one goes first', () => {
    const plain = (one: OutgoingRequest): OutgoingRequest => ({ ...one, url: one.url.replaceAll(/key-\w+/g, 'key') })
    const exchange = createPlayedExchange([{ request: request('h/key'), answer: answerTo('first') }, { request: request('h/key-live'), answer: answerTo('second') }], plain)
    expect(exchange.play!(request('h/key-live'))).toEqual(answerTo('second'))
    expect(exchange.play!(request('h/key-live'))).toEqual(answerTo('first'))
    expect(() => exchange.play!(request('h/key-live'))).toThrow('asks for GET h/key once more')
  })

  test('can itself be recorded', () => {
    const list: Exchanged[] = []
    createRecordingExchange(createPlayedExchange(recorded), list).play!(request('b'))
    expect(list).toEqual([recorded[1]])
  })
})

test('a refused exchange denies everything at once', async () => {
  const exchange = createRefusedExchange()
  expect(exchange.play!(request('a'))).toEqual({ failure: 'HTTP-request-denied' })
  expect(await exchange.send(request('a'), never)).toEqual({ failure: 'HTTP-request-denied' })
})

test('a time limit is no part of a request', () => {
  expect(sameRequest(request('a', { timeout: 1 }), request('a'))).toBe(true)
})
