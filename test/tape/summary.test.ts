import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import { createRecorder } from '../../src/tape/recorder.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { summariseTape } from '../../src/tape/summary.ts'

test('a tape is summed up in numbers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-summary-'))
  try {
    const recorder = createRecorder({ path: join(folder, 'x.tape'), redactor: createRedactor() })
    const tap = recorder.session(1)
    tap.message(createMessage({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } }), { direction: 'to-server', session: 1 })
    tap.message(createMessage({ jsonrpc: '2.0', id: 1, result: {} }), { direction: 'to-client', session: 1 })
    await recorder.close()
    expect(summariseTape(join(folder, 'x.tape'))).toMatchObject({ sessions: 1, messages: 2, calls: 1, upstreams: ['unknown'], recordedAt: expect.stringMatching(/^\d{4}-/) })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
