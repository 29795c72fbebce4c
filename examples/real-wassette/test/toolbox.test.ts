import { expect, test } from 'shadowcat/vitest'

test('it says what it is told', async ({ session }) => {
  expect(await session.callTool('echo', { text: 'hello, tape' })).toMatchToolSnapshot()
})

test('an integer of 64 bits keeps every digit', async ({ session }) => {
  const { structuredContent } = await session.callTool('same-u64', { value: 18446744073709551615n })
  expect(structuredContent).toEqual({ result: 18446744073709551615n })
})

test('nothing is divided by zero', async ({ session }) => {
  expect(await session.callTool('divide', { a: 42, b: 2 })).toMatchToolSnapshot()
  expect(await session.callTool('divide', { a: 1, b: 0 })).toMatchToolSnapshot()
})

test('a component that falls is a tool error', async ({ session }) => {
  expect(await session.callTool('fall')).toBeToolError(/unreachable/)
  expect(session).toHaveCalledTool('fall')
})

test('the time that Wassette gives is real when it is recorded, and the recorded one from then on', async ({ session }) => {
  const { structuredContent } = await session.callTool('now-seconds')
  expect(structuredContent).toEqual({ result: expect.any(Number) })
})
