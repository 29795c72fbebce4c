/** One end of a memory pair, carried on to another thread. */
import type { MessagePort } from 'node:worker_threads'
import type { ShadowcatError } from '../errors.ts'
import { type Message, parseMessage } from '../message.ts'
import { queueMicrotask } from '../real.ts'
import type { MemoryTransport } from './memory.ts'

export type PortOptions = {
  /** What goes with a message, besides its bytes: plain data. */
  attach?(message: Message): unknown
  /** Told what came with a message, before that is passed on. */
  attached?(message: Message, value: unknown): void
  /** Why the other thread has gone, if it was not asked to. */
  lost?(): Promise<ShadowcatError | undefined>
}

/** What is posted. Messages that were ready together go together: their bytes in one buffer, which is handed over. */
type Post =
  | { bytes: Uint8Array<ArrayBuffer>; lengths: number[]; values?: [index: number, value: unknown][] }
  | { taken: number }
  | 'ended'
  | 'closed'

/** Past this many bytes that the other thread has not passed on, what this end receives waits. */
const highWaterMark = 64 * 1024

/**
 * What this end receives goes to the port, and what comes from the port leaves by this end; so do its pauses and its end.
 *
 *     client ⇄ end ⇄ port ┊ port ⇄ end ⇄ server
 */
export function carry(end: MemoryTransport, port: MessagePort, options: PortOptions = {}): void {
  const outgoing = createOutgoing(end, port, options)
  const take = createIncoming(end, port, options)
  end.onmessage = (message) => outgoing.add(message)
  end.onend = () => outgoing.post('ended')
  end.onclose = () => {
    outgoing.post('closed')
    port.close()
  }
  port.on('message', (post: Post) => {
    if (post === 'ended') end.end?.()
    else if (post === 'closed') void end.close()
    else if ('taken' in post) outgoing.taken(post.taken)
    else take(post)
  })
  port.on('close', () => void (async () => end.close(await options.lost?.()))())
  void end.start()
}

type Outgoing = { add(message: Message): void; post(post: Post): void; taken(bytes: number): void }

function createOutgoing(end: MemoryTransport, port: MessagePort, { attach }: PortOptions): Outgoing {
  let ready: Message[] = []
  let under = 0

  function flush(): void {
    if (ready.length === 0) return
    const bytes = join(ready)
    const values = attach ? ready.map((message, index): [number, unknown] => [index, attach(message)]).filter(([, value]) => value !== undefined) : []
    // Before it is handed over and empty.
    under += bytes.length
    port.postMessage({ bytes, lengths: ready.map((message) => message.bytes.length), ...(values.length > 0 && { values }) } satisfies Post, [bytes.buffer])
    ready = []
    if (under > highWaterMark) end.pause?.()
  }

  return {
    add(message) {
      if (ready.push(message) === 1) queueMicrotask(flush)
    },
    post(post) {
      flush()
      port.postMessage(post)
    },
    taken(bytes) {
      under -= bytes
      if (under <= highWaterMark) end.resume?.()
    },
  }
}

/** Copied, as buffers share their memory with others. */
function join(messages: readonly Message[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(messages.reduce((sum, { bytes }) => sum + bytes.length, 0))
  let at = 0
  for (const { bytes } of messages) {
    joined.set(bytes, at)
    at += bytes.length
  }
  return joined
}

function createIncoming(end: MemoryTransport, port: MessagePort, { attached }: PortOptions): (post: Extract<Post, { bytes: unknown }>) => void {
  let passed = 0
  const took = (bytes: number): void => {
    passed += bytes
    if (passed <= highWaterMark / 2) return
    port.postMessage({ taken: passed } satisfies Post)
    passed = 0
  }
  return ({ bytes, lengths, values = [] }) => {
    const about = new Map(values)
    let at = 0
    let room: void | Promise<void> = undefined
    for (const [index, length] of lengths.entries()) {
      const message = parseMessage(Buffer.from(bytes.buffer, at, length))
      at += length
      if (about.has(index)) attached?.(message, about.get(index))
      room = end.send(message)
    }
    if (room) void room.then(() => took(at))
    else took(at)
  }
}
