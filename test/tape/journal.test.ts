import { closeSync, openSync, readFileSync, statSync, writevSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openJournal } from '../../src/tape/journal-reader.ts'
import type { EntryRecord, JournalHeader, JournalRecord } from '../../src/tape/journal-record.ts'
import { createJournal } from '../../src/tape/journal.ts'
import { stateKinds } from '../../src/tape/schema.ts'
import type { ExternalState } from '../../src/upstream.ts'
import { temporaryFolder } from './tapes.ts'

const header: JournalHeader = { tool: '1', startedAt: '2026-11-23T12:00:00.000Z', pid: 1, tape: 'a.tape', redaction: 'none' }

const entry = (bytes: string | Buffer, facts: Partial<EntryRecord> = {}): EntryRecord => ({ session: 1, timestamp: 0, direction: 'to-server', late: false, bytes: Buffer.from(bytes), ...facts })

function readAll(path: string): JournalRecord[] {
  const reader = openJournal(path)
  const records: JournalRecord[] = []
  for (const record of reader.records()) records.push(structuredCopy(record))
  reader.close()
  return records
}

/** The bytes of a record are valid until the next is read. */
function structuredCopy(record: JournalRecord): JournalRecord {
  if (record.kind === 'entry') return { kind: 'entry', entry: { ...record.entry, bytes: Buffer.from(record.entry.bytes) } }
  if (record.kind === 'state' || record.kind === 'own') return { ...record, state: copyState(record.state) }
  return record.kind === 'component' ? { ...record, bytes: Buffer.from(record.bytes) } : record
}

function copyState({ kind, request, response }: ExternalState): ExternalState {
  return { kind, request: Buffer.from(request), ...(response && { response: Buffer.from(response) }) }
}

describe('a journal', () => {
  test('gives back every record as it was appended, whatever its facts', () => {
    const facts = fc.record({
      session: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      timestamp: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      direction: fc.constantFrom('to-server' as const, 'to-client' as const),
      origin: fc.constantFrom('shadowcat' as const, undefined),
      late: fc.boolean(),
      component: fc.option(fc.constantFrom('', 'a', 'é'), { nil: undefined }),
      policy: fc.option(fc.constantFrom('', 'allow: all', 'ü').map((text) => Buffer.from(text)), { nil: undefined }),
      exchange: fc.option(fc.nat(), { nil: undefined }),
      stream: fc.option(fc.string(), { nil: undefined }),
      eventId: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
      bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    })
    const folder = temporaryFolder()
    let number = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(facts, fc.boolean())), (items) => {
        const path = join(folder, `${++number}.journal`)
        const journal = createJournal(path, header)
        for (const [item, flush] of items) {
          journal.entry(item)
          if (flush) journal.flush()
        }
        journal.flush()
        journal.close()
        expect(readAll(path)).toEqual(items.map(([item]) => ({ kind: 'entry', entry: item })))
      }),
      { numRuns: 100 },
    )
  })

  test('holds sessions, loads with their policies, components and ends as well', () => {
    const path = join(temporaryFolder(), 'a.journal')
    const journal = createJournal(path, header)
    const policy = Buffer.from('version: 1')
    const session = { ordinal: 1, startedAt: header.startedAt, upstream: { kind: 'process', seed: 18446744073709551615n } }
    const load = { session: 1, entry: 3, component: 'time', uri: 'file:///time.wasm', digest: 'sha256:ab', initial: false }
    journal.session(session)
    journal.component('sha256:ab', Buffer.from('\0asm'))
    journal.component('sha256:ab', Buffer.from('\0asm'))
    journal.load({ ...load, policy })
    journal.load(load)
    journal.end(1)
    journal.flush()
    journal.close()
    expect(readAll(path)).toEqual([
      { kind: 'session', session },
      { kind: 'component', digest: 'sha256:ab', bytes: Buffer.from('\0asm') },
      { kind: 'load', load: { ...load, policy } },
      { kind: 'load', load },
      { kind: 'end', session: 1 },
    ])
  })

  test('gives back what calls used, in order among the entries', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((found) => Buffer.from(found))
    const state: fc.Arbitrary<ExternalState> = fc.record({ kind: fc.constantFrom(...stateKinds), request: bytes, response: bytes }, { requiredKeys: ['kind', 'request'] })
    const folder = temporaryFolder()
    let number = 0
    fc.assert(
      fc.property(fc.array(fc.oneof(state, fc.record({ session: fc.nat(), state }), fc.constant('entry' as const))), (items) => {
        const path = join(folder, `${++number}.journal`)
        const journal = createJournal(path, header)
        for (const item of items) {
          if (item === 'entry') journal.entry(entry('{}'))
          else if ('session' in item) journal.state(item.state, item.session)
          else journal.state(item)
        }
        journal.flush()
        journal.close()
        expect(readAll(path)).toEqual(items.map((item) => (item === 'entry' ? { kind: 'entry', entry: entry('{}') } : 'session' in item ? { kind: 'own', ...item } : { kind: 'state', state: item })))
        expect(journal.entries).toBe(items.filter((item) => item === 'entry').length)
      }),
      { numRuns: 60 },
    )
  })

  test('takes large contents of what calls used', () => {
    const path = join(temporaryFolder(), 'a.journal')
    const journal = createJournal(path, header)
    const state = { kind: 'file' as const, request: Buffer.from('{}'), response: Buffer.alloc(300_000, 7) }
    journal.state(state)
    journal.entry(entry('{}'))
    journal.flush()
    journal.close()
    expect(readAll(path)[0]).toEqual({ kind: 'state', state })
  })

  test('writes a policy once, however many entries name it', () => {
    const path = join(temporaryFolder(), 'a.journal')
    const journal = createJournal(path, header)
    for (let i = 0; i < 100; i++) journal.entry(entry('{}', { policy: Buffer.from('p'.repeat(1000)), component: 'c'.repeat(1000) }))
    journal.flush()
    journal.close()
    expect(statSync(path).size).toBeLessThan(7000)
    expect(readAll(path)).toHaveLength(100)
  })

  test('takes large messages among small ones, and small ones past its memory', () => {
    const path = join(temporaryFolder(), 'a.journal')
    const journal = createJournal(path, header)
    const sizes = [1, 70_000, 2, 65_535, 65_536, 3, 5_000_000, 4, ...Array.from({ length: 500 }, () => 1000)]
    const messages = sizes.map((size, index) => Buffer.alloc(size, index))
    for (const bytes of messages) journal.entry(entry(bytes))
    journal.flush()
    journal.close()
    expect(readAll(path).map((record) => record.kind === 'entry' && record.entry.bytes.equals(messages.shift()!))).toEqual(sizes.map(() => true))
  })

  test('leaves in one write for all that was appended since the last', () => {
    let writes = 0
    const write = (file: number, chunks: Buffer[]): number => {
      writes++
      return writevSync(file, chunks)
    }
    const journal = createJournal(join(temporaryFolder(), 'a.journal'), header, write)
    expect(writes).toBe(1)
    for (let i = 0; i < 64; i++) journal.entry(entry('{}'))
    journal.flush()
    journal.flush()
    journal.close()
    expect(writes).toBe(2)
  })

  test('goes on where the system took only a part', () => {
    const path = join(temporaryFolder(), 'a.journal')
    const journal = createJournal(path, header, (file, chunks) => writevSync(file, [Buffer.concat(chunks).subarray(0, 7)]))
    journal.entry(entry('first'))
    journal.entry(entry(Buffer.alloc(70_000, 1)))
    journal.entry(entry('third'))
    journal.flush()
    journal.close()
    expect(readAll(path)).toEqual([entry('first'), entry(Buffer.alloc(70_000, 1)), entry('third')].map((item) => ({ kind: 'entry', entry: item })))
  })

  test('counts as written only what was, and takes nothing after a write has failed', () => {
    const path = join(temporaryFolder(), 'a.journal')
    let full = false
    const journal = createJournal(path, header, (file, chunks) => {
      if (full) throw new Error('full')
      return writevSync(file, chunks)
    })
    journal.entry(entry('one'))
    journal.flush()
    full = true
    journal.entry(entry('two'))
    expect(() => journal.flush()).toThrow('full')
    full = false
    expect(() => journal.flush()).toThrow('full')
    journal.close()
    expect([journal.entries, journal.written]).toEqual([2, 1])
    expect(readAll(path)).toHaveLength(1)
  })

  test('can be read by its owner alone, and is never written over', () => {
    const path = join(temporaryFolder(), 'a.journal')
    createJournal(path, header).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const before = readFileSync(path)
    expect(() => createJournal(path, header)).toThrow('EEXIST')
    expect(readFileSync(path)).toEqual(before)
  })

  test('is not left behind when its header cannot be written', () => {
    const path = join(temporaryFolder(), 'a.journal')
    expect(() =>
      createJournal(path, header, () => {
        throw new Error('full')
      }),
    ).toThrow('full')
    closeSync(openSync(path, 'wx'))
  })
})
