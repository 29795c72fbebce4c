import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTapeBuilder } from '../../src/tape/builder.ts'
import { openTape, readTape } from '../../src/tape/reader.ts'
import { temporaryFolder, toMessage, used } from './tapes.ts'

const session = { ordinal: 1, upstream: { kind: 'test' }, startedAt: '2026-11-23T12:00:00.000Z' }

test('entries get their numbers in order, and what they answer', () => {
  const builder = createTapeBuilder(join(temporaryFolder(), 'a.tape'))
  builder.session(session)
  expect(builder.entry({ session: 1, timestamp: 1, direction: 'to-server', late: false }, toMessage('{"jsonrpc":"2.0","id":1,"method":"x"}'))).toBe(1)
  expect(builder.entry({ session: 1, timestamp: 2, direction: 'to-client', late: false, stream: '', exchange: 0 }, toMessage('{"jsonrpc":"2.0","id":1,"result":{}}'))).toBe(2)
  expect(builder.finish()).toBe(1)
  expect(readTape(builder.path).entries).toMatchObject([{ id: 1 }, { id: 2, replyTo: 1, stream: '', exchange: 0 }])
})

test('sessions are in the order of their numbers, whenever they came', () => {
  const builder = createTapeBuilder(join(temporaryFolder(), 'a.tape'))
  for (const ordinal of [10, 2, 1]) builder.session({ ...session, ordinal })
  builder.finish()
  expect(readTape(builder.path).sessions.map(({ ordinal }) => ordinal)).toEqual([1, 2, 10])
})

test('a file that is there is not touched', () => {
  const path = join(temporaryFolder(), 'a.tape')
  writeFileSync(path, 'mine')
  expect(() => createTapeBuilder(path)).toThrow('EEXIST')
})

test('discarded it leaves nothing', () => {
  const builder = createTapeBuilder(join(temporaryFolder(), 'a.tape'))
  builder.session(session)
  builder.discard()
  expect(existsSync(builder.path)).toBe(false)
})

test('what a call used stands in its own table, with the time of its entry', () => {
  const builder = createTapeBuilder(join(temporaryFolder(), 'a.tape'))
  builder.session(session)
  builder.entry({ session: 1, timestamp: 7, direction: 'to-client', late: false }, toMessage('{"jsonrpc":"2.0","id":1,"result":{}}'))
  builder.state({ ...used('http', { url: 'x' }, { status: 200 }), session: 1, entry: 1, timestamp: 7 })
  builder.state({ ...used('clock', {}), session: 1, entry: 1, timestamp: 7 })
  builder.finish()
  const tape = openTape(builder.path)
  expect(tape.database.prepare('SELECT id, session_id, entry, timestamp, kind, CAST(request AS TEXT) AS request, CAST(response AS TEXT) AS response FROM external_state').all()).toEqual([
    { id: 1, session_id: '1', entry: 1, timestamp: 7, kind: 'http', request: '{"url":"x"}', response: '{"status":200}' },
    { id: 2, session_id: '1', entry: 1, timestamp: 7, kind: 'clock', request: '{}', response: null },
  ])
  tape.close()
})
