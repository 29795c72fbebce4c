import { type Message, createMessage } from '../../src/message.ts'
import type { Transport } from '../../src/transport.ts'

export type MirrorWays = {
  note(text: string): void
  exit(code: number): void
  /** Writes past the transport, where there is a stream. */
  write?(bytes: Buffer): void
}

type Wishes = { base64?: string; code?: number; count?: number; size?: number }

/** The likes of raw-mirror.ts for what is no stream: sends every message back over its transport, keeping to what `send` asks. */
export function reflect(transport: Transport, { note, exit, write }: MirrorWays): () => void {
  let queue: Promise<unknown> = Promise.resolve()
  transport.onmessage = (message) => {
    queue = queue.then(() => take(message))
  }
  transport.onend = () => {
    queue = queue.then(() => transport.close()).then(() => exit(0))
  }

  async function take(message: Message): Promise<void> {
    const { base64 = '', code = 0, count = 0, size = 0 } = (message.value as { params?: Wishes } | null)?.params ?? {}
    if (message.method === 'mirror/write') write?.(Buffer.from(base64, 'base64'))
    else if (message.method === 'mirror/leave') await leave(code)
    else if (message.method === 'mirror/stall') stall()
    else if (message.method === 'mirror/flood') await flood(count, size)
    else await transport.send(message)
  }

  async function leave(code: number): Promise<void> {
    await transport.close()
    exit(code)
  }

  function stall(): void {
    transport.pause?.()
    note('stalled')
  }

  async function flood(count: number, size: number): Promise<void> {
    const pad = 'x'.repeat(size)
    let noted = false
    for (let n = 0; n < count; n++) {
      const room = transport.send(createMessage({ jsonrpc: '2.0', method: 'flood', params: { n, pad } }))
      if (room && !noted) {
        note('flooded')
        noted = true
      }
      await room
    }
    if (!noted) note('flooded')
  }

  return () => transport.resume?.()
}
