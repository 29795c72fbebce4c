import { expect, test } from 'vitest'
import { missCode } from '../../../src/replay/miss.ts'
import { connectToTest, rejection } from './connected.ts'

const answering = (outcome: object) => ({ id, method }: { id: string | undefined; method: string | undefined }): object[] => (method === 'tools/call' ? [{ id: Number(id), ...outcome }] : [])

test('calls are listed with what became of them, whoever made them', async () => {
  const { connection, say, until } = connectToTest()
  const { session } = connection
  const client = await connection.client()
  const first = session.callTool('a', { n: 1n })
  await until(3)
  const second = rejection(client.callTool({ name: 'b', arguments: { n: 2 } }))
  await until(4)
  expect(session.calls).toEqual([{ name: 'a', arguments: { n: 1 } }, { name: 'b', arguments: { n: 2 } }])
  say({ id: 1, result: { content: [], structuredContent: 18446744073709551615n } })
  say({ id: 2, error: { code: -32000, message: 'no' } })
  await second
  expect(session.calls[0]).toMatchObject({ result: { structuredContent: 18446744073709551615n } })
  expect(session.calls[0]!.result).toBe(await first)
  expect(session.calls[1]).toMatchObject({ error: { code: -32000, message: 'no' } })
})

test('a duration is measured from when the call leaves, and recorded ones count instead', async () => {
  const { session } = connectToTest(answering({ result: {} })).connection
  const { duration } = await session.callTool('a')
  expect([typeof duration, duration! >= 0, session.calls[0]!.duration]).toEqual(['number', true, duration])
  const played = connectToTest(answering({ result: {} }), { durationOf: (id) => Number(id) * 1000 }).connection.session
  await played.callTool('a')
  expect((await played.callTool('a')).duration).toBe(2000)
})

test('a miss without an explanation is the error as it came, on the line that asked', async () => {
  const { connection } = connectToTest(answering({ error: { code: missCode, message: 'shadowcat: none', data: {} } }))
  const error = await rejection(connection.session.callTool('a'))
  expect(connection.misses).toEqual([error])
  expect(error).toMatchObject({ code: missCode, message: 'shadowcat: none', stack: expect.stringContaining('line.test.ts') })
})

test('an explanation is made once, with the id and the line', async () => {
  const asked: unknown[] = []
  const explanation = new Error('explained')
  const { connection } = connectToTest(answering({ error: { code: missCode, message: 'none' } }), { 
    explain(id, site) {
      asked.push(id, /line\.test\.ts/.test(site.frames))
      return explanation
    },
  })
  expect(await rejection(connection.session.callTool('a'))).toBe(explanation)
  expect(asked).toEqual(['1', true])
})
