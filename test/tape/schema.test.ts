import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { applicationId, checkVersion, createSchema, schemaVersion, stateKinds } from '../../src/tape/schema.ts'

function empty(): Database.Database {
  const database = new Database(':memory:')
  createSchema(database)
  return database
}

test('a tape is marked as one, with its version', () => {
  const database = empty()
  expect(database.pragma('application_id', { simple: true })).toBe(applicationId)
  expect(Buffer.from(applicationId.toString(16), 'hex').toString()).toBe('shct')
  expect(database.pragma('user_version', { simple: true })).toBe(schemaVersion)
})

test('the kinds of external state keep the places by which journals name them', () => {
  expect(stateKinds.slice(0, 5)).toEqual(['clock', 'random', 'http', 'file', 'environment'])
})

test('the table that the project began with stays as it was, and other columns follow', () => {
  const columns = empty().pragma('table_info(recordings)') as { name: string; type: string; pk: number }[]
  expect(columns.slice(0, 7).map(({ name, type, pk }) => [name, type, pk])).toEqual([
    ['id', 'INTEGER', 1],
    ['session_id', 'TEXT', 0],
    ['timestamp', 'INTEGER', 0],
    ['message_type', 'TEXT', 0],
    ['message', 'BLOB', 0],
    ['component_id', 'TEXT', 0],
    ['policy', 'BLOB', 0],
  ])
  expect(columns.slice(7).map(({ name }) => name)).toEqual(['direction', 'origin', 'method', 'request_key', 'reply_to', 'exchange', 'stream', 'event_id', 'late'])
})

test('version 1 has every table and view, those of later features too', () => {
  const rows = empty().prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name").pluck().all()
  expect(rows).toEqual(['component_bytes', 'component_loads', 'exchanges', 'external_state', 'interceptions', 'recordings', 'sessions', 'timing', 'tool_invocations'])
})

test('a newer version is refused with what to do, an impossible one as damage', () => {
  expect(() => checkVersion(1, 'a.tape')).not.toThrow()
  expect(() => checkVersion(2, 'a.tape')).toThrow(expect.objectContaining({ code: 'version', message: expect.stringMatching(/a\.tape is a tape of version 2, made by a newer shadowcat.*upgrade shadowcat/) }))
  expect(() => checkVersion(0, 'a.tape')).toThrow(expect.objectContaining({ code: 'tape' }))
})
