import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createRealExchange } from '../../src/world/exchange.ts'
import { nothingGranted } from '../../src/world/world.ts'
import { endingOf, heldWorld, load } from './components.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const grants = { ...nothingGranted, host: () => true }
const call = async (name: string, ...args: unknown[]) => endingOf(await (await load('http')).call({ name }, args, heldWorld({ exchange: createRealExchange() }), { grants }))

test('msw sees what the component asks, and answers it', async () => {
  const seen: string[] = []
  server.use(
    http.get('http://api.test/first', ({ request }) => {
      seen.push(`${request.method} ${request.url}`)
      return HttpResponse.text('/second')
    }),
    http.get('http://api.test/second', () => HttpResponse.text('from msw')),
    http.post('http://api.test/echo', async ({ request }) => HttpResponse.text(`echo ${await request.text()}`)),
  )
  expect(await call('sequential', 'api.test', '/first')).toBe('from msw')
  expect(await call('post', 'api.test', '/echo', 'hello')).toBe('echo hello')
  expect(seen).toEqual(['GET http://api.test/first'])
})

test('a network error of msw is one for the component', async () => {
  server.use(http.get('http://api.test/', () => HttpResponse.error()))
  expect(await call('fetch', 'api.test', '/')).toEqual({ thrown: 38 })
})

test('what nobody handles fails', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  try {
    expect(await call('fetch', 'unhandled.test', '/')).toEqual({ thrown: 38 })
    expect(said.mock.calls.join()).toContain('http://unhandled.test/')
  } finally {
    said.mockRestore()
  }
})
