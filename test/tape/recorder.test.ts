import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync, writevSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTape } from '../../src/tape/reader.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { recover } from '../../src/tape/recover.ts'
import { validateTape } from '../../src/tape/validate.ts'
import type { ComponentLoad, Upstream } from '../../src/upstream.ts'
import { abandonedJournal, anythingSaid, begin, conversation, errorOf, record, say, steadyClock, temporaryFolder, toMessage, upstreamUsing, used } from './tapes.ts'

const noTransport = (): never => {
  throw new Error('not opened here')
}

/** Fails as a full disk does, once it is told to. */
function fillingDisk(): { full: boolean; write: (file: number, chunks: Buffer[]) => number } {
  const disk = {
    full: false,
    write: (file: number, chunks: Buffer[]): number => {
      if (!disk.full) return writevSync(file, chunks)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    },
  }
  return disk
}

type FullDisk = { passed: number; facts: object; message: string; inPlace: string; left: string[]; whole: boolean; building: string; leftAtLast: string[]; journals: string[] }

/** What a script prints that has a small disk for itself; it is gone with the script. Nothing where none can be mounted (that takes root on Linux). */
function onOwnDisk<T>(script: string): T | undefined {
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return undefined
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()]
  const mount = 'mount -t tmpfs -o size=200k tmpfs "$1" && exec "$2" "$3" "$1" "$4"'
  const path = fileURLToPath(new URL(script, import.meta.url))
  return JSON.parse(execFileSync('unshare', ['--mount', 'sh', '-c', mount, 'sh', folder, process.execPath, path, elsewhere], { encoding: 'utf8' })) as T
}

describe('a recording', () => {
  test('read from its tape has the same messages, byte for byte, in the same order, with the same facts', async () => {
    const folder = temporaryFolder()
    let number = 0
    await fc.assert(
      fc.asyncProperty(anythingSaid, async (said) => {
        const path = join(folder, `${++number}.tape`)
        await record(path, said)
        const { entries } = readTape(path)
        expect(entries.map(({ direction, message, late, origin, exchange, stream, eventId }) => [direction === 'to-server' ? '>' : '<', message.bytes.toString(), { late, origin, exchange, stream, eventId }])).toEqual(
          said.map(([mark, text, facts]) => [mark, text, { late: false, ...facts }]),
        )
        expect(entries.map(({ id }) => id)).toEqual(said.map((_, index) => index + 1))
      }),
      { numRuns: 60 },
    )
  })

  test('keeps the world that the upstream holds, when none is given', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    await record(path, conversation, {}, { describe: () => ({ kind: 'test' }), world: () => ({ seed: 7 }), open: noTransport })
    expect(readTape(path).sessions[0]).toMatchObject({ world: { seed: 7 } })
  })

  test('returns the very message that it was given, at once', () => {
    const recorder = begin(join(temporaryFolder(), 'a.tape'))
    const message = toMessage('{"jsonrpc":"2.0","method":"x"}')
    expect(recorder.session(1).message(message, { direction: 'to-server', session: 1 })).toBe(message)
    recorder.abandon()
  })

  test('has times in microseconds from the beginning of each session', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    await record(path)
    const { sessions, entries } = readTape(path)
    expect(entries.map(({ timestamp }) => timestamp)).toEqual([1500, 3000, 4500, 6000, 7500])
    expect(sessions[0]!.startedAt).toBe('2026-11-23T12:00:00.001Z')
  })

  test('of several sessions keeps them apart', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    const recorder = begin(path)
    await Promise.all([say(recorder, conversation, 2), say(recorder, conversation, 1)])
    expect(await recorder.close()).toMatchObject({ entries: 2 * conversation.length, sessions: 2, same: false, path })
    const { sessions, entries } = readTape(path)
    expect(sessions.map(({ ordinal }) => ordinal)).toEqual([1, 2])
    for (const session of [1, 2]) expect(entries.filter((entry) => entry.session === session)).toHaveLength(conversation.length)
    for (const { replyTo, session } of entries) if (replyTo) expect(entries[replyTo - 1]!.session).toBe(session)
  })

  test('holds what the upstream knows of components, policies and loads', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    const policy = Buffer.from('version: "1.0"\n')
    const initial: ComponentLoad = { component: 'time', uri: 'file:///time.wasm', digest: `sha256:${'0'.repeat(64)}`, policy, initial: true, bytes: Buffer.from('\0asm1') }
    const loaded: ComponentLoad = { component: 'echo', uri: 'oci://registry/echo', initial: false, bytes: Buffer.from('\0asm2') }
    let asked = 0
    const upstream: Upstream = {
      describe: () => ({ kind: 'test', seed: 18446744073709551615n }),
      open: noTransport,
      initial: () => ({ components: asked++ === 0 ? [initial] : [] }),
      annotate: (message) => (message.id === '""' ? (message.kind === 'request' ? { component: 'time', policy } : { loads: [loaded] }) : undefined),
    }
    await record(path, conversation, { withComponents: true, world: { epoch: '2001-09-09T01:46:40Z' } }, upstream)
    const { sessions, entries, loads } = readTape(path)
    expect(sessions[0]).toMatchObject({ upstream: { kind: 'test', seed: 18446744073709551615n }, world: { epoch: '2001-09-09T01:46:40Z' }, protocolVersion: '2025-06-18' })
    expect(entries.map(({ component }) => component)).toEqual([undefined, undefined, undefined, 'time', undefined])
    expect(entries[3]!.policy).toEqual(policy)
    const digest = `sha256:${createHash('sha256').update('\0asm2').digest('hex')}`
    expect(loads).toEqual([{ ...initial, session: 1 }, { ...loaded, session: 1, entry: 5, digest }])
    await record(path, conversation, {}, upstream)
    expect(readTape(path).loads.every(({ bytes }) => bytes === undefined)).toBe(true)
  })

  test('holds no secret, also not of the upstream, a policy or a load, while what passes is untouched', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
    const policy = Buffer.from(`token: ${secret}\n`)
    const upstream: Upstream = {
      describe: () => ({ kind: 'process', command: ['server', '--token', secret] }),
      open: noTransport,
      initial: () => ({ components: [{ component: 'c', uri: `https://user:${secret}@host/c.wasm`, initial: true, policy }] }),
      annotate: () => ({ policy }),
    }
    const recorder = begin(path, { redactor: createRedactor() })
    const tap = recorder.session(1, upstream)
    const message = toMessage({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: { text: secret } } })
    expect(tap.message(message, { direction: 'to-server', session: 1 })).toBe(message)
    tap.flush!()
    expect(readFileSync(recorder.journal, 'latin1')).not.toContain(secret)
    await recorder.close()
    expect(readFileSync(path, 'latin1')).not.toContain(secret)
    expect(readTape(path).entries[0]!.message.bytes.toString()).toContain('[redacted:')
  })

  test('holds what calls used, with their answers, in order', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    const state = [used('http', { url: 'x' }, { status: 200 }), used('clock', { uses: 1 }), used('http', { url: 'y' }, { failure: 'timeout' })]
    const recorder = begin(path)
    await say(recorder, conversation, 1, upstreamUsing(...state))
    await say(recorder, conversation, 2, upstreamUsing(...state.slice(1)))
    await recorder.close()
    expect(readTape(path).state).toEqual([...state.map((item) => ({ ...item, session: 1, entry: 5 })), ...state.slice(1).map((item) => ({ ...item, session: 2, entry: 10 }))])
    expect(validateTape(path)).toEqual([])
  })

  test('holds what the client itself used, in order, with no entry and no secret, whether it comes before, between or after messages', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    const items = [used('http', { url: 'a' }, { status: 200 }), used('http', { url: 'b' }), used('http', { headers: [['authorization', 'Bearer abc.def-0123456789']] })]
    const recorder = begin(path, { redactor: createRedactor() })
    const tap = recorder.session(1, upstreamUsing(used('clock', { uses: 1 })))
    recorder.state(1, items.slice(0, 1))
    await tap.message(toMessage(conversation[3]![1]), { direction: 'to-server', session: 1 })
    recorder.state(1, items.slice(1, 2))
    await tap.message(toMessage(conversation[4]![1]), { direction: 'to-client', session: 1 })
    await tap.end?.()
    recorder.state(1, items.slice(2))
    await recorder.close()
    const { state } = readTape(path)
    expect(state!.filter(({ entry }) => entry === undefined).map(({ request }) => String(request))).toEqual(['{"url":"a"}', '{"url":"b"}', expect.stringContaining('[redacted:')])
    expect(state!.filter(({ entry }) => entry !== undefined)).toMatchObject([{ kind: 'clock', entry: 2 }])
    expect(validateTape(path)).toEqual([])
  })

  test('holds no secret of what calls used, in the journal or in the tape, nor does it write the answer without it', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    const secrets = ['ghp_0123456789abcdefghijABCDEFGHIJ012345', 'correct-horse-battery', 'AKIAIOSFODNN7EXAMPLE', 'Zm9vOmJhcmJhcmJhcg==', 'sk_live_0123456789abcdefghijklmn', 'staple-of-the-environment']
    const [github, password, aws, basic, stripe, variable] = secrets
    const request = {
      method: 'POST',
      url: `https://user:${password}@api.example/v1?api_key=${password}&access_token=${github}`,
      headers: [['Authorization', `Bearer ${github}`], ['proxy-authorization', `Basic ${basic}`], ['cookie', `session=${password}`], ['x-api-key', password], ['x-trace', variable]],
      body: JSON.stringify({ client_secret: password, text: `key ${aws}` }),
    }
    const response = { status: 200, headers: [['set-cookie', `session=${password}; HttpOnly`]], base64: Buffer.concat([Buffer.from([0xff]), Buffer.from(` ${stripe} `)]).toString('base64') }
    const state = [used('http', request, response), used('file', { ask: 'read', path: '/.env' }, { answer: { text: `STRIPE=${stripe}\nAPI_KEY=${password}\n` } })]
    const recorder = begin(path, { redactor: createRedactor({ environment: { TRACE: variable } }) })
    const tap = recorder.session(1, upstreamUsing(...state))
    void tap.message(toMessage(conversation[4]![1]), { direction: 'to-client', session: 1 })
    tap.flush!()
    const journal = readFileSync(recorder.journal, 'latin1')
    await recorder.close()
    const tape = readFileSync(path, 'latin1')
    const kept = readTape(path).state!.flatMap(({ request: asked, response: got }) => [String(asked), String(got)])
    const encoded = (JSON.parse(kept[1]!) as { base64: string }).base64
    for (const text of [journal, tape, ...kept, Buffer.from(encoded, 'base64').toString('latin1')]) for (const secret of secrets) expect(text).not.toContain(secret)
    expect((JSON.parse(kept[0]!) as { headers: string[][] }).headers.map(([name]) => name)).toEqual(request.headers.map(([name]) => name))
    expect(journal.indexOf('api.example')).toBeLessThan(journal.indexOf('18446744073709551615'))
    expect(state[0]!.request.toString()).toContain(github)
  })
})

describe('while a session runs', () => {
  test('what was flushed is in the journal, which nobody else may read', async () => {
    const recorder = begin(join(temporaryFolder(), 'a.tape'))
    const tap = recorder.session(1)
    await tap.message(toMessage('{"jsonrpc":"2.0","method":"first"}'), { direction: 'to-server', session: 1 })
    tap.flush!()
    expect(readFileSync(recorder.journal, 'latin1')).toContain('{"jsonrpc":"2.0","method":"first"}')
    expect(statSync(recorder.journal).mode & 0o777).toBe(0o600)
    expect(recorder.journal).toMatch(new RegExp(`a\\.tape\\.${process.pid}\\.journal$`))
    expect(recorder.heard).toBe(false)
    await tap.message(toMessage('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"x"}}'), { direction: 'to-client', session: 1, origin: 'shadowcat' })
    expect(recorder.heard).toBe(false)
    await tap.message(toMessage('{"jsonrpc":"2.0","method":"answer"}'), { direction: 'to-client', session: 1 })
    expect(recorder.heard).toBe(true)
    recorder.abandon()
  })

  test('a full disk stops it with the reason and the remedy, says how much is safe, and that can be recovered', async () => {
    const folder = temporaryFolder()
    const disk = fillingDisk()
    const recorder = begin(join(folder, 'a.tape'), { write: disk.write })
    const tap = recorder.session(1)
    const pass = (text: string): void => {
      void tap.message(toMessage(text), { direction: 'to-server', session: 1 })
      tap.flush!()
    }
    pass('{"jsonrpc":"2.0","method":"first"}')
    pass('{"jsonrpc":"2.0","method":"second"}')
    disk.full = true
    const error = await errorOf(() => pass('{"jsonrpc":"2.0","method":"third"}'))
    expect(error).toMatchObject({ code: 'tape', facts: { code: 'ENOSPC', safe: 2, journal: recorder.journal } })
    expect(error.message).toContain(recorder.journal)
    expect(error.message).toMatch(/no space is left on the device \(ENOSPC\); free some space\. What was recorded before, 2 messages, is safe: shadowcat tape recover /)
    disk.full = false
    expect(await errorOf(() => pass('{"jsonrpc":"2.0","method":"fourth"}'))).toBe(error)
    await tap.end!()
    expect(await errorOf(() => recorder.close())).toBe(error)
    expect(readdirSync(folder)).toEqual([recorder.journal.slice(folder.length + 1)])
    const { path } = await recover(recorder.journal)
    expect(readTape(path).entries.map(({ message }) => message.method)).toEqual(['first', 'second'])
  })

  test('a small disk that really fills loses nothing that was passed on', ({ skip }) => {
    const result = onOwnDisk<FullDisk>('full-disk.ts')
    if (!result) return skip('no disk can be mounted here; the failure is simulated above')
    const { passed, facts, message, inPlace, left, whole, building, leftAtLast, journals } = result
    expect(passed).toBeGreaterThan(100)
    expect(facts).toMatchObject({ code: 'ENOSPC', safe: passed })
    expect(message).toMatch(/no space is left on the device/)
    expect(inPlace).toMatch(/no space is left on the device \((SQLITE_FULL|ENOSPC)\).*The journal stays/)
    expect(left).toEqual([journals[0]])
    expect(whole).toBe(true)
    expect(building).toMatch(/no space is left on the device \((SQLITE_FULL|ENOSPC)\).*The journal stays/)
    expect(leftAtLast).toEqual([journals[1]])
  })

  test('a read-only disk is refused at once, and its tapes can still be read', ({ skip }) => {
    const result = onOwnDisk('locked-disk.ts')
    if (!result) return skip('no disk can be mounted here; the failure is simulated below')
    const refused = { code: 'tape', message: expect.stringMatching(/the file system is read-only \(EROFS\); choose a place/) }
    expect(result).toEqual({ fresh: refused, over: refused, sessions: 1, left: ['old.tape'] })
  })

  test('a message after its end is refused, since it would be lost', async () => {
    const recorder = begin(join(temporaryFolder(), 'a.tape'))
    const tap = recorder.session(1)
    await recorder.close()
    const error = await errorOf(() => tap.message(toMessage('{"jsonrpc":"2.0","method":"x"}'), { direction: 'to-server', session: 1 }))
    expect(error.message).toMatch(/is closed/)
  })
})

describe('at the end', () => {
  test('only the tape stands there', async () => {
    const folder = temporaryFolder()
    expect(await record(join(folder, 'a.tape'))).toEqual({ path: join(folder, 'a.tape'), entries: 5, sessions: 1, same: false })
    expect(readdirSync(folder)).toEqual(['a.tape'])
  })

  test('an equal recording leaves the old file as it is, another one replaces it', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    await record(path)
    const before = statSync(path, { bigint: true })
    const later = { now: steadyClock(Date.UTC(2030, 1, 1)) }
    expect(await record(path, conversation, later)).toMatchObject({ same: true, entries: 5 })
    expect(statSync(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })
    expect(await record(path, conversation.slice(0, 4), later)).toMatchObject({ same: false })
    expect(readTape(path).entries).toHaveLength(4)
    expect(readdirSync(folder)).toEqual(['a.tape'])
  })

  test('the tape that a link leads to is replaced, not the link', async () => {
    const folder = temporaryFolder()
    await record(join(folder, 'real.tape'))
    symlinkSync('real.tape', join(folder, 'link.tape'))
    await record(join(folder, 'link.tape'), conversation.slice(0, 2))
    expect(readTape(join(folder, 'real.tape')).entries).toHaveLength(2)
  })

  test('of two that record to one path, the first to end has its tape there, and the other loses nothing', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    const first = begin(path)
    const second = begin(path)
    expect(first.warnings).toEqual([])
    expect(second.warnings).toEqual([expect.stringMatching(/is recording .*a\.tape as well: the one that ends first/)])
    await Promise.all([say(first, conversation), say(second, conversation.slice(0, 2))])
    expect(await second.close()).toMatchObject({ entries: 2 })
    const error = await errorOf(() => first.close())
    expect(error).toMatchObject({ code: 'tape', message: expect.stringMatching(/another recording was put at .*a\.tape meanwhile, and is not written over\. This one is safe: shadowcat tape recover .*--output/) })
    expect(readTape(path).entries).toHaveLength(2)
    expect(await recover(first.journal, { output: path })).toMatchObject({ entries: 5, journal: 'removed' })
    expect(readTape(path).entries).toHaveLength(5)
    expect(readdirSync(folder)).toEqual(['a.tape'])
  })

  test('of two equal ones both are content with the one tape', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    const [first, second] = [begin(path), begin(path)]
    await Promise.all([say(first, conversation), say(second, conversation)])
    expect(await second.close()).toMatchObject({ same: false })
    expect(await first.close()).toMatchObject({ same: true })
  })

  test('of several that end in the same moment one has its whole tape there, and the others their journals', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    const recorders = [begin(path), begin(path), begin(path)]
    await Promise.all(recorders.map((recorder, index) => say(recorder, conversation.slice(0, index + 2))))
    const done = await Promise.allSettled(recorders.map((recorder) => recorder.close()))
    const lost = recorders.filter((_, index) => done[index]!.status === 'rejected')
    expect(lost).toHaveLength(2)
    const recovered = await Promise.all(lost.map(({ journal }, index) => recover(journal, { output: join(folder, `${index}.tape`) })))
    expect([readTape(path).entries.length, ...recovered.map(({ entries }) => entries)].sort()).toEqual([2, 3, 4])
    expect(readdirSync(folder).sort()).toEqual(['0.tape', '1.tape', 'a.tape'])
  })

  test('a name with {session} or {time} is a new file for each start, also when two start at once', async () => {
    const folder = temporaryFolder()
    const template = join(folder, 'run-{session}.tape')
    const recorders = [begin(template), begin(template)]
    for (const recorder of recorders) await say(recorder, conversation)
    await Promise.all(recorders.map((recorder) => recorder.close()))
    await record(template)
    expect(readdirSync(folder).sort()).toEqual(['run-1.tape', 'run-2.tape', 'run-3.tape'])
    const { path } = await record(join(folder, '{time}.tape'))
    expect(path).toMatch(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.tape$/)
  })

  test('abandoned it leaves nothing, left it leaves its journal, and neither touches an older tape', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    await record(path)
    const before = readFileSync(path)
    const gone = begin(path)
    await say(gone, conversation)
    gone.abandon()
    expect(readdirSync(folder)).toEqual(['a.tape'])
    const left = begin(path)
    await say(left, conversation)
    left.leave()
    expect(readdirSync(folder)).toHaveLength(2)
    expect(readFileSync(path)).toEqual(before)
    expect((await errorOf(() => left.close())).message).toMatch(/was given up/)
  })

  test('a tape that cannot be made leaves the journal, also when it is abandoned then', async () => {
    const folder = temporaryFolder()
    const recorder = begin(join(folder, 'a.tape'))
    await say(recorder, conversation)
    mkdirSync(`${recorder.journal}.building`)
    const error = await errorOf(() => recorder.close())
    expect(error).toMatchObject({ code: 'tape' })
    expect(error.message).toContain('The journal stays')
    recorder.abandon()
    expect(readdirSync(folder)).toContain(recorder.journal.slice(folder.length + 1))
  })
})

describe('at the start', () => {
  const cases: [string, (folder: string) => string, RegExp][] = [
    ['a text file', (folder) => (writeFileSync(join(folder, 'notes'), 'hello'), join(folder, 'notes')), /will not write a tape over .*: it is text/],
    ['an empty file', (folder) => (writeFileSync(join(folder, 'empty'), ''), join(folder, 'empty')), /it is empty/],
    ['a folder', (folder) => folder, /it is a folder/],
    ['a missing folder', (folder) => join(folder, 'none', 'a.tape'), /there is no folder/],
    ['a folder that is a file', (folder) => (writeFileSync(join(folder, 'file'), ''), join(folder, 'file', 'a.tape')), /is no folder/],
  ]
  test.each(cases)('%s is refused at once', async (_, make, message) => {
    const folder = temporaryFolder()
    const path = make(folder)
    const before = readdirSync(folder)
    const error = await errorOf(() => begin(path))
    expect(error).toMatchObject({ code: 'usage', facts: { path } })
    expect(error.message).toMatch(message)
    expect(readdirSync(folder)).toEqual(before)
  })

  test('a journal that cannot be begun is an error with the reason', async () => {
    const folder = temporaryFolder()
    const disk = { write: (): never => { throw Object.assign(new Error('EROFS'), { code: 'EROFS' }) } }
    const error = await errorOf(() => begin(join(folder, 'a.tape'), disk))
    expect(error).toMatchObject({ code: 'tape' })
    expect(error.message).toMatch(/the file system is read-only \(EROFS\).*Nothing was recorded/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('a journal that a dead process left never blocks, and is named with the command', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    const journal = await abandonedJournal(path)
    const recorder = begin(path)
    expect(recorder.warnings).toEqual([`${journal} was left by a recording that was broken off; make a tape of it: shadowcat tape recover ${journal}`])
    await say(recorder, conversation)
    await recorder.close()
    expect(readdirSync(folder).sort()).toEqual(['a.tape', journal.slice(folder.length + 1)])
  })
})
