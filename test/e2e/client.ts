/** The MCP SDK's own Client on a command, with the lines that crossed its pipes and the way in which the process ended. */
import { Client, type ClientOptions, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client'
import { type Ran, collect, start } from './run.ts'

export type Connection = {
  client: Client
  /** Lines as they crossed the pipes. */
  sent: string[]
  received: string[]
  /** What the client could not make sense of. */
  errors: Error[]
  /** Ends the process's input, as a client that has had enough does, and waits for its end. */
  end(): Promise<Ran>
}

/** Starts Node on `args`. `prepare` sets the client's handlers before it connects. */
export async function connect(args: readonly string[], options: ClientOptions = {}, prepare: (client: Client) => void = () => undefined): Promise<Connection> {
  const { transport, sent, received, end } = openPipes(args)
  const client = new Client({ name: 'shadowcat-test', version: '1.0.0' }, options)
  const errors: Error[] = []
  client.onerror = (error) => void errors.push(error)
  prepare(client)
  try {
    await client.connect(transport)
  } catch (error) {
    throw new Error(`the client could not connect; the process said: ${(await end()).stderr}`, { cause: error })
  }
  return { client, sent, received, errors, end }
}

/** A transport of the SDK's kind that keeps what the SDK's own does not tell: the lines and the exit code. */
function openPipes(args: readonly string[]): { transport: Transport; sent: string[]; received: string[]; end(): Promise<Ran> } {
  const child = start(args)
  const ran = collect(child)
  const sent: string[] = []
  const received: string[] = []
  let rest = ''
  const transport: Transport = {
    async start() {
      child.stdout.on('data', (text: string) => {
        const parts = (rest + text).split('\n')
        rest = parts.pop()!
        for (const line of parts) {
          received.push(line)
          transport.onmessage?.(JSON.parse(line) as JSONRPCMessage)
        }
      })
      child.on('close', () => transport.onclose?.())
    },
    async send(message) {
      sent.push(JSON.stringify(message))
      child.stdin.write(`${sent.at(-1)}\n`)
    },
    async close() {
      child.stdin.end()
      await ran
    },
  }
  return {
    transport,
    sent,
    received,
    async end() {
      child.stdin.end()
      return ran
    },
  }
}
