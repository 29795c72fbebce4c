import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchRequests } from '../../../src/vitest/world/requests.ts'

const server = createServer((request, response) => {
  if (request.url === '/never') return
  if (request.url === '/events') response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  else response.end('answer')
})
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** What was open at the most, and at the end. */
async function watching(body: (open: () => number) => Promise<unknown>, isOwn = (): boolean => true): Promise<{ most: number; left: number }> {
  let [open, most] = [0, 0]
  const end = watchRequests(isOwn, (change) => (most = Math.max(most, (open += change))))
  await body(() => open)
  end()
  return { most, left: open }
}

test('a request is open until its answer is whole', async () => {
  expect(await watching(async () => (await fetch(url)).text())).toEqual({ most: 1, left: 0 })
  expect(await watching(() => new Promise<void>((resolve) => void get(url, (answer) => answer.resume()).on('close', resolve)))).toEqual({ most: 1, left: 0 })
})

test('a stream of events is over when it has begun', async () => {
  const abort = new AbortController()
  expect(await watching(() => fetch(`${url}/events`, { signal: abort.signal }))).toEqual({ most: 1, left: 0 })
  abort.abort()
  const events = await watching(() => new Promise<void>((resolve) => {
    const request = get(`${url}/events`, () => {
      resolve()
      request.destroy()
    })
  }))
  expect(events).toEqual({ most: 1, left: 0 })
})

test('a request that fails or is given up is over', async () => {
  const given = await watching(async (open) => {
    const abort = new AbortController()
    const answer = fetch(`${url}/never`, { signal: abort.signal })
    await expect.poll(open).toBe(1)
    abort.abort()
    await answer.catch(() => undefined)
    await new Promise<void>((resolve) => {
      const request = get(`${url}/never`).on('error', () => undefined).on('close', resolve)
      request.once('socket', () => request.destroy())
    })
    // The connection learns of it after its caller.
    await expect.poll(open).toBe(0)
  })
  expect(given.most).toBeGreaterThan(0)
})

test("another test's requests, and those after the watch, do not count", async () => {
  expect(await watching(() => fetch(url), () => false)).toEqual({ most: 0, left: 0 })
  let told = 0
  watchRequests(() => true, () => told++)()
  await fetch(url)
  expect(told).toBe(0)
})
