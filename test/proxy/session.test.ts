import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/message.ts'
import { createSession } from '../../src/proxy/session.ts'
import type { Context, Tap } from '../../src/tap.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { ShadowcatError } from '../../src/errors.ts'
import { messageText } from '../arbitrary.ts'
import { createEnd, join, parse, request, result, settle, textOf, watcher } from './joined.ts'

const errorOf = (text: string | undefined) => (JSON.parse(text ?? '{}') as { id: unknown; error: { code: number; message: string } })
const never = new Promise<void>(() => undefined)

/** A recorder that notes what it is told, and can be made to fail. */
function createRecorder(): Tap & { seen: { message: Message; context: Context }[]; failOn: 'message' | 'flush' | undefined } {
  const check = (when: 'message' | 'flush'): void => {
    if (recorder.failOn === when) throw new ShadowcatError('tape', 'no space left')
  }
  const recorder: ReturnType<typeof createRecorder> = {
    seen: [],
    failOn: undefined,
    message(message, context) {
      check('message')
      recorder.seen.push({ message, context })
      return message
    },
    flush: () => check('flush'),
  }
  return recorder
}

describe('messages', () => {
  test('go both ways through the taps, flushed once for all that arrives together', async () => {
    const log: string[] = []
    const { client, server, session } = await join({ taps: [watcher('a', log), watcher('b', log)] })
    for (const id of [1, 2]) void client.say(request(id))
    await server.until((got) => got.length === 2)
    for (const id of [1, 2]) void server.say(result(id))
    await client.until((got) => got.length === 2)
    expect(log).toEqual(['a ▶ 1', 'b ▶ 1', 'a ▶ 2', 'b ▶ 2', 'a flush', 'b flush', 'b ◀ 1', 'a ◀ 1', 'b ◀ 2', 'a ◀ 2', 'a flush', 'b flush'])
    await session.close()
    expect(log.slice(-2)).toEqual(['a end', 'b end'])
  })

  test('keep their order through slow taps, in both directions', async () => {
    const log: string[] = []
    const { client, server, session } = await join({ taps: [watcher('slow', log, settle), watcher('quick', log), watcher('slow', log, settle)] })
    for (let id = 0; id < 5; id++) {
      void client.say(request(id))
      void server.say(request(100 + id, 'ping'))
    }
    await Promise.all([client.until((got) => got.length === 5), server.until((got) => got.length === 5)])
    expect(server.got).toEqual([0, 1, 2, 3, 4].map((id) => textOf(request(id))))
    expect(client.got).toEqual([0, 1, 2, 3, 4].map((id) => textOf(request(100 + id, 'ping'))))
    await session.close()
  })

  test('come out byte for byte as they went in, through sync and slow taps, both ways', async () => {
    const slow: Tap = { message: async (message) => message }
    await fc.assert(
      fc.asyncProperty(fc.array(messageText, { minLength: 1, maxLength: 20 }), fc.constantFrom([], [createRecorder()], [slow]), async (texts, taps) => {
        const { client, server, session } = await join({ taps })
        for (const text of texts) void client.say(text)
        await server.until((got) => got.length === texts.length)
        for (const text of texts) void server.say(text)
        await client.until((got) => got.length === texts.length)
        expect(server.got).toEqual(texts)
        expect(client.got).toEqual(texts)
        await session.close()
      }),
      { numRuns: 100 },
    )
  })

  test('that are batches, answers to nobody, invalid or repeated pass like any other', async () => {
    const { client, server, session } = await join({ callTimeout: 60_000 })
    const odd = ['[{"id":1,"method":"a"},{"id":1,"method":"a"},5]', '{"id":99,"result":{}}', '{}', '5', 'null', '[]', '{"id":1,"method":"a"}', '{"id":1,"method":"a"}', '{"id":null,"error":{}}', '{"method":"notifications/cancelled","params":{"requestId":[]}}']
    for (const text of odd) {
      void client.say(text)
      void server.say(text)
    }
    await Promise.all([client.until((got) => got.length === odd.length), server.until((got) => got.length === odd.length)])
    expect(server.got).toEqual(odd)
    expect(client.got).toEqual(odd)
    await session.close()
  })

  test('that a tap answers go back from its place, and the server sees nothing of them', async () => {
    const log: string[] = []
    const answering: Tap = { message: (message) => (message.method === 'ping' ? result(JSON.parse(message.id!) as number, 'tapped') : message) }
    const { client, server, session } = await join({ taps: [watcher('near', log), answering, watcher('far', log)] })
    void client.say(request(0, 'ping'))
    await client.until((got) => got.length === 1)
    expect(client.got).toEqual([textOf(result(0, 'tapped'))])
    void server.say(request(7, 'ping'))
    await server.until((got) => got.length === 1)
    expect(server.got).toEqual([textOf(result(7, 'tapped'))])
    expect(log.filter((line) => !line.endsWith('flush'))).toEqual(['near ▶ 0', 'near ◀ 0', 'far ◀ 7', 'far ▶ 7'])
    client.transport.end!()
    expect(await session.ended).toEqual({ by: 'client' })
  })

  test('that a tap drops are not waited for', async () => {
    const { client, server, session } = await join({ taps: [{ message: (message) => (message.id === '1' ? undefined : message) }] })
    void client.say(request(1))
    void client.say(request(2))
    await server.until((got) => got.length === 1)
    void server.say(result(2))
    client.transport.end!()
    expect(await session.ended).toEqual({ by: 'client' })
    expect(client.got).toEqual([textOf(result(2))])
  })

  test('carry the ordinal of their session', async () => {
    const recorder = createRecorder()
    const { client, server, session } = await join({ taps: [recorder], ordinal: 4 })
    void client.say(request(1))
    await server.until((got) => got.length === 1)
    expect(recorder.seen[0]!.context).toEqual({ direction: 'to-server', session: 4 })
    await session.close()
  })
})

describe('a tap that fails', () => {
  test.each(['message', 'flush'] as const)('in %s of a request ends the session: nothing is passed on, and every open request gets an error', async (when) => {
    const recorder = createRecorder()
    const { client, server, session } = await join({ taps: [recorder] })
    void client.say(request(1))
    await server.until((got) => got.length === 1)
    recorder.failOn = when
    void client.say(request(2))
    void client.say('[{"id":3,"method":"a"},{"id":"","method":"b"},{"method":"c"}]')
    expect(await session.ended).toMatchObject({ by: 'tap', error: { code: 'tape', message: 'no space left' } })
    expect(server.got).toEqual([textOf(request(1))])
    expect(client.got.map((text) => errorOf(text).id).toSorted()).toEqual(['', 1, 2, 3])
    expect(errorOf(client.got[0]).error).toEqual({ code: -32000, message: 'shadowcat: no space left' })
  })

  test.each(['message', 'flush'] as const)('in %s of an answer keeps it back, and its request gets an error instead', async (when) => {
    const recorder = createRecorder()
    const { client, server, session } = await join({ taps: [recorder] })
    for (const id of [1, 2, 3]) void client.say(request(id))
    await server.until((got) => got.length === 3)
    recorder.failOn = when
    void server.say(result(2))
    void server.say(parse('{"method":"notifications/message"}'))
    expect((await session.ended).by).toBe('tap')
    expect(client.got.map((text) => errorOf(text).id).toSorted()).toEqual([1, 2, 3])
    expect(client.got.every((text) => text.includes('no space left'))).toBe(true)
  })

  test('passes nothing on later, though it recovers', async () => {
    const recorder = createRecorder()
    const { client, server, session } = await join({ taps: [recorder] })
    for (const id of [1, 2]) void client.say(request(id))
    await server.until((got) => got.length === 2)
    recorder.failOn = 'flush'
    void server.say(result(1))
    await client.until((got) => got.length > 0)
    recorder.failOn = undefined
    void server.say(result(2))
    void client.say(request(3))
    await session.ended
    expect(client.got.map((text) => errorOf(text).error.code)).toEqual(client.got.map(() => -32000))
    expect(server.got).toHaveLength(2)
  })

  test('slowly, with messages waiting behind it, answers them all', async () => {
    const { client, server, session } = await join({ taps: [{ message: async () => settle().then(() => Promise.reject(new Error('refused'))) }] })
    for (const id of [1, 2, 3]) void client.say(request(id))
    expect(await session.ended).toMatchObject({ by: 'tap', error: { message: 'refused' } })
    expect(client.got.map((text) => errorOf(text).id)).toEqual([1, 2, 3])
    expect(server.got).toEqual([])
  })

  test('at the end is why the session ended, and every other tap is ended too', async () => {
    const log: string[] = []
    const { session } = await join({ taps: [{ message: (message) => message, end: () => Promise.reject(new Error('no rename')) }, watcher('b', log)] })
    await session.close()
    expect(await session.ended).toMatchObject({ by: 'tap', error: { message: 'no rename' } })
    expect(log).toEqual(['b end'])
  })
})

describe('a call time limit', () => {
  test('answers with an error that is marked as our own; the late answer is recorded and not passed on', async () => {
    const recorder = createRecorder()
    const { client, server, session } = await join({ taps: [recorder], callTimeout: 5 })
    void client.say(request('slow'))
    await client.until((got) => got.length === 1)
    expect(errorOf(client.got[0])).toMatchObject({ id: 'slow', error: { code: -32001, message: 'shadowcat: no answer within the time limit of 5 ms' } })
    void server.say(result('slow'))
    void server.say(parse('{"method":"done"}'))
    await client.until((got) => got.length === 2)
    expect(client.got[1]).toBe('{"method":"done"}')
    const [, ours, late, done] = recorder.seen.map(({ context }) => context)
    expect([ours!.origin, ours!.late, late!.origin, late!.late, done!.late]).toEqual(['shadowcat', undefined, undefined, true, undefined])
    await session.close()
  })

  test('does not hold for what is untimed', async () => {
    const { client, server, session } = await join({ callTimeout: 1, untimed: (message) => message.id === '"long"' })
    void client.say(request('long'))
    void client.say(request('short'))
    await client.until((got) => got.length === 1)
    expect(errorOf(client.got[0]).id).toBe('short')
    void server.say(result('long'))
    await client.until((got) => got.length === 2)
    expect(client.got[1]).toBe(textOf(result('long')))
    await session.close()
  })

  test('lets a client whose input has ended go when the last call has expired', async () => {
    const { client, session } = await join({ callTimeout: 5 })
    void client.say(request(0))
    client.transport.end!()
    expect(await session.ended).toEqual({ by: 'client' })
    expect(errorOf(client.got[0])).toMatchObject({ id: 0, error: { code: -32001 } })
  })
})

describe('a server that has gone', () => {
  test('in mid-call leaves an error for every open request, not for those cancelled', async () => {
    const recorder = createRecorder()
    const { client, server, session } = await join({ taps: [recorder] })
    for (const id of [0, '', 5, 6]) void client.say(request(id))
    void client.say('{"method":"notifications/cancelled","params":{"requestId":5}}')
    await server.until((got) => got.length === 5)
    void server.say(result(6))
    void server.transport.close()
    expect(await session.ended).toMatchObject({ by: 'upstream', error: { code: 'closed' } })
    expect(client.got.map((text) => errorOf(text).id)).toEqual([6, 0, ''])
    expect(errorOf(client.got[1]).error).toEqual({ code: -32000, message: 'shadowcat: the server closed the connection' })
    expect(recorder.seen.slice(-2).map(({ context }) => context.origin)).toEqual(['shadowcat', 'shadowcat'])
  })

  test('says why to the first request, though that comes later', async () => {
    const { client, server, session } = await join()
    await server.transport.close()
    await settle()
    void client.say(request(1, 'initialize'))
    expect((await session.ended).by).toBe('upstream')
    expect(errorOf(client.got[0]).id).toBe(1)
  })

  test('says so to a batch too, and when it only stopped talking', async () => {
    const { client, server, session } = await join()
    server.transport.end!()
    void client.say('[{"id":1,"method":"a"},{"id":2,"method":"b"}]')
    expect((await session.ended).by).toBe('upstream')
    expect(client.got.map((text) => errorOf(text).id)).toEqual([1, 2])
  })

  test('does not wait for a client that will ask nothing', async () => {
    const { client, server, session } = await join()
    await server.transport.close()
    await settle()
    client.transport.end!()
    expect((await session.ended).by).toBe('upstream')
  })

  test('before it was there at all: start rejects, and the first request is told why', async () => {
    const near = createMemoryPair()
    const far = createMemoryPair()
    const client = createEnd(near.client)
    const upstream = { ...far.client, send: () => undefined, close: async () => undefined, start: () => Promise.reject(new ShadowcatError('spawn', 'cannot start `nothing`')) }
    const session = createSession({ client: near.server, upstream })
    const started = session.start()
    await near.client.start()
    void client.say(request(1, 'initialize'))
    await expect(started).rejects.toThrow('cannot start `nothing`')
    expect(errorOf(client.got[0]).error.message).toBe('shadowcat: cannot start `nothing`')
    expect(await session.ended).toMatchObject({ by: 'upstream', error: { code: 'spawn' } })
  })
})

describe('a client that has gone', () => {
  test('whose input has ended still gets the answers, and the server learns of the end', async () => {
    const { client, server, session } = await join()
    for (const id of [1, 2]) void client.say(request(id))
    client.transport.end!()
    await server.until((got) => got.length === 2 && server.ended)
    void server.say(result(2))
    await client.until((got) => got.length === 1)
    void server.say(result(1))
    expect(await session.ended).toEqual({ by: 'client' })
    expect(client.got).toEqual([textOf(result(2)), textOf(result(1))])
  })

  test('is no failure of a server that ends by itself then', async () => {
    const { client, server, session } = await join()
    void client.say(request(1))
    client.transport.end!()
    await server.until(() => server.ended)
    void server.say(result(1))
    void server.transport.close()
    expect(await session.ended).toEqual({ by: 'client' })
    expect(client.got).toEqual([textOf(result(1))])
  })

  test('is told which requests a server leaves open that ends then', async () => {
    const { client, server, session } = await join()
    void client.say(request(1))
    client.transport.end!()
    await server.until(() => server.ended)
    void server.transport.close()
    expect((await session.ended).by).toBe('upstream')
    expect(errorOf(client.got[0]).id).toBe(1)
  })

  test('is not waited for beyond the drain limit, and gets an error for what was not answered', async () => {
    const { client, session } = await join({ drainTimeout: 5 })
    void client.say(request(1))
    client.transport.end!()
    expect(await session.ended).toEqual({ by: 'client' })
    expect(errorOf(client.got[0]).error.message).toBe("shadowcat: no answer within 0.005 s after the client's input ended")
  })

  test('closes the server, whatever is open', async () => {
    const { client, server, session } = await join()
    void client.say(request(1))
    await server.until((got) => got.length === 1)
    await client.transport.close()
    expect(await session.ended).toEqual({ by: 'client' })
    await server.closed
  })

  test('while a slow tap works on its last request still gets that answered', async () => {
    const { client, server, session } = await join({ taps: [watcher('slow', [], settle)] })
    void client.say(request(1))
    client.transport.end!()
    await server.until((got) => got.length === 1)
    void server.say(result(1))
    expect(await session.ended).toEqual({ by: 'client' })
    expect(client.got).toEqual([textOf(result(1))])
  })

  test('does not wait for a tap that never lets go', async () => {
    const { client, session } = await join({ taps: [{ message: async (message) => never.then(() => message) }], drainTimeout: 5 })
    void client.say(request(1))
    client.transport.end!()
    expect(await session.ended).toEqual({ by: 'client' })
  })
})

describe('back-pressure', () => {
  const big = (id: number): Message => parse(`{"jsonrpc":"2.0","id":${id},"method":"m","params":"${'x'.repeat(10_000)}"}`)

  /** Says as much as it may; true when it was stopped before the end. */
  async function flood(say: (message: Message) => void | Promise<void>, count: number): Promise<boolean> {
    for (let id = 0; id < count; id++) {
      const room = say(big(id))
      if (!room) continue
      const stopped = await Promise.race([room.then(() => false), settle().then(settle).then(() => true)])
      if (stopped) return true
    }
    return false
  }

  test.each(['server', 'client'] as const)('a %s that stops reading holds back the other side; memory stays bounded, and nothing is lost', async (lazy) => {
    const { client, server, session } = await join()
    const [sender, receiver] = lazy === 'server' ? [client, server] : [server, client]
    receiver.transport.pause!()
    let sent = 0
    const stopped = await flood((message) => (sent++, sender.say(message)), 1000)
    expect(stopped).toBe(true)
    expect(sent * 10_000).toBeLessThan(1_000_000)
    receiver.transport.resume!()
    await receiver.until((got) => got.length === sent)
    await session.close()
  })

  test('a slow tap holds back the sender', async () => {
    const gate = Promise.withResolvers<void>()
    const { client, server, session } = await join({ taps: [{ message: (message) => gate.promise.then(() => message) }] })
    let sent = 0
    expect(await flood((message) => (sent++, client.say(message)), 1000)).toBe(true)
    expect(sent * 10_000).toBeLessThan(1_000_000)
    gate.resolve()
    await server.until((got) => got.length === sent)
    await session.close()
  })

  test('a client that does not read what taps answer is held back itself, while the server goes on', async () => {
    const answering: Tap = { message: (message) => (message.kind === 'request' ? parse(`{"id":${message.id},"result":"${'x'.repeat(10_000)}"}`) : message) }
    const { client, server, session } = await join({ taps: [answering] })
    client.transport.pause!()
    expect(await flood((message) => client.say(message), 1000)).toBe(true)
    expect(client.got).toEqual([])
    expect(server.transport.buffered).toBe(0)
    await session.close()
  })

  test('a slow client loses nothing though the drain limit passes while it does not read', async () => {
    const { client, server, session } = await join({ drainTimeout: 5 })
    for (let id = 0; id < 40; id++) void client.say(request(id))
    client.transport.end!()
    await server.until((got) => got.length === 40)
    client.transport.pause!()
    for (let id = 0; id < 39; id++) void server.say(parse(`{"id":${id},"result":"${'x'.repeat(10_000)}"}`))
    await new Promise((resolve) => setTimeout(resolve, 30))
    client.transport.resume!()
    void server.say(result(39))
    expect(await session.ended).toEqual({ by: 'client' })
    expect(client.got).toHaveLength(40)
    expect(client.got.some((text) => text.includes('"error"'))).toBe(false)
  })
})

describe('close', () => {
  test('may be called at any time, and twice', async () => {
    const { client, server, session } = await join()
    void client.say(request(1))
    await server.until((got) => got.length === 1)
    await Promise.all([session.close(), session.close()])
    await session.close()
    expect(await session.ended).toEqual({ by: 'closed' })
    await Promise.all([client.closed, server.closed])
  })

  test('before start is the end; a start then does nothing', async () => {
    const near = createMemoryPair()
    const far = createMemoryPair()
    const session = createSession({ client: near.server, upstream: far.client })
    await session.close()
    await session.start()
    expect(await session.ended).toEqual({ by: 'closed' })
  })

  test('during start ends it', async () => {
    const near = createMemoryPair()
    const far = createMemoryPair()
    const session = createSession({ client: near.server, upstream: far.client })
    const started = session.start()
    await session.close()
    await started
    expect(await session.ended).toEqual({ by: 'closed' })
  })

  test('does not wait for a tap that never lets go, which sees nothing more', async () => {
    const log: string[] = []
    const { client, session } = await join({ taps: [{ message: (message) => never.then(() => message) }, watcher('after', log)] })
    void client.say(request(1))
    await settle()
    await session.close()
    expect(log).toEqual(['after end'])
  })

  test('from within a tap ends the session too', async () => {
    const joined = await join({ taps: [{ message: (message) => (void joined.session.close(), message) }] })
    void joined.client.say(request(1))
    expect((await joined.session.ended).by).toBe('closed')
  })

  test('at a random moment of a lively conversation leaves both sides closed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 30 }), fc.constantFrom('close', 'client', 'server', 'input', 'tap'), fc.boolean(), async (moment, cause, slow) => {
        const failing = createRecorder()
        const { client, server, session } = await join({ taps: slow ? [watcher('slow', [], settle), failing] : [failing], drainTimeout: 20 })
        for (let step = 0; step < 30; step++) {
          if (step === moment) {
            if (cause === 'close') void session.close()
            if (cause === 'client') void client.transport.close()
            if (cause === 'server') void server.transport.close()
            if (cause === 'input') client.transport.end!()
            if (cause === 'tap') failing.failOn = step % 2 ? 'flush' : 'message'
          }
          void client.say(request(step))
          if (step % 3) void server.say(result(step - 1))
          if (step % 7 === 0) await settle()
        }
        if (moment === 30) void session.close()
        const { by } = await session.ended
        expect(['closed', 'client', 'upstream', 'tap']).toContain(by)
        await Promise.all([client.closed, server.closed])
      }),
      { numRuns: 60 },
    )
  })
})
