import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { createMessage } from '../../src/message.ts'
import type { Transport } from '../../src/transport.ts'
import { createStdioListener, createStreamTransport } from '../../src/transport/stdio-server.ts'
import { createStdioTransport } from '../../src/transport/stdio.ts'
import { conform } from './conformance.ts'
import { createNotes } from './notes.ts'
import { createMirror } from './raw-mirror.ts'

conform('stdio-server over streams', {
  open() {
    const input = new PassThrough()
    const output = new PassThrough()
    const { take, noted } = createNotes()
    const goOn = createMirror(output, input, { note: take, exit: () => void input.end(() => output.destroy()) })
    const transport = createStreamTransport(input, output)
    return { transport, buffered: () => transport.buffered, noted, goOn }
  },
  exact: true,
  loss: undefined,
  skips: { 'the other side leaves while this one is paused: nothing is lost, and the end is told last': 'a client that takes no answers has gone at once' },
})

conform('stdio-server in a process of its own, seen through stdio', {
  open() {
    const { take, noted } = createNotes()
    const program = new URL('../fixtures/servers/mirror-listener.ts', import.meta.url).pathname
    const transport = createStdioTransport({ command: [process.execPath, program], stderr: take })
    return { transport, buffered: () => transport.buffered, noted, goOn: () => void process.kill(transport.pid!, 'SIGUSR2') }
  },
  exact: true,
  loss: 'exit',
})

const ping = createMessage({ jsonrpc: '2.0', id: 1, method: 'ping' })

test('the listener yields one transport, over the streams that it was given, and closes it', async () => {
  const input = new PassThrough()
  const output = new PassThrough()
  const listener = createStdioListener({ input, output })
  const sessions: Transport[] = []
  listener.onsession = (transport) => sessions.push(transport)
  await listener.start()
  await listener.start()
  expect(sessions).toHaveLength(1)
  const closed = new Promise((resolve) => (sessions[0]!.onclose = resolve))
  await sessions[0]!.start()
  await listener.close()
  expect(await closed).toBeUndefined()
  expect(input.destroyed).toBe(true)
})

test('a listener that never started closes at once', async () => {
  await createStdioListener({ input: new PassThrough(), output: new PassThrough() }).close()
})

test('the end of its input is told, and what is then sent still goes out', async () => {
  const input = new PassThrough()
  const output = new PassThrough()
  const transport = createStreamTransport(input, output)
  const ended = new Promise<void>((resolve) => (transport.onend = resolve))
  await transport.start()
  input.end('{"jsonrpc":"2.0","id":1,"method":"ping"}')
  await ended
  void transport.send(ping)
  await transport.close()
  expect(output.read()?.toString()).toBe(`${ping.bytes.toString()}\n`)
})

test.each([
  ['EPIPE', undefined],
  ['ECONNRESET', undefined],
  ['ENOSPC', 'closed'],
])('an output that fails with %s closes with the error %s', async (code, expected) => {
  const output = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })) })
  const input = new PassThrough()
  const transport = createStreamTransport(input, output)
  const closed = new Promise<ShadowcatError | undefined>((resolve) => (transport.onclose = resolve))
  await transport.start()
  void transport.send(ping)
  expect((await closed)?.code).toBe(expected)
  expect(input.destroyed).toBe(true)
  await transport.send(ping)
  await transport.close()
})

test('closing waits for a client that does not read no longer than its grace', async () => {
  const output = new Writable({ highWaterMark: 1, write: () => {} })
  const transport = createStreamTransport(new PassThrough(), output, { grace: 20 })
  await transport.start()
  void transport.send(ping)
  const closed = new Promise((resolve) => (transport.onclose = resolve))
  await transport.close()
  expect(await closed).toBeUndefined()
})
