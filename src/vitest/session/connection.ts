/** Our side of one MCP session: an exact client, and the SDK's on the same wire. */
import type { Client, ClientOptions } from '@modelcontextprotocol/client'
import type { ShadowcatError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Id } from '../../message.ts'
import type { Transport } from '../../transport.ts'
import { defaultVersion } from '../../proxy/era.ts'
import { packageVersion } from '../../version.ts'
import { apart } from '../world/apart.ts'
import { createChannel } from './channel.ts'
import { createLine } from './line.ts'
import { createSession } from './live-session.ts'
import type { Session } from './session.ts'
import type { Site } from './site.ts'
import { type Wire, createWire } from './wire.ts'

export type ConnectOptions = {
  /** The player's, or the client's end of a proxy session with the recorder. Started at the first message. */
  transport: Transport
  /** `2025-11-25` unless given; from `2026-07-28` on there is no handshake. */
  protocolVersion?: string | undefined
  capabilities?: { [name: string]: Json } | undefined
  clientInfo?: { name: string; version: string } | undefined
  /** The error of a call that is not in the tape, by the id that it had; see `explainMisses`. */
  explain?: ((id: Id, site: Site) => Error | undefined) | undefined
  /** How long the recorded call took that was answered under this id, in ms; see `createDurations`. */
  durationOf?: ((id: Id) => number | undefined) | undefined
  /** Told of each answer, before who asked is. */
  onanswer?: (() => void) | undefined
  /** Told of each request, and where it was made. */
  onask?: ((id: Id, site: Site) => void) | undefined
  /** What was wrong with one message and did not end the connection. */
  onerror?: ((error: ShadowcatError) => void) | undefined
}

export type Connection = {
  readonly session: Session
  /**
   * The MCP SDK's Client on the same session, connected; the same one for each ask. Capabilities that its options declare count when it comes
   * before the first request. Rejects when the SDK is not installed.
   */
  client(options?: ClientOptions): Promise<Client>
  /** A transport for another client on the same session, such as one that the code under test makes. */
  transport(): Transport
  /** Another exact session and client on the same wire: what they call, hear and miss is told apart. Its `close` leaves the wire open. */
  share(own?: Pick<ConnectOptions, 'onanswer'>): Connection
  /** The errors of calls that were not in the tape, in order, also when nobody looked at them. */
  readonly misses: readonly Error[]
  /** Ends everything; what waits for an answer is rejected. */
  close(): Promise<void>
}

/** Our side of the session over this transport. */
export function connect(options: ConnectOptions): Connection {
  const { transport, protocolVersion = defaultVersion, capabilities = {}, clientInfo = { name: 'shadowcat', version: packageVersion() } } = options
  const wire = createWire({ transport, greeting: { protocolVersion, capabilities, clientInfo }, onerror: options.onerror })
  return { ...createConnection(wire, options), close: () => wire.close() }
}

function createConnection(wire: Wire, options: ConnectOptions): Connection {
  const line = createLine(wire, { ...options, session: () => session })
  const { session, participant } = createSession(line)
  const leave = wire.join(participant)
  let client: Promise<Client> | undefined
  const transport = (): Transport => createChannel(line)

  return {
    session,
    client: (clientOptions) => (client ??= apart(() => import('./client.ts')).then(({ createClient }) => createClient(line, clientOptions))),
    transport,
    share: (own) => createConnection(wire, { ...options, ...own }),
    get misses() {
      return line.misses
    },
    async close() {
      leave()
      await client?.then((made) => made.close(), () => undefined)
    },
  }
}
