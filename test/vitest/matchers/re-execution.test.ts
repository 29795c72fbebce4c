import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { originOf } from '../../../src/vitest/matchers/origin.ts'
import { type ReExecution, reExecute } from '../../../src/vitest/matchers/re-execution.ts'
import { fixtureServer, own, sessionWith, settingsWith } from './session.ts'

async function again(server: string, names: string[], runs: number, signal?: AbortSignal): Promise<ReExecution> {
  const { session } = sessionWith(...names.map((name) => ({ name })))
  const task = {}
  own(session, task, settingsWith({ upstream: { command: fixtureServer(server) } }))
  return reExecute({ origin: originOf(task)!, calls: session.calls, protocolVersion: '2025-11-25', runs, signal })
}

test('the calls are made in order, in a new session each time, and numbered as in the report', async () => {
  const { recording, numbers, differences } = await again('dice', ['uuid', 'echo', 'uuid'], 2)
  expect(recording.entries.filter(({ message }) => message.method === 'tools/call')).toHaveLength(3)
  expect(numbers).toHaveLength(3)
  expect(new Set(differences.map(({ call }) => call))).toEqual(new Set([numbers[0], numbers[2]]))
})

test('one run compares nothing', async () => {
  expect((await again('dice', ['uuid'], 1)).differences).toEqual([])
})

test('a server that ends in the middle is told, and nothing is left behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-test-'))
  vi.stubEnv('TMPDIR', folder)
  try {
    await expect(again('dies-in-call', ['die'], 2)).rejects.toThrow(/exit code|exited|ended/)
    expect(readdirSync(folder)).toEqual([])
  } finally {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  }
})

test('a test that is over ends it', async () => {
  await expect(again('hangs', ['echo'], 2, AbortSignal.abort(new Error('the test is over')))).rejects.toThrow()
})
