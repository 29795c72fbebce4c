import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTape, readTape } from '../../src/tape/reader.ts'
import { buildTape } from '../../src/tape/writer.ts'
import { type Said, abandonedJournal, anythingSaid, begin, conversation, errorOf, record, say, temporaryFolder, upstreamUsing, used } from './tapes.ts'

test('the same content gives the same bytes', async () => {
  const folder = temporaryFolder()
  let number = 0
  await fc.assert(
    fc.asyncProperty(anythingSaid, async (said) => {
      const paths = [join(folder, `${++number}.tape`), join(folder, `${++number}.tape`)]
      for (const path of paths) await record(path, said)
      expect(readFileSync(paths[0]!).equals(readFileSync(paths[1]!))).toBe(true)
    }),
    { numRuns: 25 },
  )
})

test('a recording of many pages has the same bytes too', async () => {
  const folder = temporaryFolder()
  const many: Said[] = Array.from({ length: 3000 }, (_, index) => ['>', { jsonrpc: '2.0', id: index, method: 'x', params: { filling: 'x'.repeat((index * 7919) % 6000) } }])
  for (const name of ['a', 'b']) await record(join(folder, `${name}.tape`), many)
  expect(readFileSync(join(folder, 'a.tape')).equals(readFileSync(join(folder, 'b.tape')))).toBe(true)
})

test('the protocol version is the one that the server answered, or that requests carry', async () => {
  const folder = temporaryFolder()
  await record(join(folder, 'a.tape'))
  expect(readTape(join(folder, 'a.tape')).sessions[0]!.protocolVersion).toBe('2025-06-18')
  const stateless: Said[] = [['>', { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } }]]
  await record(join(folder, 'b.tape'), stateless)
  expect(readTape(join(folder, 'b.tape')).sessions[0]!.protocolVersion).toBe('2026-07-28')
  await record(join(folder, 'c.tape'), [['>', '{"jsonrpc":"2.0","id":1,"method":"ping"}']])
  expect(readTape(join(folder, 'c.tape')).sessions[0]).not.toHaveProperty('protocolVersion')
})

test('the views join calls to their answers, and tell how long they took', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path)
  const tape = openTape(path)
  const calls = tape.database.prepare('SELECT id, tool, answer, outcome, duration, request, response FROM tool_invocations').all()
  expect(calls).toEqual([{ id: 4, tool: 'echo', answer: 5, outcome: 'result', duration: 1500, request: conversation[3]![1], response: conversation[4]![1] }])
  expect(tape.database.prepare('SELECT id, method, gap, duration FROM timing').all()).toEqual([
    { id: 1, method: 'initialize', gap: null, duration: null },
    { id: 2, method: 'initialize', gap: 1500, duration: 1500 },
    { id: 3, method: 'notifications/initialized', gap: 1500, duration: null },
    { id: 4, method: 'tools/call', gap: 1500, duration: null },
    { id: 5, method: 'tools/call', gap: 1500, duration: 1500 },
  ])
  tape.close()
})

test('requests have a key that equal ones share, and nothing else has one', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const said: Said[] = [
    ['>', '{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":1,"b":[1.0]}}'],
    ['>', '{"method":"x", "params":{"b":[1.00], "a":1, "_meta":{"progressToken":5}},"id":2,"jsonrpc":"2.0"}'],
    ['>', '{"jsonrpc":"2.0","id":3,"method":"x","params":{"a":1,"b":[1]}}'],
    ['>', '[{"jsonrpc":"2.0","id":4,"method":"x"}]'],
    ['>', '{"jsonrpc":"2.0","method":"x"}'],
  ]
  await record(path, said)
  const tape = openTape(path)
  const keys = tape.database.prepare('SELECT request_key FROM recordings ORDER BY id').pluck().all() as (string | null)[]
  tape.close()
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
  expect(keys.slice(3)).toEqual([null, null])
})

test('progress is told, and other work of the process gets its turn', async () => {
  const folder = temporaryFolder()
  const many: Said[] = Array.from({ length: 11_000 }, () => ['>', '{"jsonrpc":"2.0","method":"x"}'])
  const journal = await abandonedJournal(join(folder, 'a.tape'), many)
  const told: number[] = []
  let turns = 0
  const turn = (): void => {
    turns++
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  const built = await buildTape(journal, join(folder, 'out'), { progress: (entries) => told.push(entries) })
  clearImmediate(next)
  expect(built).toMatchObject({ entries: 11_000, sessions: 1, tail: { torn: 0, damaged: 0 } })
  expect(told).toEqual([4999, 9999])
  expect(turns).toBeGreaterThan(1)
})

test('a tape that cannot be built leaves nothing, and the journal as it is', async () => {
  const folder = temporaryFolder()
  const journal = await abandonedJournal(join(folder, 'a.tape'))
  const before = readFileSync(journal)
  expect((await errorOf(() => buildTape(journal, join(folder, 'none', 'out')))).message).toMatch(/cannot make a tape of .*does not exist \(ENOENT\).*The journal stays as it is/)
  expect(readFileSync(journal)).toEqual(before)
  expect(readdirSync(folder)).toHaveLength(1)
})

test('what an earlier attempt left is written over', async () => {
  const folder = temporaryFolder()
  const journal = await abandonedJournal(join(folder, 'a.tape'))
  writeFileSync(join(folder, 'out'), 'half a tape')
  await buildTape(journal, join(folder, 'out'))
  expect(readTape(join(folder, 'out')).entries).toHaveLength(conversation.length)
})

test('what calls used makes the same bytes too', async () => {
  const folder = temporaryFolder()
  const upstream = upstreamUsing(...Array.from({ length: 200 }, (_, index) => used('file', { ask: 'read', path: `/${index}` }, { answer: { text: 'x'.repeat(index * 31) } })))
  for (const name of ['a', 'b']) await record(join(folder, `${name}.tape`), conversation, {}, upstream)
  expect(readFileSync(join(folder, 'a.tape')).equals(readFileSync(join(folder, 'b.tape')))).toBe(true)
  expect(readTape(join(folder, 'a.tape')).state).toHaveLength(200)
})

test('large contents come through whole, however the journal is read', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(700_000))
  await record(path, conversation, {}, upstreamUsing(...contents.map((text) => used('file', { ask: 'read', path: text.slice(0, 1) }, { answer: { text } }))))
  const kept = readTape(path).state!.map(({ response }) => (JSON.parse(String(response)) as { answer: { text: string } }).answer.text)
  expect(kept.map((text) => text.slice(0, 1) + String(text.length))).toEqual(['a700000', 'b700000', 'c700000', 'd700000'])
  expect(kept).toEqual(contents)
})

test('what a call used goes with its answer when that was torn off, and no answer is there without all of it', async () => {
  const folder = temporaryFolder()
  const recorder = begin(join(folder, 'a.tape'))
  await say(recorder, conversation, 1, upstreamUsing(used('http', { url: 'first' }), used('file', { path: 'second' }, { answer: null }), used('clock', { uses: 3 })))
  recorder.leave()
  const whole = readFileSync(recorder.journal)
  const torn = join(folder, 'torn.journal')
  for (let size = whole.indexOf('first') - 30; size <= whole.length; size++) {
    writeFileSync(torn, whole.subarray(0, size))
    const { path } = await buildTape(torn, join(folder, 'out'))
    const { entries, state } = readTape(path)
    expect(state!.map(({ session, entry }) => [session, entry])).toEqual(entries.length === 5 ? [[1, 5], [1, 5], [1, 5]] : [])
  }
})
