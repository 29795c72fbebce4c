import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { type ForwardOptions, forward } from '../../src/proxy/forward.ts'
import type { SessionEnd } from '../../src/proxy/session.ts'
import type { Tap } from '../../src/tap.ts'
import type { Listener } from '../../src/transport.ts'
import { createStdioListener } from '../../src/transport/stdio-server.ts'
import { createStdioTransport } from '../../src/transport/stdio.ts'
import type { Upstream } from '../../src/upstream.ts'
import { jsonText, messageText } from '../arbitrary.ts'

const server = (name: string): string[] => [process.execPath, join(import.meta.dirname, '../fixtures/servers', `${name}.mjs`)]
/** Says back every byte. */
const mirror = [process.execPath, '-e', 'process.stdin.pipe(process.stdout)']
const script = (code: string): string[] => [process.execPath, '-e', code]

/** An upstream that starts a process, and tells its number. */
function createUpstream(command: string[]): Upstream & { pid(): number | undefined } {
  let opened: ReturnType<typeof createStdioTransport> | undefined
  return {
    describe: () => ({ kind: 'process', command }),
    open: () => (opened = createStdioTransport({ command, grace: { stdin: 500, term: 500 } })),
    pid: () => opened?.pid,
  }
}

type Client = { input: PassThrough; lines: string[]; until(condition: (lines: string[]) => boolean): Promise<void>; errors: [string, ShadowcatError][]; ended: Promise<SessionEnd>; pid(): number | undefined }

/** A client at the other end of two streams, in front of a real server process. */
function start(command: string[], options: Partial<ForwardOptions> & { output?: Writable } = {}): Client {
  const input = new PassThrough()
  const output = new PassThrough()
  const lines: string[] = []
  const errors: [string, ShadowcatError][] = []
  let waiting: (() => void)[] = []
  let rest = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    const found = (rest + text).split('\n')
    rest = found.pop()!
    lines.push(...found)
    for (const wake of waiting.splice(0)) wake()
  })
  output.on('close', () => (waiting = (waiting.forEach((wake) => wake()), [])))
  const { output: other, ...rest2 } = options
  const upstream = createUpstream(command)
  const ended = forward({ listener: createStdioListener({ input, output: other ?? output }), upstream, onerror: (from, error) => void errors.push([from, error]), ...rest2 })
  return {
    input,
    lines,
    errors,
    ended,
    pid: upstream.pid,
    async until(condition) {
      while (!condition(lines) && !output.destroyed) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}

const call = (id: number | string, name = 'echo', args: object = {}): string => `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })}\n`
const errorIn = (line: string | undefined) => JSON.parse(line ?? '{}') as { id: unknown; error: { code: number; message: string } }
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('through a real process', () => {
  test('every message comes out byte for byte as it went in, through sync and slow taps', async () => {
    const slow: Tap = { message: async (message) => message }
    for (const taps of [[], [slow]]) {
      const client = start(mirror, { taps: () => taps })
      const texts = fc.sample(messageText, 1500)
      for (const text of texts) client.input.write(`${text}\n`)
      await client.until((lines) => lines.length >= texts.length)
      client.input.end()
      await client.ended
      // what follows are errors for the requests that nobody answered
      expect(client.lines.slice(0, texts.length)).toEqual(texts)
    }
  })

  test('calls are answered, and the client that closes its input gets all answers', async () => {
    const client = start(server('echo'))
    const count = 500
    for (let id = 0; id < count; id++) client.input.write(call(id, 'echo', { text: 'x'.repeat(id) }))
    client.input.end()
    expect(await client.ended).toEqual({ by: 'client' })
    expect(client.lines.map((line) => errorIn(line).id)).toEqual(Array.from({ length: count }, (_, id) => id))
    expect(lives(client.pid()!)).toBe(false)
  })

  test('ten thousand broken lines are reported one by one, and change nothing', async () => {
    const client = start(server('echo'))
    const broken = fc.sample(fc.oneof(jsonText(), fc.string({ maxLength: 40 }), fc.constantFrom('[[[[', '{"id":', '\u0000', '[]', '{}', '{"id":1,"result":{}}', '[1,2]', '['.repeat(2000), '{"id":"1","method":5}')), 10_000)
    // nothing of it may happen to be a request, whose answer would be counted
    const harmless = broken.map((text) => text.replaceAll('method', 'm').replaceAll('\n', ' '))
    for (const text of harmless) client.input.write(`${text}\n`)
    client.input.end(call('after'))
    expect(await client.ended).toEqual({ by: 'client' })
    expect(client.lines.some((line) => errorIn(line).id === 'after')).toBe(true)
    expect(client.errors.length).toBeGreaterThan(100)
    expect(client.errors.every(([from, error]) => from === 'client' && error.code === 'malformed')).toBe(true)
  })
})

describe('a server that is no more', () => {
  test('when it cannot be started, the first request is told and the session ends with the reason', async () => {
    const client = start(['/nowhere/server'])
    client.input.write(call(1))
    expect(await client.ended).toMatchObject({ by: 'upstream', error: { code: 'spawn' } })
    expect(errorIn(client.lines[0])).toMatchObject({ id: 1, error: { code: -32000, message: expect.stringContaining('/nowhere/server') as string } })
  })

  test('when it dies before it answered, the error holds exit code and the end of stderr', async () => {
    const client = start(script('console.error("no configuration"); process.exit(7)'))
    client.input.write(call(0))
    const { error } = await client.ended
    expect(error).toMatchObject({ code: 'exit', facts: { exitCode: 7 } })
    expect(errorIn(client.lines[0]).id).toBe(0)
    expect(errorIn(client.lines[0]).error.message).toMatch(/exit code 7[^]*no configuration/)
  })

  test('when it dies in mid-call, every open request is told', async () => {
    const client = start(server('falls'))
    client.input.write('{"jsonrpc":"2.0","id":"p","method":"ping"}\n')
    await client.until((lines) => lines.length === 1)
    client.input.write(call('') + call(2))
    expect(await client.ended).toMatchObject({ by: 'upstream', error: { code: 'exit', facts: { exitCode: 3 } } })
    expect(client.lines.slice(1).map((line) => errorIn(line).id)).toEqual(['', 2])
    expect(client.lines[1]).toContain('I fall')
  })

  test('when it is killed, the error names the signal', async () => {
    const client = start(server('silent'))
    client.input.write(call(1))
    const { pid } = client
    while (!pid()) await new Promise((resolve) => setImmediate(resolve))
    process.kill(pid()!, 'SIGKILL')
    expect((await client.ended).error?.facts).toMatchObject({ signal: 'SIGKILL' })
    expect(errorIn(client.lines[0]).error.message).toContain('SIGKILL')
  })
})

describe('the end', () => {
  test('a client that no longer reads ends the session and the server', async () => {
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })) })
    const client = start(server('echo'), { output: gone })
    client.input.write(call(1))
    expect(await client.ended).toEqual({ by: 'client' })
    expect(lives(client.pid()!)).toBe(false)
  })

  test('a signal that aborts ends it, also before anyone came', async () => {
    const abort = new AbortController()
    const client = start(server('silent'), { signal: abort.signal })
    client.input.write(call(1))
    abort.abort()
    expect(await client.ended).toEqual({ by: 'closed' })
    const nobody: Listener = { start: async () => undefined, close: async () => undefined }
    const upstream = createUpstream(mirror)
    expect(await forward({ listener: nobody, upstream, signal: AbortSignal.abort() })).toEqual({ by: 'closed' })
    const later = new AbortController()
    const waiting = forward({ listener: nobody, upstream, signal: later.signal })
    later.abort()
    expect(await waiting).toEqual({ by: 'closed' })
  })

  test('an upstream that cannot be opened rejects, with the listener closed', async () => {
    let closed = 0
    const listener = createStdioListener({ input: new PassThrough(), output: new PassThrough() })
    const counting: Listener = { start: () => ((listener.onsession = counting.onsession), listener.start()), close: async () => void closed++ }
    const upstream: Upstream = {
      describe: () => ({ kind: 'none' }),
      open() {
        throw new Error('no such thing')
      },
    }
    await expect(forward({ listener: counting, upstream })).rejects.toThrow('no such thing')
    expect(closed).toBe(1)
  })

  test('a call time limit of the options holds, except where the upstream says otherwise', async () => {
    const upstream: Upstream = { ...createUpstream(server('silent')), untimed: (message) => message.id === '1' }
    const client = start([], { upstream, callTimeout: 10 })
    client.input.write(call(1) + call(2))
    await client.until((lines) => lines.length === 1)
    expect(errorIn(client.lines[0])).toMatchObject({ id: 2, error: { message: expect.stringContaining('limit of 10 ms') as string } })
    client.input.end()
    await client.ended
    expect(client.lines.map((line) => errorIn(line).id)).toEqual([2, 1])
  })
})
