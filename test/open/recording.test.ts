import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processUpstream } from '../../src/open/process.ts'
import { record } from '../../src/open/recording.ts'
import { parseScript } from '../../src/proxy/script.ts'
import { readTape } from '../../src/tape/reader.ts'
import { createRedactor } from '../../src/tape/redact.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shadowcat-recording-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const tape = () => join(folder, 'x.tape')
const script = (...lines: string[]) => parseScript(Buffer.from(lines.join('\n')), 'x')
const server = (name: string) => processUpstream({ command: [process.execPath, join(import.meta.dirname, '../fixtures/servers', name)] }, {})
const recordWith = (name: string, ...lines: string[]) => record({ upstream: server(name), script: script(...lines), recording: { path: tape(), redactor: createRedactor() } })

test('a script becomes a tape, and the same script again leaves it as it is', async () => {
  const first = await recordWith('echo.mjs', '{"tool":"echo","arguments":{"text":"a"}}')
  expect(first.outcome).toMatchObject({ tape: { path: tape(), entries: 5, same: false }, warnings: [] })
  const bytes = readFileSync(tape())
  const second = await recordWith('echo.mjs', '{"tool":"echo","arguments":{"text":"a"}}')
  expect(second.outcome.tape!.same).toBe(true)
  expect(readFileSync(tape()).equals(bytes)).toBe(true)
})

test('a session that did not end well replaces no tape, and leaves its journal', async () => {
  await recordWith('echo.mjs', '{"tool":"echo"}')
  const bytes = readFileSync(tape())
  const { outcome, end } = await recordWith('dies-in-call.mjs', '{"tool":"die"}')
  expect(end.by).toBe('upstream')
  expect(outcome.tape).toBeUndefined()
  expect(readFileSync(outcome.journal!).length).toBeGreaterThan(0)
  expect(readFileSync(tape()).equals(bytes)).toBe(true)
})

test('where no tape stands, also a session that ended badly becomes one', async () => {
  const { outcome } = await recordWith('dies-in-call.mjs', '{"tool":"die"}')
  expect(readTape(outcome.tape!.path).entries.some(({ origin }) => origin === 'shadowcat')).toBe(true)
})

test('a server that cannot be started leaves nothing', async () => {
  const upstream = processUpstream({ command: ['no-such-program-here'] }, {})
  await expect(record({ upstream, script: script('{"tool":"a"}'), recording: { path: tape(), redactor: createRedactor() } })).rejects.toMatchObject({ code: 'spawn' })
  expect(readdirSync(folder)).toEqual([])
})
