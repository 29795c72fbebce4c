import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { processUpstream } from '../../src/open/process.ts'
import type { Recording } from '../../src/tape/entry.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import type { Upstream } from '../../src/upstream.ts'
import { redrive } from '../../src/verify/redrive.ts'
import { type Step, entriesOf, notification, recordingOf, request, result } from './conversation.ts'

const folder = fileURLToPath(new URL('../fixtures/servers/', import.meta.url))

/** A fixture server as an upstream; what it writes to stderr is nobody's concern here. */
export function fixture(name: string, ...args: string[]): Upstream {
  return processUpstream({ command: [process.execPath, join(folder, `${name}.mjs`), ...args] }, { stderr: () => {} })
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'shadowcat-verify-test-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/**
 * A real recording of an upstream, made by driving it with steps: what the client says is sent, what the server says only tells what to wait
 * for. The handshake comes first.
 */
export async function record(upstream: Upstream, steps: readonly Step[], path?: string): Promise<Recording> {
  const opening: Step[] = [
    ['>', request('init', 'initialize', { protocolVersion: '2025-11-25', capabilities: { roots: {}, sampling: {}, elicitation: {} }, clientInfo: { name: 'test', version: '1' } })],
    ['<', result('init')],
    ['>', notification('notifications/initialized')],
  ]
  const recorded = await redrive(recordingOf(entriesOf([...opening, ...steps])), upstream, {
    path: path ?? join(await temporaryFolder(), 'first.tape'),
    redactor: createRedactor(),
    callTimeout: 20_000,
  })
  return recorded.recording
}
