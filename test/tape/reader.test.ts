import { copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { ShadowcatError } from '../../src/errors.ts'
import { openTape, readTape } from '../../src/tape/reader.ts'
import { validateTape } from '../../src/tape/validate.ts'
import { conversation, errorOf, record, temporaryFolder, upstreamUsing, used } from './tapes.ts'

/** Made once by the first release of this version, and never again: later programs must read it. */
const frozen = fileURLToPath(new URL('../fixtures/tapes/v1.tape', import.meta.url))

test('the tape that the first program of version 1 made is still read', () => {
  const { sessions, entries, loads, state, redaction } = readTape(frozen)
  expect(state).toEqual([])
  expect(redaction).toBe('none')
  expect(sessions).toEqual([
    { ordinal: 1, upstream: { kind: 'test', seed: 18446744073709551615n }, protocolVersion: '2025-06-18', startedAt: '2026-11-23T12:00:00.001Z', world: { epoch: '2001-09-09T01:46:40Z' } },
    { ordinal: 2, upstream: { kind: 'unknown' }, protocolVersion: '2026-07-28', startedAt: '2026-11-23T12:00:00.010Z', world: { epoch: '2001-09-09T01:46:40Z' } },
  ])
  expect(entries.map(({ id, session, timestamp, direction, message, replyTo }) => [id, session, timestamp, direction, message.kind, replyTo])).toEqual([
    [1, 1, 1500, 'to-server', 'request', undefined],
    [2, 1, 3000, 'to-client', 'result', 1],
    [3, 1, 4500, 'to-server', 'notification', undefined],
    [4, 1, 6000, 'to-server', 'request', undefined],
    [5, 1, 7500, 'to-client', 'result', 4],
    [6, 2, 1500, 'to-server', 'request', undefined],
    [7, 2, 3000, 'to-client', 'error', 6],
    [8, 2, 4500, 'to-client', 'result', 6],
    [9, 2, 6000, 'to-server', 'batch', undefined],
  ])
  expect(entries[3]!.message.bytes.toString()).toBe(conversation[3]![1])
  expect(entries[3]).toMatchObject({ component: 'time', policy: Buffer.from('version: "1.0"\n'), late: false })
  expect(entries[6]).toMatchObject({ origin: 'shadowcat', exchange: 1, stream: 's', eventId: 'é' })
  expect(entries[7]).toMatchObject({ late: true })
  expect(loads).toEqual([
    { session: 1, component: 'time', uri: 'file:///time.wasm', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), policy: Buffer.from('version: "1.0"\n'), initial: true, bytes: Buffer.from('\0asm1') },
    { session: 1, component: 'echo', uri: 'oci://registry/echo', digest: 'sha256:5d', initial: false, entry: 5 },
  ])
  expect(validateTape(frozen)).toEqual([])
})

describe('reading', () => {
  test('changes neither the tape nor its folder', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    await record(path)
    const [bytes, stat] = [readFileSync(path), statSync(path, { bigint: true })]
    for (let i = 0; i < 3; i++) readTape(path)
    const tape = openTape(path)
    expect(readdirSync(folder)).toEqual(['a.tape'])
    expect([...tape.entries()]).toHaveLength(conversation.length)
    expect(() => tape.database.exec('DELETE FROM recordings')).toThrow('readonly')
    tape.close()
    expect(readFileSync(path)).toEqual(bytes)
    expect(statSync(path, { bigint: true })).toMatchObject({ ino: stat.ino, mtimeNs: stat.mtimeNs, ctimeNs: stat.ctimeNs })
    expect(readdirSync(folder)).toEqual(['a.tape'])
  })

  test('changes nothing either where another tool has put the file into write-ahead mode', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    await record(path)
    const other = new Database(path)
    other.pragma('journal_mode = wal')
    other.close()
    const bytes = readFileSync(path)
    expect(readTape(path).entries).toHaveLength(conversation.length)
    expect(readFileSync(path)).toEqual(bytes)
    expect(readdirSync(folder)).toEqual(['a.tape'])
  })

  test('takes names with blanks at the end, and several readers at once', async () => {
    const path = join(temporaryFolder(), 'a.tape ')
    await record(path)
    const [one, two] = [openTape(path), openTape(path)]
    const entries = one.entries()
    entries.next()
    expect([...two.entries()]).toHaveLength(conversation.length)
    expect([...entries]).toHaveLength(conversation.length - 1)
    one.close()
    two.close()
  })

  test('can stop in the middle', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    await record(path)
    const tape = openTape(path)
    for (const { id } of tape.entries()) if (id === 2) break
    expect(tape.loads()).toEqual([])
    tape.close()
  })

  test('a newer version is refused, and says what to do', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    copyFileSync(frozen, path)
    const bytes = readFileSync(path)
    bytes.writeUInt32BE(7, 60)
    writeFileSync(path, bytes)
    expect(await errorOf(() => openTape(path))).toMatchObject({ code: 'version', message: expect.stringMatching(/version 7.*upgrade shadowcat/), facts: { version: 7 } })
  })

  test('what is no tape is refused, and says what it seems to be', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'notes'), 'hello')
    expect((await errorOf(() => openTape(join(folder, 'notes')))).message).toMatch(/notes is not a tape: it is text/)
    expect((await errorOf(() => openTape(folder))).message).toMatch(/is not a tape: it is a folder/)
    expect((await errorOf(() => openTape(join(folder, 'none')))).message).toMatch(/no tape at/)
  })

  test('a tape that was cut off or scribbled over anywhere is an error of ours, or what is left of it, and never a crash', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'damaged.tape')
    const whole = readFileSync(frozen)
    const attempt = (bytes: Buffer): void => {
      writeFileSync(path, bytes)
      try {
        readTape(path)
      } catch (error) {
        expect(error).toBeInstanceOf(ShadowcatError)
        expect((error as ShadowcatError).message).toContain(path)
      }
    }
    for (let length = 0; length < whole.length; length += 997) attempt(whole.subarray(0, length))
    for (let at = 100; at < whole.length; at += 499) {
      const bytes = Buffer.from(whole)
      bytes.fill(0xa5, at, at + 40)
      attempt(bytes)
    }
  })

  test('a message that is damaged is named by its entry', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    await record(path)
    const other = new Database(path)
    other.prepare('UPDATE recordings SET message = ? WHERE id = 3').run(Buffer.from('{"json'))
    other.close()
    expect(await errorOf(() => readTape(path))).toMatchObject({ code: 'tape', facts: { entry: 3 }, message: expect.stringMatching(/entry 3 of .*a\.tape is damaged/) })
  })
})

test('what calls used comes back in order, with the answers it led to', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const state = [used('clock', { uses: 1 }), used('http', { url: 'x' }, { status: 200 }), used('environment', { keys: ['HOME'] }, '{"set":[]}')]
  await record(path, conversation, {}, upstreamUsing(...state))
  expect(readTape(path).state).toEqual(state.map((item) => ({ ...item, session: 1, entry: 5 })))
  const tape = openTape(path)
  expect(tape.state()).toEqual(readTape(path).state)
  tape.close()
})

test.each(["kind = 'socket'", "request = CAST('{' AS BLOB)", 'request = NULL', "response = x'ff'"])('of what calls used, a row with %s is damage, and said to be', async (change) => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path, conversation, {}, upstreamUsing(used('http', {}, {})))
  const database = new Database(path)
  database.exec(`UPDATE external_state SET ${change}`)
  database.close()
  expect(await errorOf(() => readTape(path))).toMatchObject({ code: 'tape', message: expect.stringMatching(/external state 1 of .* is damaged.*validate/) })
})
