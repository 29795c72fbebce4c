import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openTape, readTape } from '../../src/tape/reader.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { redactTape } from '../../src/tape/rewrite.ts'
import { validateTape } from '../../src/tape/validate.ts'
import type { Upstream } from '../../src/upstream.ts'
import { type Said, begin, conversation, errorOf, noRedaction, record, say, temporaryFolder, upstreamUsing, used } from './tapes.ts'

const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
const said: Said[] = [
  ...conversation,
  ['>', { jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'x', arguments: { text: `hello ${secret}` } } }],
  ['<', { jsonrpc: '2.0', id: 9, result: { content: [{ type: 'text', text: JSON.stringify({ echoed: secret }) }] } }],
]
const upstream: Upstream = {
  describe: () => ({ kind: 'process', command: ['server', secret] }),
  open: () => {
    throw new Error('not opened here')
  },
  initial: () => ({ components: [{ component: 'c', uri: `https://u:${secret}@host/c`, initial: true, policy: Buffer.from(`# ${secret}\n`), bytes: Buffer.from('\0asm') }] }),
  annotate: (message) => (message.method === 'tools/call' ? { component: 'c', policy: Buffer.from(`# ${secret}\n`) } : undefined),
}

test('a tape redacted in its place holds the secret nowhere, and everything else as it was', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.tape')
  await record(path, said, { withComponents: true }, upstream)
  const before = readTape(path)
  expect(readFileSync(path, 'latin1')).toContain(secret)
  expect(redactTape(path, createRedactor())).toEqual({ path, entries: said.length, changed: 2 })
  expect(readFileSync(path, 'latin1')).not.toContain(secret)
  const after = readTape(path)
  expect(after.redaction).toBe(createRedactor().hash)
  expect(after.entries.map(({ id, timestamp, replyTo, component }) => [id, timestamp, replyTo, component])).toEqual(before.entries.map(({ id, timestamp, replyTo, component }) => [id, timestamp, replyTo, component]))
  for (const index of conversation.keys()) expect(after.entries[index]!.message.bytes).toEqual(before.entries[index]!.message.bytes)
  expect(after.loads[0]!.bytes).toEqual(Buffer.from('\0asm'))
  expect(validateTape(path)).toEqual([])
  expect(readdirSync(folder)).toEqual(['a.tape'])
})

test('it is the file that a recording under the same rules makes', async () => {
  const folder = temporaryFolder()
  const [late, early] = [join(folder, 'late.tape'), join(folder, 'early.tape')]
  await record(late, said, { withComponents: true }, upstream)
  redactTape(late, createRedactor())
  await record(early, said, { withComponents: true, redactor: createRedactor() }, upstream)
  expect(readTape(late).entries.map(({ message }) => message.bytes.toString())).toEqual(readTape(early).entries.map(({ message }) => message.bytes.toString()))
})

test('what calls used is redacted as it is when it is recorded: the file is the same', async () => {
  const folder = temporaryFolder()
  const [late, early] = [join(folder, 'late.tape'), join(folder, 'early.tape')]
  const other = 'ghp_9876543210abcdefghijABCDEFGHIJ012345'
  const server = upstreamUsing(
    used('http', { method: 'GET', url: `http://x/?api_key=${other}`, headers: [['authorization', `Bearer ${other}`], ['cookie', 'session=plain-secret']] }, { status: 200, headers: [], body: secret }),
    used('file', { ask: 'read', path: '/x' }, { answer: { base64: Buffer.concat([Buffer.from(secret), Buffer.from([0xff])]).toString('base64') } }),
  )
  const call: Said[] = [...conversation.slice(0, 4), ['<', { jsonrpc: '2.0', id: '', result: { text: `${secret} ${other}` } }]]
  await record(late, call, {}, server)
  expect(redactTape(late, createRedactor())).toMatchObject({ changed: 1 })
  await record(early, call, { redactor: createRedactor() }, server)
  expect(readFileSync(late).equals(readFileSync(early))).toBe(true)
  for (const text of [secret, other, 'plain-secret']) expect(readFileSync(late, 'latin1')).not.toContain(text)
  expect(redactTape(late, createRedactor())).toMatchObject({ changed: 0 })
})

test('placeholders in what calls used are not given to other secrets, also when they come later', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path, conversation, {}, upstreamUsing(used('http', { body: secret }), used('http', { body: '[redacted:github#1]' }, { body: '[redacted:github#2]' })))
  redactTape(path, createRedactor())
  expect(readTape(path).state!.map(({ request }) => String(request))).toEqual(['{"body":"[redacted:github#3]"}', '{"body":"[redacted:github#1]"}'])
})

test('what the client itself used is redacted, and nothing else of it changes', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const recorder = begin(path)
  await say(recorder, conversation)
  recorder.state(1, [used('http', { body: secret }, { status: 200 }), used('http', { url: 'b' })])
  await recorder.close()
  expect(redactTape(path, createRedactor())).toMatchObject({ changed: 1 })
  expect(readTape(path).state).toEqual([used('http', { body: '[redacted:github#1]' }, { status: 200 }), used('http', { url: 'b' })].map((item) => ({ ...item, session: 1 })))
  expect(redactTape(path, createRedactor())).toMatchObject({ changed: 0 })
})

test('what belongs to no entry that is there is not dropped silently', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path, conversation, {}, upstreamUsing(used('clock', {})))
  const database = new Database(path)
  database.pragma('foreign_keys = off')
  database.exec('UPDATE external_state SET entry = 99')
  database.close()
  const bytes = readFileSync(path)
  expect((await errorOf(() => redactTape(path, createRedactor()))).message).toMatch(/a\.tape stays as it is.*external state of entry 99, which is not there/)
  expect(readFileSync(path)).toEqual(bytes)
})

test('redacting twice changes nothing, and the file stays', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path, said, {}, upstream)
  redactTape(path, createRedactor())
  const bytes = readFileSync(path)
  expect(redactTape(path, createRedactor())).toMatchObject({ changed: 0 })
  expect(readFileSync(path)).toEqual(bytes)
})

test('placeholders that stand in the tape are not given to other secrets, also when they come later', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const first = JSON.stringify({ jsonrpc: '2.0', method: 'x', params: { text: secret } })
  await record(path, [['>', first]], { redactor: createRedactor() })
  const [placeholder] = /\[redacted:[^\]]+\]/.exec(readTape(path).entries[0]!.message.bytes.toString())!
  const other = first.replace('ghp_0123456789', 'ghp_9876543210')
  await record(path, [['>', other], ['>', first.replace(secret, placeholder)]])
  redactTape(path, createRedactor())
  const texts = readTape(path).entries.map(({ message }) => message.bytes.toString())
  expect(texts[0]).toContain('[redacted:')
  expect(texts[0]).not.toContain(placeholder)
  expect(texts[1]).toContain(placeholder)
})

test('under another name the tape itself stays', async () => {
  const folder = temporaryFolder()
  const [path, output] = [join(folder, 'a.tape'), join(folder, 'b.tape')]
  await record(path, said, {}, upstream)
  const bytes = readFileSync(path)
  expect(redactTape(path, createRedactor(), { output })).toMatchObject({ path: output, changed: 2 })
  expect(readFileSync(path)).toEqual(bytes)
  expect(readFileSync(output, 'latin1')).not.toContain(secret)
})

test('tables that only later features fill are copied and redacted as well', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path)
  const database = new Database(path)
  database.prepare('INSERT INTO interceptions VALUES (1, 4, ?, ?, NULL, NULL, ?, NULL, ?, 5)').run('PreToolCall', 'noop', 'pass', Buffer.from(JSON.stringify({ text: secret })))
  database.prepare('INSERT INTO exchanges (id, session_id, path) VALUES (1, ?, ?)').run('1', `/mcp?x=${secret}`)
  database.close()
  redactTape(path, createRedactor())
  expect(readFileSync(path, 'latin1')).not.toContain(secret)
  const tape = openTape(path)
  expect(tape.database.prepare('SELECT entry, point, paused_us FROM interceptions').all()).toEqual([{ entry: 4, point: 'PreToolCall', paused_us: 5 }])
  tape.close()
})

test('what fails leaves the tape as it was and nothing beside it', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.tape')
  await record(path, said, {}, upstream)
  const bytes = readFileSync(path)
  const broken = { ...noRedaction, message: (): never => { throw new Error('broken rule') } }
  expect((await errorOf(() => redactTape(path, broken))).message).toMatch(/cannot redact .*broken rule.*stays as it is/)
  expect(readFileSync(path)).toEqual(bytes)
  expect(readdirSync(folder)).toEqual(['a.tape'])
})
