import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import type { Message } from '../../src/message.ts'
import { type RunScriptOptions, runScript } from '../../src/proxy/run-script.ts'
import { parseScript } from '../../src/proxy/script.ts'
import type { Tap } from '../../src/tap.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { createStdioTransport } from '../../src/transport/stdio.ts'
import type { Upstream } from '../../src/upstream.ts'

function fixture(name: string): Upstream {
  return { describe: () => ({ kind: 'process' }), open: () => createStdioTransport({ command: [process.execPath, join(import.meta.dirname, '../fixtures/servers', name)] }) }
}

/** A tap that writes down what passes: `>` to the server, `<` to the client. */
function listener(): { tap: Tap; said: string[]; messages: Message[] } {
  const said: string[] = []
  const messages: Message[] = []
  const tap: Tap = {
    message(message, { direction }) {
      said.push(`${direction === 'to-server' ? '>' : '<'} ${message.method ?? message.kind} ${message.id ?? ''}`.trim())
      messages.push(message)
      return message
    },
  }
  return { tap, said, messages }
}

function run(upstream: Upstream, lines: string[], options: Partial<RunScriptOptions> = {}) {
  return runScript({ upstream, script: parseScript(Buffer.from(lines.join('\n')), 'x'), pair: createMemoryPair(), clientInfo: { name: 'test', version: '1' }, ...options })
}

test('initialize, initialized and the script are sent, nothing else, each request after the last answer', async () => {
  const { tap, said } = listener()
  const result = await run(fixture('echo.mjs'), ['{"tool":"echo","arguments":{"text":"a"}}', '{"method":"nope"}', '{"tool":"other"}'], { taps: [tap] })
  expect(said).toEqual(['> initialize "initialize"', '< result "initialize"', '> notifications/initialized', '> tools/call 1', '< result 1', '> nope 2', '< error 2', '> tools/call 3', '< result 3'])
  expect(result).toEqual({ sent: 5, failed: 2, unanswered: 0, end: { by: 'client' } })
})

test('in the stateless era there is no handshake, and each request says who asks', async () => {
  const { tap, messages } = listener()
  await run(fixture('echo.mjs'), ['{"tool":"echo","arguments":{"n":18446744073709551615}}', '{"method":"ping"}', '{"method":"ping","params":{}}', '{"answer":"elicitation/create"}'], { taps: [tap], protocolVersion: '2026-07-28' })
  const meta = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}'
  expect(messages.filter(({ kind }) => kind === 'request').map(({ bytes }) => bytes.toString())).toEqual([
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${meta},"name":"echo","arguments":{"n":18446744073709551615}}}`,
    `{"jsonrpc":"2.0","id":2,"method":"ping","params":{${meta}}}`,
    `{"jsonrpc":"2.0","id":3,"method":"ping","params":{${meta}}}`,
  ])
})

test('a server that dies ends the script with its reason, and what was asked counts as failed', async () => {
  const result = await run(fixture('dies-in-call.mjs'), ['{"tool":"die"}', '{"tool":"die"}'])
  expect(result).toMatchObject({ end: { by: 'upstream', error: { code: 'exit' } as ShadowcatError } })
})

test('a server that cannot be started rejects', async () => {
  const upstream: Upstream = { describe: () => ({ kind: 'process' }), open: () => createStdioTransport({ command: ['no-such-program-here'] }) }
  await expect(run(upstream, ['{"tool":"echo"}'])).rejects.toMatchObject({ code: 'spawn' })
})

test('a call that is not answered in its time is answered with an error, and the script goes on', async () => {
  const result = await run(fixture('never-answers.mjs'), ['{"tool":"a"}', '{"tool":"b"}'], { callTimeout: 50 })
  expect(result).toMatchObject({ sent: 4, failed: 3, end: { by: 'client' } })
})

test('the server is told when it asks for what the script does not answer', async () => {
  const { tap, messages } = listener()
  await run(fixture('asks.mjs'), ['{"tool":"roots"}', '{"tool":"roots"}', '{"answer":"roots/list","result":{"roots":[{"uri":"file:///a"}]}}'], { taps: [tap], callTimeout: 500 })
  const said = messages.map(({ bytes }) => bytes.toString())
  expect(said.filter((text) => text.includes('the script has no answer left for roots/list'))).toHaveLength(1)
  expect(said.filter((text) => text.includes('1 roots'))).toHaveLength(1)
})

test('an abort ends the session', async () => {
  const controller = new AbortController()
  const running = run(fixture('never-answers.mjs'), ['{"tool":"a"}'], { signal: controller.signal, progress: (text) => void (text.startsWith('1/') && controller.abort()) })
  expect((await running).end).toEqual({ by: 'closed' })
})
