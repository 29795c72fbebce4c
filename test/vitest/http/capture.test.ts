import { AsyncLocalStorage } from 'node:async_hooks'
import http from 'node:http'
import net from 'node:net'
import { HttpResponse, http as handlers } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Capture, type CaptureOptions, captureHttp } from '../../../src/vitest/http/capture.ts'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'
import { createRealExchange } from '../../../src/world/exchange.ts'
import { serve } from './server.ts'

const native = { fetch: globalThis.fetch, connect: net.Socket.prototype.connect }
const mock = setupServer(
  handlers.get('http://api.test/ok', () => HttpResponse.text('from a handler')),
  handlers.get('https://api.test/ok', () => HttpResponse.text('from a handler')),
  handlers.get('http://192.0.2.1/ok', () => HttpResponse.text('from a handler')),
)
afterEach(() => {
  if (mock.readyState === 1) mock.close()
})
afterAll(() => {
  expect(globalThis.fetch).toBe(native.fetch)
  expect(net.Socket.prototype.connect).toBe(native.connect)
})

function capture(options: Partial<CaptureOptions> = {}): Capture {
  const made = captureHttp({ store: enterWorldStore(), settings: { onUnhandledRequest: 'error' }, alone: true, redact: (text) => text, ...options })
  onTestFinished(() => made.leave())
  return made
}

async function outcome(answer: Promise<Response>): Promise<string> {
  try {
    return await (await answer).text()
  } catch (error) {
    return `${(error as Error).name}: ${(error as { cause?: Error }).cause?.message.split('\n')[0]}`
  }
}

const over = { 'nothing in the way': () => undefined, msw: () => mock.listen({ onUnhandledFrame: 'bypass' }), 'msw, which warns': () => mock.listen(), 'msw, which refuses': () => mock.listen({ onUnhandledFrame: 'error' }) }

describe.each(Object.entries(over))('with %s', (_name, listen) => {
  test.each(['http://api.test/no', 'https://api.test/no', 'http://192.0.2.1/no', 'https://192.0.2.1/no', 'http://api.test:8080/no?x=1'])('what nothing answers is refused and noted, though its error is swallowed: %s', async (url) => {
    for (const method of ['warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => undefined)
    onTestFinished(() => void vi.restoreAllMocks())
    listen()
    const { misses } = capture()
    expect(await outcome(fetch(url))).toMatch(/^TypeError: GET .* was answered by nothing/)
    expect(misses.map(({ message }) => message.split(' was ')[0])).toEqual([`GET ${url}`])
    expect(misses[0]!.stack).toContain('capture.test.ts')
  })
})

describe('with msw', () => {
  test.each(['before', 'after'])('its handlers answer, when it began %s', async (when) => {
    if (when === 'before') mock.listen()
    const { misses } = capture()
    if (when === 'after') mock.listen()
    for (const url of ['http://api.test/ok', 'https://api.test/ok', 'http://192.0.2.1/ok']) expect(await outcome(fetch(url))).toBe('from a handler')
    expect(await outcome(fetch(new Request('http://api.test/ok')))).toBe('from a handler')
    expect(misses).toEqual([])
    mock.close()
  })

  test('which begins after, what none of its handlers answers is refused', async () => {
    const { misses } = capture()
    mock.listen({ onUnhandledFrame: 'bypass' })
    const urls = ['http://api.test/no', 'https://api.test/no', 'http://192.0.2.1/no', 'https://192.0.2.1/no']
    for (const url of urls) expect(await outcome(fetch(url))).toMatch(/^TypeError/)
    expect(misses.map(({ message }) => message.split(' was ')[0])).toEqual(urls.map((url) => `GET ${url}`))
  })

  test('what none of its handlers answers is refused also where a client connects anew in the place of a test that is over', async () => {
    mock.listen({ onUnhandledFrame: 'bypass' })
    await AsyncLocalStorage.bind(async () => {
      const { leave } = capture()
      for (const path of ['ok', 'no']) await outcome(fetch(`http://api.test/${path}`))
      leave()
    })()
    mock.close()
    const { misses } = capture()
    mock.listen({ onUnhandledFrame: 'bypass' })
    expect(await outcome(fetch('http://api.test/no'))).toMatch(/^TypeError: GET /)
    expect(misses.map(({ message }) => message.split(' was ')[0])).toEqual(['GET http://api.test/no'])
  })

  test('which ends before or after the test, all is as it was', async () => {
    mock.listen()
    const outer = globalThis.fetch
    const first = capture()
    expect(globalThis.fetch).not.toBe(outer)
    first.leave()
    expect(globalThis.fetch).toBe(outer)
    mock.close()
    const second = capture()
    mock.listen()
    second.leave()
    expect(await outcome(fetch('http://api.test/ok'))).toBe('from a handler')
    mock.close()
    const third = capture()
    expect(await outcome(fetch('http://api.test/ok'))).toMatch(/answered by nothing/)
    expect([third.misses.length, second.misses.length]).toEqual([1, 0])
    third.leave()
  })

  test('a second request on a connection that a handler answered first is refused like any', async () => {
    mock.listen({ onUnhandledFrame: 'bypass' })
    const { misses } = capture()
    for (const scheme of ['http', 'https']) {
      expect(await outcome(fetch(`${scheme}://api.test/ok`))).toBe('from a handler')
      expect(await outcome(fetch(`${scheme}://api.test/no`))).toMatch(/^TypeError/)
    }
    expect(misses.map(({ message }) => message.split(' was ')[0])).toEqual(['GET http://api.test/no', 'GET https://api.test/no'])
  })
})

test('what node:http asks for is refused too, at the line that asked', async () => {
  const { misses } = capture()
  const error = await new Promise((failed) => http.get('http://api.test/x', () => undefined).on('error', failed))
  expect(error).toBe(misses[0])
  expect(misses.map(({ message }) => message.split('\n')[0])).toEqual([expect.stringMatching(/^http:\/\/api\.test\/ was answered by nothing/)])
  expect(misses[0]!.stack).toContain('capture.test.ts')
})

test('node:http with msw: a handler answers, and what none answers is refused', async () => {
  mock.listen({ onUnhandledFrame: 'bypass' })
  const { misses } = capture()
  const ask = (url: string) => new Promise<string>((done) => http.get(url, (response) => response.setEncoding('utf8').on('data', done)).on('error', () => done('refused')))
  expect(await ask('http://api.test/ok')).toBe('from a handler')
  expect(await ask('http://api.test/no')).toBe('refused')
  expect(misses).toHaveLength(1)
})

test('this machine is asked as ever, and so is a database or whatever else is no HTTP', async () => {
  const server = await serve((_, response) => response.end('here'))
  const { misses } = capture()
  expect(await outcome(fetch(server.url))).toBe('here')
  expect(await outcome(fetch(server.url.replace('127.0.0.1', 'localhost')))).toBe('here')
  const socket = net.connect({ host: 'db.invalid', port: 5432 })
  const { code } = (await new Promise((failed) => socket.on('error', failed))) as { code: string }
  expect(code).toMatch(/ENOTFOUND|EAI_AGAIN/)
  expect(misses).toEqual([])
})

test("'warn' says it once and lets it pass; 'bypass' says nothing", async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
  const one = capture({ settings: { onUnhandledRequest: 'warn' } })
  for (let i = 0; i < 2; i++) expect(await outcome(fetch('http://nowhere.invalid/'))).toMatch(/^TypeError: getaddrinfo/)
  expect(warn.mock.calls.flat()).toEqual([expect.stringMatching(/GET http:\/\/nowhere\.invalid\/ was answered by nothing/)])
  one.leave()
  const other = capture({ settings: { onUnhandledRequest: 'bypass' } })
  expect(await outcome(fetch('http://nowhere.invalid/'))).toMatch(/^TypeError: getaddrinfo/)
  expect([...one.misses, ...other.misses, warn.mock.calls.length]).toEqual([1])
})

describe("a component's request", () => {
  const exchange = createRealExchange()
  const ask = (url: string) => exchange.send({ method: 'GET', url, headers: [], body: new Uint8Array() }, new AbortController().signal)

  test('goes out while nothing mocks: it is recorded with the call', async () => {
    const { misses } = capture()
    expect(await ask('http://nowhere.invalid/')).toEqual({ failure: 'DNS-error' })
    expect(misses).toEqual([])
  })

  test('is answered by the handlers of msw, and fails the test where none does', async () => {
    mock.listen({ onUnhandledFrame: 'bypass' })
    const { misses } = capture()
    expect(await ask('http://api.test/ok')).toMatchObject({ status: 200 })
    expect(await ask('http://api.test/no')).toMatchObject({ failure: expect.any(String) })
    expect(misses).toHaveLength(1)
  })
})

test('a stand-in of the user answers, whatever it is, and nothing is noted', async () => {
  const { misses } = capture()
  vi.stubGlobal('fetch', async () => 'anything')
  onTestFinished(() => void vi.unstubAllGlobals())
  expect(await fetch('http://api.test/')).toBe('anything')
  expect(misses).toEqual([])
})

test('a request of a server that was started before belongs to the only test that runs', async () => {
  const server = await serve((_, response) => void outcome(fetch('http://api.test/behind')).then((text) => response.end(text)))
  const { misses } = capture()
  expect(await outcome(fetch(server.url))).toMatch(/answered by nothing/)
  expect(misses).toHaveLength(1)
})

test('of tests that run at the same time each has its own, and one that is over has none', async () => {
  const made = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const one = capture({ alone: false })
      await outcome(fetch(`http://api.test/${number}`))
      await outcome(fetch(`http://api.test/${number}/again`))
      return one
    }),
  )
  expect(made.map(({ misses }) => misses.map(({ message }) => message.split(' was ')[0]))).toEqual([1, 2, 3].map((number) => [`GET http://api.test/${number}`, `GET http://api.test/${number}/again`]))
})

test('secrets are not said', async () => {
  const { misses } = capture({ redact: (text) => text.replaceAll('hunter2', '[redacted]') })
  await outcome(fetch('http://me:hunter2@api.test/?key=hunter2').catch(() => fetch('http://api.test/?key=hunter2')))
  expect(misses).toHaveLength(1)
  expect(misses[0]!.message).not.toContain('hunter2')
})
