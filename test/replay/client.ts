import { stringifyJson } from '../../src/json.ts'
import { type Message, parseMessage } from '../../src/message.ts'
import type { Player } from '../../src/replay/player.ts'
import type { Transport } from '../../src/transport.ts'

/** A client that speaks to a player directly. */
export type Client = {
  readonly transport: Transport
  /** Sends messages in one tick, and returns what comes back before the next macrotask. */
  send(...messages: (string | object | Message)[]): Promise<Message[]>
  /** The same, as texts. */
  say(...messages: (string | object | Message)[]): Promise<string[]>
  /** What has come since the last time that anyone asked. */
  heard(): Promise<Message[]>
}

export async function connect(player: Player): Promise<Client> {
  const transport = player.open()
  let inbox: Message[] = []
  transport.onmessage = (message) => void inbox.push(message)
  await transport.start()

  async function heard(): Promise<Message[]> {
    await new Promise((resolve) => setImmediate(resolve))
    const messages = inbox
    inbox = []
    return messages
  }

  async function send(...messages: (string | object | Message)[]): Promise<Message[]> {
    for (const message of messages) void transport.send(toMessage(message))
    return heard()
  }

  return { transport, send, heard, say: async (...messages) => (await send(...messages)).map(textOf) }
}

export function toMessage(message: string | object | Message): Message {
  if (typeof message === 'object' && 'bytes' in message) return message
  return parseMessage(Buffer.from(typeof message === 'string' ? message : stringifyJson(message)))
}

export function textOf(message: Message): string {
  return message.bytes.toString()
}
