import { type Message, parseMessage } from '../../src/message.ts'
import { type Session, type SessionOptions, createSession } from '../../src/proxy/session.ts'
import type { Context, Tap } from '../../src/tap.ts'
import type { ShadowcatError } from '../../src/errors.ts'
import { type MemoryTransport, createMemoryPair } from '../../src/transport/memory.ts'

export const parse = (text: string): Message => parseMessage(Buffer.from(text))
export const request = (id: number | string, method = 'tools/call'): Message => parse(JSON.stringify({ jsonrpc: '2.0', id, method }))
export const result = (id: number | string, value: unknown = {}): Message => parse(JSON.stringify({ jsonrpc: '2.0', id, result: value }))
export const textOf = (message: Message): string => message.bytes.toString()

/** One end of a conversation as a test holds it: what arrived, and a way to wait for more. */
export type End = { transport: MemoryTransport; got: string[]; say(message: Message | string): void | Promise<void>; until(condition: (got: string[]) => boolean): Promise<void>; ended: boolean; closed: Promise<ShadowcatError | undefined> }

export function createEnd(transport: MemoryTransport): End {
  const closed = Promise.withResolvers<ShadowcatError | undefined>()
  const waiting: (() => void)[] = []
  const wake = (): void => waiting.splice(0).forEach((resolve) => resolve())
  const end: End = {
    transport,
    got: [],
    ended: false,
    say: (message) => transport.send(typeof message === 'string' ? parse(message) : message),
    async until(condition) {
      while (!condition(end.got)) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    closed: closed.promise,
  }
  transport.onmessage = (message) => {
    end.got.push(textOf(message))
    wake()
  }
  transport.onend = () => {
    end.ended = true
    wake()
  }
  transport.onclose = (error) => {
    end.ended = true
    wake()
    closed.resolve(error)
  }
  return end
}

/** A session between two memory pairs, started; the test is its client and its server. */
export async function join(options: Partial<SessionOptions> = {}): Promise<{ client: End; server: End; session: Session }> {
  const near = createMemoryPair()
  const far = createMemoryPair()
  const client = createEnd(near.client)
  const server = createEnd(far.server)
  const session = createSession({ client: near.server, upstream: far.client, ...options })
  await Promise.all([near.client.start(), far.server.start()])
  await session.start()
  return { client, server, session }
}

/** A tap that notes what passes, under its name; `via` makes it a slow one. */
export function watcher(name: string, log: string[], via?: (message: Message) => Promise<void>): Tap {
  return {
    message(message: Message, { direction }: Context) {
      const note = (): Message => {
        log.push(`${name} ${direction === 'to-server' ? '▶' : '◀'} ${message.id ?? message.method}`)
        return message
      }
      return via ? via(message).then(note) : note()
    },
    flush: () => void log.push(`${name} flush`),
    end: () => void log.push(`${name} end`),
  }
}

/** Lets all that can happen without input happen. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
