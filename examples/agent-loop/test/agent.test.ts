import { expect, test } from 'shadowcat/vitest'
import { type Model, type Step, runAgent } from '../src/agent.ts'

/** A model that has its answers ready. */
const scripted = (...steps: Step[]): Model => (turns) => steps[turns.length]

const minute = 60_000

test('the agent does what the model says, in order', async ({ client, session }) => {
  const turns = await runAgent(client, scripted({ tool: 'get-sum', arguments: { a: 2, b: 40 } }, { tool: 'echo', arguments: { message: 'it is 42' } }))
  expect(turns.map(({ text }) => text)).toEqual(['The sum of 2 and 40 is 42.', 'Echo: it is 42'])
  expect(session).toHaveCalledTool('echo', { message: 'it is 42', request: expect.anything() })
})

test('each call has an id and a time of its own', async ({ client, session }) => {
  const step = { tool: 'echo', arguments: { message: 'again' } }
  await runAgent(client, scripted(step, step, step))
  const requests = session.calls.map(({ arguments: given }) => (given as { request: { id: string; sent: number } }).request)
  expect(new Set(requests.map(({ id }) => id)).size).toBe(3)
  expect(new Set(requests.map(({ sent }) => sent)).size).toBe(3)
})

test('a call that failed is asked again a minute later, as the model puts it then', async ({ client, session, world }) => {
  const model: Model = (turns) => {
    if (turns.length === 0) return { tool: 'get-sum', arguments: { a: 'two', b: 40 } }
    return turns.at(-1)!.failed ? { tool: 'get-sum', arguments: { a: 2, b: 40 } } : undefined
  }
  const [first, second] = await runAgent(client, model)
  expect(first).toMatchObject({ failed: true, text: expect.stringContaining('expected number') })
  expect(second).toMatchObject({ failed: false, text: 'The sum of 2 and 40 is 42.' })
  expect(session.calls[0]!.result).toBeToolError(/expected number/)
  expect(world.now() - world.epoch.getTime()).toBeGreaterThanOrEqual(minute)
})

test('a tool that is not there is given up after four failures and seven minutes', async ({ client, session, world }) => {
  const turns = await runAgent(client, () => ({ tool: 'make-coffee', arguments: {} }))
  expect(turns).toHaveLength(4)
  expect(session.calls).toHaveLength(4)
  expect(world.now() - world.epoch.getTime()).toBeGreaterThanOrEqual(7 * minute)
})
