import { describe, expect, onTestFinished, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { type Message, createMessage, parseMessage } from '../../src/message.ts'
import type { Transport } from '../../src/transport.ts'

/** A transport whose other side is a mirror (raw-mirror.ts, mirror.ts). */
type Near = {
  transport: Transport
  /** Bytes that this side holds, in both directions. */
  buffered(): number
  /** Resolves when the mirror has noted this, since the beginning. */
  noted(text: string): Promise<void>
  /** Ends the mirror's stall. */
  goOn(): void
}

/** What a member cannot do, each with its reason. */
export type Skips = Partial<Record<keyof typeof cases, string>>

export type Member = {
  open(): Near
  /** Bytes arrive as they were sent; else only their value does. */
  exact: boolean
  /** The code of the error of `onclose` when the other side leaves; none where that is an ordinary end. */
  loss: 'exit' | 'closed' | undefined
  skips?: Skips
}

/** The one conformance suite of Transport; run it over every member. */
export function conform(name: string, member: Member): void {
  describe(`${name} as a Transport`, () => {
    for (const [title, run] of Object.entries(cases)) {
      const reason = member.skips?.[title as keyof typeof cases]
      if (reason) test.skip(`${title} (skipped: ${reason})`, () => {})
      else test(title, () => run(member))
    }
  })
}

/** No healthy peer lets more than this be held on the way: streams' and pair's high-water marks, one chunk read, one batch. Bytes. */
const heldAtMost = 512 * 1024

const cases = {
  'sends back what was sent, byte for byte': async (member: Member) => {
    const { transport, arrived } = await begin(member)
    const sent = [
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"n":18446744073709551615,"f":1.0,"s":"\\u00e9\\n ü 😀"}}',
      ' { "jsonrpc" : "2.0" ,\t"method" : "notifications/x" } ',
      '{"jsonrpc":"2.0","id":2,"result":{}}',
      '{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"x"}}',
    ]
    for (const text of sent) void transport.send(messageOf(text))
    const back = await arrived(sent.length)
    if (member.exact) expect(back.map((message) => message.bytes.toString())).toEqual(sent)
    else expect(back.map((message) => JSON.parse(message.bytes.toString()))).toEqual(sent.map((text) => JSON.parse(text)))
  },

  'keeps the order, in one tick and over many': async (member: Member) => {
    const { transport, arrived } = await begin(member)
    for (let n = 0; n < 2000; n++) {
      await transport.send(messageOf(`{"jsonrpc":"2.0","id":${n},"method":"ping"}`))
      if (n % 100 === 99) await new Promise(setImmediate)
    }
    const back = await arrived(2000)
    expect(back.map((message) => Number(message.id))).toEqual(Array.from({ length: 2000 }, (_, n) => n))
  },

  'carries the ids 0, the empty string and other strings': async (member: Member) => {
    const { transport, arrived } = await begin(member)
    const ids = ['0', '""', '"a"', '"0"', '-1', '"é"']
    for (const id of ids) void transport.send(messageOf(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`))
    expect((await arrived(ids.length)).map((message) => message.id)).toEqual(ids)
  },

  'carries batches, errors without an id, and JSON that is no JSON-RPC message': async (member: Member) => {
    const { transport, arrived } = await begin(member)
    const sent = ['[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"}]', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}', '[]', '{}', '5', 'null', '"text"']
    for (const text of sent) void transport.send(messageOf(text))
    expect((await arrived(sent.length)).map((message) => message.bytes.toString())).toEqual(sent)
  },

  'carries a message of 10 MB': async (member: Member) => {
    const { transport, arrived } = await begin(member)
    const text = 'wassette '.repeat(1_120_000)
    void transport.send(createMessage({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { text } }))
    void transport.send(messageOf('{"jsonrpc":"2.0","id":2,"method":"ping"}'))
    const [large, small] = await arrived(2)
    expect((large!.value as { params: { text: string } }).params.text === text).toBe(true)
    expect(small!.id).toBe('2')
  },

  'holds back a sender whose peer does not read, and goes on when it does': async (member: Member) => {
    const { transport, arrived, near } = await begin(member)
    void transport.send(messageOf('{"jsonrpc":"2.0","method":"mirror/stall"}'))
    await near.noted('stalled')
    const size = 20_000
    const { promise: heldBack, resolve: holdBack } = Promise.withResolvers<number>()
    let sent = 0
    const sender = (async () => {
      let room: void | Promise<void>
      for (; sent < 400; sent++) {
        room = transport.send(createMessage({ jsonrpc: '2.0', method: 'x', params: { n: sent, pad: 'x'.repeat(size) } }))
        if (room) holdBack(sent)
        await room
      }
    })()
    const heldAt = await heldBack
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(near.buffered()).toBeLessThan(heldAtMost)
    expect(sent).toBeLessThan(heldAt + 40)
    near.goOn()
    await sender
    expect(numbers(await arrived(400))).toEqual(Array.from({ length: 400 }, (_, n) => n))
  },

  'a paused receiver holds back a peer that floods': async (member: Member) => {
    const { transport, arrived, near, count } = await begin(member)
    transport.pause!()
    void transport.send(messageOf('{"jsonrpc":"2.0","method":"mirror/flood","params":{"count":2000,"size":5000}}'))
    await near.noted('flooded')
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(count()).toBe(0)
    expect(near.buffered()).toBeLessThan(heldAtMost)
    transport.resume!()
    expect(numbers(await arrived(2000))).toEqual(Array.from({ length: 2000 }, (_, n) => n))
  },

  'delivers nothing between pause and resume, not even what came in the same chunk': async (member: Member) => {
    const { transport, arrived, near } = await begin(member)
    let paused = false
    let broken = 0
    const deliver = transport.onmessage!
    transport.onmessage = (message) => {
      if (paused) broken++
      deliver(message)
      paused = true
      transport.pause!()
      setImmediate(() => {
        paused = false
        transport.resume!()
      })
    }
    void transport.send(messageOf('{"jsonrpc":"2.0","method":"mirror/flood","params":{"count":50,"size":10}}'))
    await near.noted('flooded')
    expect(numbers(await arrived(50))).toEqual(Array.from({ length: 50 }, (_, n) => n))
    expect(broken).toBe(0)
  },

  'closes from this side: once, without an error, and then it is silent': async (member: Member) => {
    const { transport, closed, arrived, closes, count } = await begin(member)
    void transport.send(messageOf('{"jsonrpc":"2.0","id":1,"method":"ping"}'))
    await arrived(1)
    await Promise.all([transport.close(), transport.close()])
    expect(await closed).toBeUndefined()
    void transport.send(messageOf('{"jsonrpc":"2.0","id":2,"method":"ping"}'))
    await transport.close()
    await new Promise(setImmediate)
    expect([closes(), count()]).toEqual([1, 1])
  },

  'closes while paused and full': async (member: Member) => {
    const { transport, closed, near } = await begin(member)
    transport.pause!()
    void transport.send(messageOf('{"jsonrpc":"2.0","method":"mirror/flood","params":{"count":2000,"size":1000}}'))
    await near.noted('flooded')
    await transport.close()
    expect(await closed).toBeUndefined()
  },

  'closes before it was started': async (member: Member) => {
    const { transport, near } = await begin(member, false)
    void near
    await transport.close()
    await transport.close()
  },

  'the other side leaves: what it sent before still arrives, then it is told once': async (member: Member) => {
    const { transport, closed, arrived, closes } = await begin(member)
    for (let n = 0; n < 500; n++) void transport.send(messageOf(`{"jsonrpc":"2.0","id":${n},"method":"ping"}`))
    void transport.send(messageOf('{"jsonrpc":"2.0","method":"mirror/leave"}'))
    const error = await closed
    expect(await arrived(500)).toHaveLength(500)
    expect([error?.code, closes()]).toEqual([member.loss, 1])
    void transport.send(messageOf('{"jsonrpc":"2.0","id":501,"method":"ping"}'))
    await transport.close()
    expect(closes()).toBe(1)
  },

  'the other side leaves while this one is paused: nothing is lost, and the end is told last': async (member: Member) => {
    const { transport, closed, closes, arrived, count, near } = await begin(member)
    void transport.send(messageOf('{"jsonrpc":"2.0","method":"mirror/flood","params":{"count":100,"size":100}}'))
    void transport.send(messageOf('{"jsonrpc":"2.0","method":"mirror/leave"}'))
    transport.pause!()
    await near.noted('flooded')
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect([count(), closes()]).toEqual([0, 0])
    transport.resume!()
    const error = await closed
    expect(numbers(await arrived(100))).toEqual(Array.from({ length: 100 }, (_, n) => n))
    expect(error?.code).toBe(member.loss)
  },

  'after end, what was asked is still answered': async (member: Member) => {
    const { transport, closed, arrived } = await begin(member)
    for (let n = 0; n < 500; n++) void transport.send(messageOf(`{"jsonrpc":"2.0","id":${n},"method":"ping"}`))
    transport.end!()
    expect(await arrived(500)).toHaveLength(500)
    await Promise.race([closed, transport.close()])
  },

  'lines that are not JSON are reported with an excerpt, never forwarded, never fatal': async (member: Member) => {
    const { transport, arrived, errors } = await begin(member)
    const junk = 'Listening on port 3000\n\n   \r\n{"jsonrpc":"2.0","id":\n{}}\n\u0000\n'
    const invalid = Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":7,"result":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')])
    const base64 = Buffer.concat([Buffer.from(junk), invalid]).toString('base64')
    void transport.send(createMessage({ jsonrpc: '2.0', method: 'mirror/write', params: { base64 } }))
    void transport.send(messageOf('{"jsonrpc":"2.0","id":1,"method":"ping"}'))
    const [after] = await arrived(1)
    expect(after!.id).toBe('1')
    expect(errors.map((error) => error.code)).toEqual(Array.from({ length: 5 }, () => 'malformed'))
    expect(errors[0]!.message).toContain('Listening on port 3000')
  },
}

type Begun = {
  near: Near
  transport: Transport
  /** The first `count` messages, as soon as they are there. */
  arrived(count: number): Promise<Message[]>
  count(): number
  closed: Promise<ShadowcatError | undefined>
  closes(): number
  errors: ShadowcatError[]
}

async function begin(member: Member, start = true): Promise<Begun> {
  const near = member.open()
  const { transport } = near
  const messages: Message[] = []
  const errors: ShadowcatError[] = []
  const waiting: { count: number; resolve(messages: Message[]): void }[] = []
  const { promise: closed, resolve } = Promise.withResolvers<ShadowcatError | undefined>()
  let closes = 0
  transport.onmessage = (message) => {
    // A copy: a transport need not keep the bytes of what was delivered.
    messages.push(parseMessage(Buffer.from(message.bytes)))
    for (const { count, resolve: tell } of waiting) if (messages.length === count) tell(messages.slice())
  }
  transport.onerror = (error) => errors.push(error)
  transport.onclose = (error) => {
    closes++
    resolve(error)
  }
  onTestFinished(() => transport.close())
  if (start) await transport.start()
  return {
    near,
    transport,
    arrived: (count) => (messages.length >= count ? Promise.resolve(messages.slice(0, count)) : new Promise((tell) => waiting.push({ count, resolve: tell }))),
    count: () => messages.length,
    closed,
    closes: () => closes,
    errors,
  }
}

function messageOf(text: string): Message {
  return parseMessage(Buffer.from(text))
}

function numbers(messages: Message[]): number[] {
  return messages.map((message) => (message.value as { params: { n: number } }).params.n)
}
