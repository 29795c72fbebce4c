import { expect, test } from 'vitest'
import { fixture } from '../../verify/servers.ts'
import { type Played, connectPlayed, connectRecorded, connectToTest } from './connected.ts'

test('input that a real server asks for is given, live and from the tape', async () => {
  const { connection, recorded } = await connectRecorded(fixture('stateless'), { protocolVersion: '2026-07-28' })
  const deploy = async ({ session }: typeof connection): Promise<unknown> => {
    session.onRequest('elicitation/create', () => ({ action: 'accept', content: { reason: 'because' } }))
    return (await session.callTool('deploy', { what: 'it' })).content
  }
  const said = [{ type: 'text', text: 'deployed it: because, state of it' }]
  expect(await deploy(connection)).toEqual(said)
  const { connection: replayed, player } = connectPlayed(await recorded(), { protocolVersion: '2026-07-28' })
  expect([await deploy(replayed), player.misses, player.unused()]).toEqual([said, [], []])
})

/** A server that always wants the same. */
function wanting(input: object): Played {
  return connectToTest(({ id, method }) => (method === 'tools/call' ? [{ id: Number(id), result: { resultType: 'input_required', ...input } }] : []), { protocolVersion: '2026-07-28' })
}

test('a result that wants what nobody answers is given back as it is', async () => {
  const { connection, heard } = wanting({ inputRequests: { a: { method: 'roots/list' }, b: { method: 'sampling/createMessage' } } })
  connection.session.onRequest('roots/list', () => ({ roots: [] }))
  expect(await connection.session.callTool('x')).toMatchObject({ resultType: 'input_required' })
  expect(heard).toHaveLength(1)
})

test('a result that wants nothing but to be asked again is given back', async () => {
  const { connection, heard } = wanting({ inputRequests: {}, requestState: 'busy' })
  expect(await connection.session.callTool('x')).toMatchObject({ requestState: 'busy' })
  expect(heard).toHaveLength(1)
})

test('a server that never has enough gets no more after ten rounds', async () => {
  const { connection, heard } = wanting({ inputRequests: { a: { method: 'roots/list' } }, requestState: 1n })
  connection.session.onRequest('roots/list', () => ({ roots: [] }))
  await connection.session.callTool('x', { y: 1 })
  expect(heard).toHaveLength(11)
  expect(heard[1]!.value).toMatchObject({ params: { name: 'x', arguments: { y: 1 }, inputResponses: { a: { roots: [] } }, requestState: 1 } })
})

test('what an answer throws is what the call rejects with', async () => {
  const { connection } = wanting({ inputRequests: { a: { method: 'roots/list' } } })
  connection.session.onRequest('roots/list', () => {
    throw new Error('no roots')
  })
  await expect(connection.session.callTool('x')).rejects.toThrow('no roots')
})
