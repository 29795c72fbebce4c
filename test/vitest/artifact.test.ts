import { readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { createMessage, parseMessage } from '../../src/message.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { dumpPassed } from '../../src/vitest/artifact.ts'
import { createProject } from './project.ts'

test('a conversation is one line of JSON for each message, with its bytes, redacted', () => {
  const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'
  const passed = [
    { direction: 'to-server', message: createMessage({ jsonrpc: '2.0', id: 1, method: 'x', params: { at: secret } }), time: 0 },
    { direction: 'to-client', message: parseMessage(Buffer.from('{"jsonrpc":"2.0", "id":1,\n"result":18446744073709551615}')), time: 12 },
  ] as const
  const lines = dumpPassed(passed, createRedactor()).trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines.map((line) => (JSON.parse(line) as { direction: string; time: number }).direction)).toEqual(['to-server', 'to-client'])
  expect(lines[0]).not.toContain(secret)
  expect(lines[1]).toBe('{"direction":"to-client","kind":"result","message":{"jsonrpc":"2.0", "id":1, "result":18446744073709551615},"time":12}')
})

test('vitest keeps the conversation of a test that fails, and nothing of it stays elsewhere', async () => {
  using project = createProject({
    files: { 'a.test.mjs': "import { test } from 'shadowcat/vitest'\ntest('one', async ({ session }) => void (await session.callTool('echo', { text: 'hello' }).catch(() => undefined)))\n" },
  })
  const run = await project.run({ env: { CI: 'true' } })
  const [, path] = /What was said: (\S+)/.exec(run.stderr)!
  expect(path).toMatch(/^\.vitest\/attachments\//)
  expect(project.read(path!)).toContain('"text":"hello"')
  const left = readdirSync(tmpdir()).filter((name) => /^shadowcat-[0-9a-f-]{36}\.jsonl$/.test(name))
  expect(left.filter((name) => readFileSync(`${tmpdir()}/${name}`, 'utf8').includes('"hello"'))).toEqual([])
})
