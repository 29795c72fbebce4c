import { expect, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { type Message, createMessage } from '../../src/message.ts'
import type { Transport } from '../../src/transport.ts'
import { createStdioTransport } from '../../src/transport/stdio.ts'
import { conform } from './conformance.ts'
import { createNotes } from './notes.ts'

conform('stdio', {
  open() {
    const { take, noted } = createNotes()
    const program = new URL('../fixtures/servers/mirror.mjs', import.meta.url).pathname
    const transport = createStdioTransport({ command: [process.execPath, program], stderr: take })
    return { transport, buffered: () => transport.buffered, noted, goOn: () => void process.kill(transport.pid!, 'SIGUSR2') }
  },
  exact: true,
  loss: 'exit',
})

const fixture = (name: string): string[] => [process.execPath, new URL(`../fixtures/servers/${name}.mjs`, import.meta.url).pathname]
const closeOf = (transport: Transport): Promise<ShadowcatError | undefined> => new Promise((resolve) => (transport.onclose = resolve))
const call = (name: string) => createMessage({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } })

test('a server that cannot be found rejects the start', async () => {
  const transport = createStdioTransport({ command: ['no-such-server'] })
  await expect(transport.start()).rejects.toMatchObject({ code: 'spawn' })
  await transport.close()
})

test('one that dies before it answers closes with exit code and the end of its stderr', async () => {
  const transport = createStdioTransport({ command: fixture('dies-before-answering') })
  const closed = closeOf(transport)
  await transport.start()
  const error = await closed
  expect(error).toMatchObject({ code: 'exit', facts: { exitCode: 3, signal: undefined, stderrTail: 'reading the configuration\nError: cannot open the database' } })
  expect(error!.message).toContain('with exit code 3 before it answered anything')
  expect(error!.message).toContain('    Error: cannot open the database')
})

test('one that dies in the middle of a call closes with its signal', async () => {
  const transport = createStdioTransport({ command: fixture('dies-in-call') })
  const closed = closeOf(transport)
  const answered = new Promise((resolve) => (transport.onmessage = resolve))
  await transport.start()
  void transport.send(createMessage({ jsonrpc: '2.0', id: 0, method: 'ping' }))
  await answered
  void transport.send(call('die'))
  const error = await closed
  expect(error).toMatchObject({ code: 'exit', facts: { exitCode: undefined, signal: 'SIGABRT', stderrTail: 'fatal: out of cheese' } })
  expect(error!.message).toContain('by signal SIGABRT (6) in the middle of the session')
})

test('one that never answers ends with its stdin, which is clean', async () => {
  const transport = createStdioTransport({ command: fixture('never-answers') })
  const closed = closeOf(transport)
  await transport.start()
  void transport.send(call('anything'))
  transport.end!()
  expect(await closed).toBeUndefined()
})

test('an exit code after the end of its input is told', async () => {
  const transport = createStdioTransport({ command: [process.execPath, '-e', 'process.stdin.resume().on("end", () => process.exit(4))'] })
  const closed = closeOf(transport)
  await transport.start()
  transport.end!()
  expect(await closed).toMatchObject({ code: 'exit', facts: { exitCode: 4 } })
})

test('junk between its answers is reported and passed over', async () => {
  const transport = createStdioTransport({ command: fixture('junk-on-stdout') })
  const reports: string[] = []
  transport.onerror = (error) => reports.push(error.message)
  const answered = new Promise<Message>((resolve) => (transport.onmessage = resolve))
  await transport.start()
  void transport.send(call('junk'))
  expect((await answered).value).toMatchObject({ id: 1, result: { content: [{ text: 'done' }] } })
  expect(reports).toHaveLength(2)
  expect(reports[0]).toContain('Listening…')
  expect(reports[1]).toContain(String.raw`\u001b[32mDEBUG`)
  await transport.close()
})

test('a slow reader gets all of it, and little is held meanwhile', async () => {
  const { take, noted } = createNotes()
  const transport = createStdioTransport({ command: fixture('slow-reader'), stderr: take })
  await transport.start()
  let most = 0
  let bytes = 0
  for (let id = 0; id < 300; id++) {
    const message = createMessage({ jsonrpc: '2.0', id, method: 'x', params: { pad: 'x'.repeat(10_000) } })
    bytes += message.bytes.length + 1
    await transport.send(message)
    most = Math.max(most, transport.buffered)
  }
  transport.end!()
  await noted(`read ${bytes} bytes`)
  expect(most).toBeLessThan(256 * 1024)
})

test('a server that closes its stdout and lives on is ended, with that reason', async () => {
  const transport = createStdioTransport({ command: [process.execPath, '-e', 'require("fs").closeSync(1); setInterval(() => {}, 1e6)'], grace: { stdin: 0 } })
  const closed = closeOf(transport)
  await transport.start()
  expect((await closed)?.message).toContain('the server closed its stdout')
})

test('what left its process group and holds its stdout does not hold up the end', async () => {
  const escape = 'const c = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6); console.error(process.pid)"], { detached: true, stdio: ["ignore", 1, 2] })'
  const { promise: pid, resolve } = Promise.withResolvers<number>()
  const transport = createStdioTransport({ command: [process.execPath, '-e', `${escape}; c.unref(); process.stdin.resume()`], stderr: (text) => resolve(Number(text)) })
  const closed = closeOf(transport)
  await transport.start()
  const escaped = await pid
  await transport.close()
  expect(await closed).toBeUndefined()
  process.kill(escaped, 'SIGKILL')
})

test('secrets in a line that is not JSON are redacted before they are quoted', async () => {
  const transport = createStdioTransport({ command: [process.execPath, '-e', 'console.log("key hunter2"); process.stdin.resume()'], redact: (text) => text.replaceAll('hunter2', '[redacted]') })
  const report = new Promise<ShadowcatError>((resolve) => (transport.onerror = resolve))
  await transport.start()
  const { message } = await report
  expect([message.includes('[redacted]'), message.includes('hunter2')]).toEqual([true, false])
  await transport.close()
})
