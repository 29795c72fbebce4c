import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ignoring } from '../../../src/canonical.ts'
import { redactState } from '../../../src/tape/kept.ts'
import { createRedactor } from '../../../src/tape/redact.ts'
import { captureHttp } from '../../../src/vitest/http/capture.ts'
import type { HttpTape } from '../../../src/vitest/http/http-tape.ts'
import { playingTape } from '../../../src/vitest/http/played-http.ts'
import { recordingTape } from '../../../src/vitest/http/recorded-http.ts'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'
import { bodyOf, serve } from './server.ts'

const taped = { tape: 'tapes/a.test.ts/a.tape', command: 'npx vitest run a.test.ts -u' }

/** The test asks while this tape answers. */
function under(tape: HttpTape): { misses: readonly Error[]; leave(): void } {
  const capture = captureHttp({ store: enterWorldStore(), settings: { onUnhandledRequest: 'error' }, tape, alone: true, redact: (text) => text })
  onTestFinished(() => capture.leave())
  return capture
}

/** What `act` asks is recorded, and can be played. */
async function recordThat(act: () => Promise<unknown>): Promise<(ignore?: string[]) => HttpTape> {
  const tape = recordingTape()
  const capture = under(tape)
  await act()
  const recorded = await tape.recorded()
  capture.leave()
  expect(capture.misses).toEqual([])
  const redactor = createRedactor()
  const state = recorded.map((item) => redactState(item, redactor))
  return (ignore = []) => playingTape({ state, ignore: ignoring(ignore), redactor: createRedactor(), taped })
}

const echo = () => serve((request, response) => void bodyOf(request).then((body) => response.setHeader('x-method', request.method!).setHeader('content-type', request.headers['content-type'] ?? 'text/plain').end(body.length > 0 ? body : request.url)))

describe('what was recorded is played with the server gone', () => {
  test('texts, JSON with every digit, bytes, redirects, statuses, headers that come twice, and failures', async () => {
    const binary = Uint8Array.from({ length: 256 }, (_, index) => index)
    const server = await serve((request, response) => {
      if (request.url === '/there') response.writeHead(302, { location: '/here' }).end()
      else if (request.url === '/here') response.writeHead(203, 'Fine', { 'set-cookie': ['a=1', 'b=2'] }).end('{"n":18446744073709551615}')
      else if (request.url === '/none') response.writeHead(204).end()
      else if (request.url === '/cut') response.destroy()
      else void bodyOf(request).then((body) => response.end(body))
    })
    const act = async () => {
      const redirected = await fetch(`${server.url}/there`)
      const failed = await fetch(`${server.url}/cut`).catch((error: Error) => [error.name, error.message, (error.cause as { code: string }).code])
      const posted = await fetch(server.url, { method: 'POST', body: binary })
      return [
        [redirected.status, redirected.statusText, redirected.url, redirected.redirected, redirected.ok, redirected.type, await redirected.text()],
        [(await fetch(`${server.url}/none`)).status, failed],
        [...(await posted.bytes())],
      ]
    }
    let live: unknown
    const play = await recordThat(async () => (live = await act()))
    const asked = server.requests.length
    await server.close()
    const tape = play()
    const { misses } = under(tape)
    expect(await act()).toEqual(live)
    expect([misses, tape.unused(), server.requests.length]).toEqual([[], [], asked])
  })

  test('any body that can be sent', async () => {
    const server = await echo()
    const bodies = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 }), fc.json())
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const ask = async () => [...(await (await fetch(server.url, { method: 'PUT', body: body as string, headers: { 'content-type': 'application/octet-stream' } })).bytes())]
        let live: number[] = []
        const play = await recordThat(async () => (live = await ask()))
        const capture = under(play())
        expect(await ask()).toEqual(live)
        capture.leave()
      }),
      { numRuns: 40 },
    )
  })

  test('forms, whose boundary is another each time, and streams that are sent', async () => {
    const server = await echo()
    const act = async () => {
      const form = new FormData()
      form.set('file', new Blob([Uint8Array.of(0xff, 0)]), 'a.bin')
      const sent = await fetch(server.url, { method: 'POST', body: form })
      const stream = new Blob(['streamed']).stream()
      return [[...new Uint8Array(await ((await sent.formData()).get('file') as Blob).arrayBuffer())], await (await fetch(server.url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)).text()]
    }
    const play = await recordThat(act)
    const { misses } = under(play())
    const form = new FormData()
    form.set('file', new Blob([Uint8Array.of(0xff, 0)]), 'a.bin')
    expect((await fetch(server.url, { method: 'POST', body: form })).status).toBe(200)
    expect(misses).toEqual([])
  })

  test('a stream reaches the code as it comes while it is recorded', async () => {
    const { promise: seen, resolve: see } = Promise.withResolvers<void>()
    const server = await serve((_, response) => {
      response.write('data: 1\n\n')
      void seen.then(() => response.end('data: 2\n\n'))
    })
    const play = await recordThat(async () => {
      const reader = (await fetch(server.url)).body!.pipeThrough(new TextDecoderStream()).getReader()
      expect((await reader.read()).value).toBe('data: 1\n\n')
      see()
      expect((await reader.read()).value).toBe('data: 2\n\n')
    })
    under(play())
    expect(await (await fetch(server.url)).text()).toBe('data: 1\n\ndata: 2\n\n')
  })

  test('a stream without an end, as far as it was read', async () => {
    const server = await serve((_, response) => void response.write('data: 1\n\n'))
    const play = await recordThat(async () => {
      const { value } = await (await fetch(server.url)).body!.getReader().read()
      expect(Buffer.from(value!).toString()).toBe('data: 1\n\n')
    })
    under(play())
    expect(await (await fetch(server.url)).text()).toBe('data: 1\n\n')
  })

  test('what the code gave up is not answered until it is given up again', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const server = await serve(() => arrive())
    const act = async (ready: Promise<void>) => {
      const controller = new AbortController()
      const answer = fetch(server.url, { signal: controller.signal }).catch((error: Error) => error.name)
      const first = await Promise.race([answer, ready.then(() => 'nothing yet')])
      controller.abort()
      return [first, await answer]
    }
    const play = await recordThat(() => act(arrived))
    under(play())
    expect(await act(new Promise((done) => setImmediate(done)))).toEqual(['nothing yet', 'AbortError'])
  })

  test('equal requests in order, also at the same time', async () => {
    let count = 0
    const server = await serve((_, response) => response.end(String(++count)))
    const three = async () => {
      const found = [await (await fetch(server.url)).text()]
      return [...found, ...(await Promise.all([1, 2].map(async () => (await fetch(server.url)).text())))]
    }
    const play = await recordThat(three)
    under(play())
    expect((await three()).sort()).toEqual(['1', '2', '3'])
  })
})

describe('what was not recorded so is a miss, with what comes nearest', () => {
  const json = (url: string, given: unknown, headers: Record<string, string> = {}, verb?: string) => fetch(url, { method: verb ?? 'POST', body: JSON.stringify(given), headers: { 'content-type': 'application/json', ...headers } })
  const recorded = async () => {
    const server = await echo()
    const play = await recordThat(() => json(`${server.url}/pay?to=a`, { amount: 1, to: 'b', id: 12345678901234567890n.toString() }, { 'x-tenant': 'one' }))
    return { url: server.url, play }
  }
  const body = { amount: 1, to: 'b', id: '12345678901234567890' }
  const asks: [string, (url: string) => Promise<Response>, RegExp][] = [
    ['another method', (url) => json(`${url}/pay?to=a`, body, { 'x-tenant': 'one' }, 'PUT'), /it differs at \/method/],
    ['another path', (url) => json(`${url}/buy?to=a`, body, { 'x-tenant': 'one' }), /it differs at \/url/],
    ['another query', (url) => json(`${url}/pay?to=b`, body, { 'x-tenant': 'one' }), /it differs at \/url/],
    ['another header', (url) => json(`${url}/pay?to=a`, body, { 'x-tenant': 'two' }), /was not recorded so in tapes.*it differs at \/headers\/x-tenant/s],
    ['a header less', (url) => json(`${url}/pay?to=a`, body), /it differs at \/headers\/x-tenant/],
    ['another body', (url) => json(`${url}/pay?to=a`, { ...body, amount: 2 }, { 'x-tenant': 'one' }), /it differs at \/body\/amount/],
  ]
  test.each(asks)('%s', async (_, ask, pattern) => {
    const { url, play } = await recorded()
    const tape = play()
    const { misses } = under(tape)
    const error = await ask(url).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name: 'TypeError', message: `fetch failed: ${misses[0]!.message}`, cause: misses[0] })
    expect(misses).toMatchObject([{ name: 'MissError', message: expect.stringMatching(pattern) }])
    expect(misses[0]).toMatchObject({ expected: expect.anything(), actual: expect.anything() })
    expect(misses[0]!.stack).toContain('played-http.test.ts')
    expect(tape.unused()).toEqual([])
  })

  test('what was recorded and is not asked for is told', async () => {
    const { url, play } = await recorded()
    expect(play().unused()).toEqual([`POST ${url}/pay?to=a`])
  })

  test('once more is a miss too', async () => {
    const { url, play } = await recorded()
    const { misses } = under(play())
    const ask = () => json(`${url}/pay?to=a`, body, { 'x-tenant': 'one' }).catch(() => undefined)
    expect((await ask())?.status).toBe(200)
    expect(await ask()).toBeUndefined()
    expect(misses).toMatchObject([{ message: expect.stringMatching(/once more than it was recorded/) }])
  })

  test('a tape without HTTP says that it has none', async () => {
    const { misses } = under(playingTape({ state: [], ignore: ignoring([]), redactor: createRedactor(), taped }))
    await fetch('http://127.0.0.1:9/').catch(() => undefined)
    expect(misses).toMatchObject([{ message: expect.stringMatching(/GET http:\/\/127\.0\.0\.1:9\/ was not recorded in tapes.*holds no request over HTTP/s) }])
  })

  test('not so the order of headers and JSON members, volatile headers, or what is to be ignored', async () => {
    const { url, play } = await recorded()
    const { misses } = under(play(['/body/amount', '/headers/x-tenant']))
    const { status } = await fetch(`${url}/pay?to=a`, { method: 'POST', headers: { 'x-tenant': 'two', traceparent: '00-1-2-01', 'Content-Type': 'application/json' }, body: '{ "id":"12345678901234567890", "to": "b", "amount": 7 }' })
    expect([status, misses]).toEqual([200, []])
  })
})

test('secrets are not on the tape, and another secret in their place is the same request', async () => {
  const server = await echo()
  const secret = (key: string) => ({ method: 'POST', headers: { authorization: `Bearer ${key}`, 'x-api-key': key }, body: JSON.stringify({ password: key }) })
  const play = await recordThat(() => fetch(`${server.url}/?access_token=first-secret-value`, secret('first-secret-value')))
  const { misses } = under(play())
  expect((await fetch(`${server.url}/?access_token=another-4711-much-longer-value`, secret('another-4711-much-longer-value'))).status).toBe(200)
  expect(await (await fetch(server.url).catch((error: Error) => new Response((error.cause as Error).message))).text()).not.toMatch(/first-secret|another-4711/)
  expect(misses).toHaveLength(1)
})
