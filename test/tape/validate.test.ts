import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { type Finding, validateTape } from '../../src/tape/validate.ts'
import { type Said, anythingSaid, conversation, errorOf, record, temporaryFolder, upstreamUsing, used } from './tapes.ts'
import fc from 'fast-check'

const upstream = upstreamUsing(used('http', { url: 'x' }, { status: 200 }), used('clock', { uses: 1 }))

/** What is found in a sound tape after this was done to it. */
async function findingsAfter(sql: string): Promise<Finding[]> {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path, conversation, {}, upstream)
  expect(validateTape(path)).toEqual([])
  const database = new Database(path)
  database.pragma('foreign_keys = off')
  database.exec(sql)
  database.close()
  return validateTape(path)
}

test('a tape that was recorded is sound, whatever was said', async () => {
  const folder = temporaryFolder()
  let number = 0
  await fc.assert(
    fc.asyncProperty(anythingSaid, async (said) => {
      const path = join(folder, `${++number}.tape`)
      await record(path, said)
      expect(validateTape(path)).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test.each([
  ["UPDATE recordings SET message = CAST('{' AS BLOB) WHERE id = 4", 4, /not JSON/],
  ["UPDATE recordings SET message_type = 'result' WHERE id = 4", 4, /marked as result, but is request/],
  ["UPDATE recordings SET method = 'ping' WHERE id = 4", 4, /method ping, but has tools\/call/],
  ["UPDATE recordings SET request_key = 'x' WHERE id = 4", 4, /request key/],
  ['UPDATE recordings SET reply_to = 1 WHERE id = 5', 5, /answer to 1, but answers 4/],
  ['UPDATE recordings SET reply_to = NULL WHERE id = 5', 5, /answer to no entry, but answers 4/],
  ['UPDATE recordings SET reply_to = 77 WHERE id = 5', 5, /names a row of recordings that is not there/],
  ["UPDATE recordings SET direction = 'up' WHERE id = 4", 4, /direction is "up"/],
  ['DELETE FROM recordings WHERE id = 3', 4, /number should be 3/],
  ['UPDATE recordings SET timestamp = -5 WHERE id = 4', 4, /its time is -5/],
  ["INSERT INTO component_bytes VALUES ('sha256:00', x'00')", undefined, /another digest/],
  ["UPDATE external_state SET request = CAST('{' AS BLOB) WHERE id = 1", 5, /external state 1 has a request that is no JSON/],
  ['UPDATE external_state SET request = NULL WHERE id = 2', 5, /external state 2 has a request that is no JSON/],
  ["UPDATE external_state SET request = '{}' WHERE id = 2", 5, /external state 2 has a request that is no JSON/],
  ["UPDATE external_state SET response = x'ff' WHERE id = 1", 5, /external state 1 has a response that is no JSON/],
  ["UPDATE external_state SET kind = 'socket' WHERE id = 1", 5, /external state 1 is of kind "socket", which is none/],
  ['UPDATE external_state SET entry = 77 WHERE id = 1', undefined, /row 1 of external_state names a row of recordings that is not there/],
  ['UPDATE external_state SET entry = 4 WHERE id = 1', 4, /external state 1 belongs to a request, which answers nothing/],
  ['UPDATE external_state SET timestamp = 1 WHERE id = 1', 5, /another session or time than its entry/],
  ["UPDATE sessions SET upstream = 'x'", undefined, /no JSON|not JSON/],
] as const)('%s is found', async (sql, entry, problem) => {
  const findings = await findingsAfter(sql)
  expect(findings).toContainEqual({ ...(entry && { entry }), problem: expect.stringMatching(problem) })
})

test('a damaged file is a finding, what is no tape is an error', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path)
  const bytes = readFileSync(path)
  bytes.fill(0xff, 4096 + 8, 4096 + 200)
  writeFileSync(path, bytes)
  expect(validateTape(path)[0]!.problem).toMatch(/damaged|malformed/)
  writeFileSync(path, 'text')
  expect(await errorOf(() => validateTape(path))).toMatchObject({ code: 'tape' })
})

test('a newer version is refused', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path)
  const bytes = readFileSync(path)
  bytes.writeUInt32BE(2, 60)
  writeFileSync(path, bytes)
  expect(await errorOf(() => validateTape(path))).toMatchObject({ code: 'version' })
})

test('no more than a hundred findings are given', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const many: Said[] = Array.from({ length: 150 }, () => conversation[2]!)
  await record(path, many)
  const database = new Database(path)
  database.exec("UPDATE recordings SET method = 'x'")
  database.close()
  expect(validateTape(path)).toHaveLength(100)
})
