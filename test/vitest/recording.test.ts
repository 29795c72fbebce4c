import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { readTape } from '../../src/tape/reader.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import type { Conversation } from '../../src/vitest/conversation.ts'
import { record } from '../../src/vitest/recording.ts'
import { type Connection, connect } from '../../src/vitest/session/connection.ts'
import type { UpstreamSpecification } from '../../src/open/specification.ts'
import { serverNamed, settingsIn } from './stage-setting.ts'

type Subject = { conversation: Conversation; connection: Connection; path: string; root: string; [Symbol.dispose](): void }

function subject(upstream: UpstreamSpecification = serverNamed('echo')): Subject {
  const { settings, root, [Symbol.dispose]: dispose } = settingsIn()
  const path = join(settings.tapes, 'a.test.ts', 'x.tape')
  const conversation = record({ settings, upstream, path, held: { epoch: new Date(7), seed: 3n }, redactor: createRedactor(), environment: {} })
  return { conversation, connection: connect({ transport: conversation.transport }), path, root, [Symbol.dispose]: dispose }
}

test('what was said is kept with its epoch and seed, also what was asked last and not waited for', async () => {
  using one = subject()
  await one.connection.session.callTool('echo', { text: 'first' })
  const last = one.connection.session.callTool('echo', { text: 'last' })
  await one.conversation.end('in order')
  await one.connection.close()
  expect((await last).content[0]?.text).toBe('last')
  expect(await one.conversation.keep(false)).toBe(true)
  const { sessions, entries } = readTape(one.path)
  expect(sessions).toMatchObject([{ world: { epoch: '1970-01-01T00:00:00.007Z', seed: 3 } }])
  expect(entries.filter(({ message }) => message.method === 'tools/call')).toHaveLength(2)
  expect(readdirSync(join(one.path, '..'))).toEqual(['x.tape'])
})

test('what is discarded leaves nothing, nor does a test that says nothing', async () => {
  using one = subject()
  await one.connection.session.callTool('echo')
  await one.conversation.end('at once')
  one.conversation.discard()
  using two = subject()
  await two.conversation.end('in order')
  expect(await two.conversation.keep(false)).toBe(false)
  for (const { path } of [one, two]) expect(existsSync(join(path, '..'))).toBe(false)
})

test('a test that says nothing and asks for its world keeps that alone; what it used besides the session is kept too', async () => {
  using one = subject({ command: ['/nowhere/server'] })
  await one.conversation.end('in order')
  expect(await one.conversation.keep(true)).toBe(true)
  expect(readTape(one.path)).toMatchObject({ entries: [], sessions: [{ world: { seed: 3 } }] })
  using two = subject({ command: ['/nowhere/server'] })
  await two.conversation.state([{ kind: 'http', request: Buffer.from('{"method":"GET"}') }])
  await two.conversation.end('in order')
  expect(await two.conversation.keep(false)).toBe(true)
  expect(readTape(two.path).state).toHaveLength(1)
})

test('a server that cannot start is the failure, and leaves nothing', async () => {
  using one = subject({ command: ['/nowhere/server'] })
  await expect(one.connection.session.callTool('echo')).rejects.toThrow('cannot start `/nowhere/server`')
  await one.conversation.end('in order')
  expect(one.conversation.failure?.message).toContain('cannot start `/nowhere/server`')
  one.conversation.discard()
  expect(existsSync(join(one.path, '..'))).toBe(false)
})

test('a server that ends by itself says why, and a test may pass with that', async () => {
  using one = subject(serverNamed('dies-in-call'))
  await expect(one.connection.session.callTool('die')).rejects.toThrow('ended by signal SIGABRT')
  await one.conversation.end('in order')
  expect(one.conversation.failure).toBeUndefined()
  expect(await one.conversation.keep(false)).toBe(true)
})

test('a test that is over while its server starts leaves no server and no tape', async () => {
  using one = subject()
  const call = one.connection.session.callTool('echo').catch((error: unknown) => error)
  const ended = one.conversation.end('at once')
  await ended
  await one.connection.close()
  expect(await call).toBeInstanceOf(Error)
  one.conversation.discard()
  expect(existsSync(join(one.path, '..'))).toBe(false)
})

test('a test that passed before its server was up does not fail of that, and records nothing', async () => {
  using one = subject()
  const call = one.connection.session.callTool('echo').catch((error: unknown) => error)
  await one.conversation.end('in order')
  await one.connection.close()
  expect(await call).toBeInstanceOf(Error)
  expect([one.conversation.failure, await one.conversation.keep(false)]).toEqual([undefined, false])
})

test('what a server says that is no message is told, once for all tests of a file', async () => {
  using warn = vi.spyOn(console, 'warn').mockReturnValue()
  for (let times = 0; times < 2; times++) {
    using one = subject(serverNamed('junk-on-stdout'))
    expect((await one.connection.session.callTool('junk')).content[0]?.text).toBe('done')
    await one.conversation.end('in order')
    one.conversation.discard()
  }
  expect(warn.mock.calls.flat()).toEqual([expect.stringMatching(/^shadowcat: from the server: .*Listening…/), expect.stringMatching(/^shadowcat: from the server: .*DEBUG/)])
})
