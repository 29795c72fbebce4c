import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ignoring } from '../../src/canonical.ts'
import { processUpstream } from '../../src/open/process.ts'
import { createPalette } from '../../src/palette.ts'
import { readTape } from '../../src/tape/reader.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import type { Recording } from '../../src/tape/entry.ts'
import type { Upstream } from '../../src/upstream.ts'
import type { Explained } from '../../src/verify/guesses.ts'
import { junitXml } from '../../src/verify/junit.ts'
import { reportJson, reportText } from '../../src/verify/report.ts'
import { type VerifyOptions, type VerifyReport, verify } from '../../src/verify/verify.ts'
import { jsonText } from '../arbitrary.ts'
import { type Step, call, entriesOf, notification, recordingOf, request, result, text } from './conversation.ts'
import { fixture, record, temporaryFolder } from './servers.ts'

function check(recording: Recording, upstream: Upstream, options: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
  return verify(recording, { upstream, redactor: () => createRedactor(), callTimeout: 20_000, ...options })
}

/** Each difference in short: kind, tool and place. */
function inShort(report: VerifyReport): string[][] {
  return report.runs.map(({ differences }) => differences.map(({ kind, tool, pointer }: Explained) => [kind, tool, pointer].filter(Boolean).join(' ')))
}

const asked = (id: number, name: string, args: object = {}): Step[] => [
  ['>', call(id, name, args)],
  ['<', text(id, '')],
]

describe('a deterministic server', () => {
  test('differs in nothing, however calls are mixed', async () => {
    const args = fc.array(fc.tuple(jsonText(2), fc.boolean()), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(args, async (calls) => {
        const steps = calls.flatMap(([value, waits], index): Step[] => [['>', call(index + 1, 'echo', { value: JSON.parse(value) as unknown })], ...(waits ? [['<', text(index + 1, '')] satisfies Step] : [])])
        const answers = calls.flatMap(([, waits], index): Step[] => (waits ? [] : [['<', text(index + 1, '')]]))
        const recording = await record(fixture('echo'), [...steps, ...answers])
        expect(recording.entries.length).toBe(3 + 2 * calls.length)
        expect(inShort(await check(recording, fixture('echo')))).toEqual([[]])
      }),
      { numRuns: 6 },
    )
  })

  test('that asks the client differs in nothing', async () => {
    const recording = await record(fixture('asks'), [
      ['>', call(1, 'both')],
      ['<', request('r', 'roots/list', {})],
      ['<', request('s', 'sampling/createMessage', { messages: [], maxTokens: 1 })],
      ['>', result('s', { content: { type: 'text', text: 'sampled' } })],
      ['>', result('r', { roots: [] })],
      ['<', text(1, '')],
      ['>', call(2, 'elicit', { question: 'why?' })],
      ['<', request('e', 'elicitation/create', {})],
      ['>', result('e', { action: 'decline' })],
      ['<', text(2, '')],
      ['>', call(3, 'steps', { count: 3 }, { _meta: { progressToken: 'p' } })],
      ['<', text(3, '')],
    ])
    const report = await check(recording, fixture('asks'), { runs: 2 })
    expect(inShort(report)).toEqual([[], []])
    expect(report).toMatchObject({ same: true, calls: ['initialize', 'both', 'elicit {"question":"why?"}', 'steps {"count":3}'] })
  })

  test('that issues values anew in each run differs in none of them', async () => {
    const recording = await record(fixture('stateful'), [
      ['>', request(1, 'resources/list')],
      ['<', result(1, { nextCursor: 'a' })],
      ['>', request(2, 'resources/list', { cursor: 'a' })],
      ['<', result(2)],
      ['>', call(3, 'long')],
      ['<', result(3, { task: { taskId: 't' } })],
      ['>', request(4, 'tasks/get', { taskId: 't' })],
      ['<', result(4)],
      ['>', call(5, 'confirm')],
      ['<', result(5, { requestState: 's', inputRequests: { k: { method: 'elicitation/create' } } })],
      ['>', call(6, 'confirm', {}, { requestState: 's', inputResponses: { k: { action: 'accept' } } })],
      ['<', result(6)],
    ])
    const differing = inShort(await check(recording, fixture('stateful')))[0]!
    expect(differing.filter((difference) => !difference.includes('inputRequests'))).toEqual([])
  })
})

describe('what differs', () => {
  test('of the clock server is exactly the clock', async () => {
    const recording = await record(fixture('clock'), [...asked(1, 'echo', { a: 1 }), ...asked(2, 'now'), ...asked(3, 'seconds'), ...asked(4, 'echo')])
    const report = await check(recording, fixture('clock'))
    expect(inShort(report)).toEqual([['time now /result/content/0/text', 'time seconds /result/structuredContent/seconds']])
    expect(report.runs[0]!.differences).toMatchObject([{ guess: 'time', call: 3 }, { guess: 'time', call: 4 }])
    expect(report.same).toBe(false)
  })

  test('of the dice server is exactly what was drawn', async () => {
    const recording = await record(fixture('dice'), [...asked(1, 'uuid'), ...asked(2, 'u64'), ...asked(3, 'key'), ...asked(4, 'echo')])
    const report = await check(recording, fixture('dice'), { runs: 2 })
    const drawn = ['random uuid /result/content/0/text', 'random u64 /result/content/0/text', 'random u64 /result/structuredContent/result', 'random key /result/content/0/text']
    expect(inShort(report)).toEqual([drawn, drawn])
    expect(report.runs[0]!.differences[1]).toMatchObject({ repeats: '/result/structuredContent' })
    expect(reportJson(report, { redact: (value) => value })).toMatch(/"expected":\d{19,20},"actual":\d{19,20}/)
  })

  test('is nothing where it is left out', async () => {
    const recording = await record(fixture('clock'), asked(1, 'now'))
    expect(inShort(await check(recording, fixture('clock'), { ignore: ignoring(['/result/content/*/text']) }))).toEqual([[]])
  })

  test('of a server that answers in another order is the order alone', async () => {
    const recording = await record(fixture('echo'), [['>', call(1, 'echo', { n: 1 })], ['>', call(2, 'echo', { n: 2 })], ['<', text(1, '')], ['<', text(2, '')]])
    const plain = recordingOf(recording.entries.map((entry) => ({ ...entry, message: entry.message })))
    const report = await check(plain, fixture('reversed'), { ignore: ignoring(['/result/structuredContent', '/result/isError', '/result/serverInfo', '/result/capabilities']) })
    expect(new Set(report.runs[0]!.differences.map(({ kind }) => kind))).toEqual(new Set(['order']))
  })
})

describe('a server that fails', () => {
  const steps = entriesOf([...asked(1, 'echo'), ...asked(2, 'echo')])

  test('by dying in the middle leaves the answers missing, and is named with its last words', async () => {
    const report = await check(recordingOf(steps), fixture('falls'))
    expect(inShort(report)).toEqual([['missing echo', 'missing echo']])
    expect(report.runs[0]).toMatchObject({ gone: expect.stringContaining('I fall'), unsent: 1 })
    expect(reportText(report, { palette: createPalette(false), redact: (value) => value })).toContain('I fall')
    expect(junitXml(report, { name: 't', redact: (value) => value })).toContain('tests="3" failures="2"')
  })

  test('by never answering leaves the answers missing, within the limit', async () => {
    const report = await check(recordingOf(steps), fixture('silent'), { callTimeout: 150 })
    expect(inShort(report)).toEqual([['missing echo', 'missing echo']])
  })
})

test('a tape without messages is no proof, and says so', async () => {
  const report = await check(recordingOf([]), fixture('echo'))
  expect(report.warnings).toEqual([expect.stringContaining('no messages')])
})

describe('accepting', () => {
  test('puts the new recording in the tape\'s place when it differs', async () => {
    const path = join(await temporaryFolder(), 'clock.tape')
    const recording = await record(fixture('clock'), asked(1, 'now'), path)
    const report = await check(recording, fixture('clock'), { accept: path })
    expect(report).toMatchObject({ same: false, accepted: true })
    expect(readTape(path).entries.at(-1)!.message.bytes).not.toEqual(recording.entries.at(-1)!.message.bytes)
  })

  test('leaves a tape alone that does not differ, or whose server went before the end', async () => {
    const path = join(await temporaryFolder(), 'echo.tape')
    const recording = await record(fixture('echo'), [...asked(1, 'echo'), ...asked(2, 'echo')], path)
    const before = await readFile(path)
    expect(await check(recording, fixture('echo'), { accept: path })).toMatchObject({ same: true, accepted: false })
    expect(await check(recording, fixture('falls'), { accept: path })).toMatchObject({ same: false, accepted: false })
    expect((await readFile(path)).equals(before)).toBe(true)
  })

  test('that cannot be written rejects before anything is sent', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const recording = await record(fixture('clock'), asked(1, 'now'))
    await expect(check(recording, fixture('clock'), { accept: join(folder, 'file', 'x.tape') })).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('x.tape') })
  })
})

test('known noise of Wassette is left out of its tapes alone, counted, and shown when asked for', async () => {
  const recording = await record(fixture('echo'), asked(1, 'echo'))
  const changed = { ...recording, entries: [...recording.entries, ...entriesOf([['<', notification('notifications/tools/list_changed')]]).map((entry) => ({ ...entry, id: 99, timestamp: 10 ** 6 }))] }
  const asWassette = { ...changed, sessions: changed.sessions.map((session) => ({ ...session, upstream: { kind: 'wassette' } })) }
  const quick = { settle: 20 }
  expect((await check(changed, fixture('echo'), quick)).runs[0]).toMatchObject({ differences: [{ kind: 'missing' }], ignored: [] })
  expect((await check(asWassette, fixture('echo'), quick)).runs[0]).toMatchObject({ differences: [], ignored: [{ rule: 'list-changed', count: 1 }] })
  expect((await check(asWassette, fixture('echo'), { ...quick, noise: () => false })).runs[0]).toMatchObject({ differences: [{ kind: 'missing' }], ignored: [] })
})

test('progress tells the run and how far it is', async () => {
  const said: string[] = []
  const recording = await record(fixture('echo'), asked(1, 'echo'))
  await check(recording, fixture('echo'), { runs: 2, progress: (line) => void said.push(line) })
  expect(said).toContain('run 1 of 2: sent 3 of 3 messages')
  expect(said).toContain('run 2 of 2: sent 3 of 3 messages')
})

test('of the reference server against itself only the time of day differs', async () => {
  const everything = (): Upstream => processUpstream({ command: [process.execPath, join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'stdio'] }, { stderr: () => {} })
  const recording = await record(everything(), [
    ['<', request(90, 'roots/list', {})],
    ['>', result(90, { roots: [] })],
    ['>', request(1, 'tools/list')],
    ['<', result(1)],
    ...asked(2, 'echo', { message: 'hello' }),
    ...asked(3, 'get-sum', { a: 1, b: 2 }),
    ...asked(4, 'get-structured-content', { location: 'New York' }),
    ...asked(5, 'get-tiny-image'),
    ['>', call(6, 'trigger-long-running-operation', { duration: 0.1, steps: 2 }, { _meta: { progressToken: 6 } })],
    ['<', text(6, '')],
    ['>', request(7, 'resources/list')],
    ['<', result(7)],
    ['>', request(8, 'prompts/list')],
    ['<', result(8)],
    ['>', request(9, 'resources/read', { uri: 'demo://resource/dynamic/text/1' })],
    ['<', result(9)],
    ['>', call(10, 'trigger-sampling-request', { prompt: 'x', maxTokens: 5 })],
    ['<', request(91, 'sampling/createMessage', {})],
    ['>', result(91, { role: 'assistant', model: 'm', content: { type: 'text', text: 'sampled' } })],
    ['<', text(10, '')],
    ['>', call(11, 'trigger-elicitation-request')],
    ['<', request(92, 'elicitation/create', {})],
    ['>', result(92, { action: 'decline' })],
    ['<', text(11, '')],
  ])
  expect(recording.entries.filter(({ direction, message }) => direction === 'to-client' && message.kind === 'request')).toHaveLength(3)
  const report = await check(recording, everything())
  // both may fall into the same second
  expect(inShort(report)[0]!.filter((difference) => difference !== 'time /result/contents/0/text')).toEqual([])
  expect(report.runs[0]).toMatchObject({ missing: 0, unasked: 0 })
})
