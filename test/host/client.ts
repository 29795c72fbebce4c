/** A client of the embedded host that does what a session with a recorder does: every message is annotated, in order. */
import { onTestFinished } from 'vitest'
import { embeddedUpstream } from '../../src/host/here.ts'
import { threadedUpstream } from '../../src/host/threads.ts'
import type { EmbeddedOptions } from '../../src/host/upstream.ts'
import { type Message, createMessage, isAnswer, parseMessage } from '../../src/message.ts'
import type { Transport } from '../../src/transport.ts'
import type { Annotation, Upstream } from '../../src/upstream.ts'
import { createRefusedExchange } from '../../src/world/exchange.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { cache, epoch } from './components.ts'
import { file } from './files.ts'

/** What a host is made of, and whether in a thread. */
export type Placed = EmbeddedOptions & { thread?: boolean }

/** An embedded host at a fixed epoch and seed; without network and files, but for one in a thread, where policies alone deny them. */
export function embedded(components: readonly string[], { thread = false, ...options }: Placed = {}): Upstream {
  const surroundings = { exchange: createRefusedExchange(), files: createMemoryFiles(), ...options.surroundings }
  return (thread ? threadedUpstream : embeddedUpstream)({ cache, world: { epoch, seed: 42n }, ...options, components: components.map(file), ...(!thread && { surroundings }) })
}

/** The two places where a host can be; a suite that is about no one of them runs in both. */
export const places: [title: string, options: Placed][] = [['in this thread', {}], ['in a thread of its own', { thread: true }]]

export type Answer = { text: string; message: Message; asked: Annotation | undefined; annotation: Annotation | undefined }

export type Client = {
  transport: Transport
  /** What came, in order, as text. */
  received: string[]
  say(line: string): void
  /** Resolves when so many messages have come in all. */
  until(count: number): Promise<void>
  request(method: string, params?: object): Promise<Answer>
  tool(name: string, args?: object): Promise<Answer>
  /** The text of a tool's answer. */
  text(name: string, args?: object): Promise<string>
}

export async function connect(upstream: Upstream, { initialize = true, session = 1 } = {}): Promise<Client> {
  const transport = upstream.open(session)
  const received: string[] = []
  const waiting = new Map<string, (message: Message) => void>()
  let more = Promise.withResolvers<void>()
  let id = 0
  transport.onmessage = (message) => {
    received.push(message.bytes.toString())
    if (isAnswer(message)) waiting.get(message.id!)?.(message)
    more.resolve()
    more = Promise.withResolvers()
  }
  await transport.start()
  onTestFinished(() => transport.close())
  const client: Client = {
    transport,
    received,
    say: (line) => void transport.send(parseMessage(Buffer.from(line))),
    async until(count) {
      while (received.length < count) await more.promise
    },
    async request(method, params) {
      const request = createMessage({ jsonrpc: '2.0', id: ++id, method, ...(params && { params }) })
      const asked = upstream.annotate?.(request, { direction: 'to-server', session })
      const answer = new Promise<Message>((resolve) => waiting.set(String(request.id), resolve))
      void transport.send(request)
      const message = await answer
      return { text: message.bytes.toString(), message, asked, annotation: upstream.annotate?.(message, { direction: 'to-client', session }) }
    },
    tool: (name, args = {}) => client.request('tools/call', { name, arguments: args }),
    async text(name, args) {
      const { message } = await client.tool(name, args)
      return (message.value as { result: { content: [{ text: string }] } }).result.content[0].text
    },
  }
  if (initialize) await client.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } })
  return client
}
