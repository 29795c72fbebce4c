import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { expect, test } from 'shadowcat/vitest'
import { afterAll, beforeAll } from 'vitest'

/** Answers the component while it is recorded. In replay no component runs, and nothing is asked. */
const rates = setupServer(
  http.get('https://rates.example/v1/USD', () => HttpResponse.text('1.08')),
  http.get('https://rates.example/v1/:currency', () => new HttpResponse('unknown', { status: 404 })),
)
beforeAll(() => rates.listen({ onUnhandledFrame: 'error' }))
afterAll(() => rates.close())

test('a rate is what the server says', async ({ session }) => {
  expect(await session.callTool('rate', { currency: 'USD' })).toMatchToolSnapshot()
})

test('a currency that nobody knows has no rate', async ({ session }) => {
  const { structuredContent } = await session.callTool('rate', { currency: 'XXX' })
  expect(structuredContent).toEqual({ result: { err: 'no rate for XXX' } })
})

test('a quote carries a number of 64 bits and the time', async ({ session, world }) => {
  const quote = await session.callTool('quote', { currency: 'USD' })
  expect(quote).toMatchToolSnapshot()
  // The component is held in the same world as the test: the clock stood when it was called.
  expect(quote.structuredContent).toMatchObject({ result: { number: expect.any(BigInt), issued: world.epoch.getTime() } })
})

test('quotes at one time, by one seed, are the same', async ({ session }) => {
  const first = await session.callTool('quote', { currency: 'USD' })
  const second = await session.callTool('quote', { currency: 'USD' })
  expect(second).toEqual(first)
  await expect(first).toBeDeterministic({ runs: 5 })
})

test('a currency must be named', async ({ session }) => {
  expect(await session.callTool('rate')).toBeToolError(/missing field currency/)
})
