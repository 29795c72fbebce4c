import { AsyncLocalStorage } from 'node:async_hooks'
import type { Client, ClientOptions } from '@modelcontextprotocol/client'
import { ShadowcatError, messageOf } from '../../errors.ts'
import { toSdk } from '../../transport/sdk.ts'
import { missCode } from '../../replay/miss.ts'
import { type Origin, createChannel } from './channel.ts'
import type { Line } from './line.ts'
import { apart } from '../world/apart.ts'
import { captureSite } from './site.ts'
import { refusalOf } from './wire.ts'
import { bare } from '../verdict.ts'

type Sdk = { Client: typeof Client }

/** The methods by which users make requests. */
const asking = ['request', 'callTool', 'listTools', 'listPrompts', 'getPrompt', 'listResources', 'listResourceTemplates', 'readResource', 'subscribeResource', 'unsubscribeResource', 'complete', 'ping', 'setLoggingLevel', 'discover', 'listen'] as const

/**
 * The SDK's Client, connected on a line's wire. Errors of calls that were not recorded stand on the user's line, and say what the session's do.
 * Rejects with 'usage' when the SDK is not installed.
 */
export async function createClient(line: Line, options: ClientOptions = {}, load: () => Promise<Sdk> = () => import('@modelcontextprotocol/client')): Promise<Client> {
  const sdk = await apart(load).catch((cause: unknown) => {
    throw new ShadowcatError('usage', "the SDK's client needs the package @modelcontextprotocol/client, which cannot be loaded: npm install --save-dev @modelcontextprotocol/client", { cause })
  })
  const { greeting, stateless } = line.wire
  const client = new sdk.Client(greeting.clientInfo, {
    versionNegotiation: { mode: stateless ? { pin: greeting.protocolVersion } : 'legacy' },
    ...options,
    capabilities: { ...(greeting.capabilities as object), ...options.capabilities },
  })
  const origins = new AsyncLocalStorage<Origin>()
  const handled = noteHandlers(client)
  await client.connect(toSdk(createChannel(line, { origin: () => origins.getStore(), takes: (method) => handled.has(method) }))).catch((error: unknown) => {
    throw bare(new ShadowcatError('closed', `the SDK's client cannot connect: ${refusalOf(messageOf(error))}`))
  })
  placeRequests(client, origins)
  return client
}

/** The server's methods that the user gives a handler for: what the client has none for may be answered by the session. */
function noteHandlers(client: Client): ReadonlySet<string> {
  const handled = new Set<string>()
  const set = client.setRequestHandler as (...args: unknown[]) => void
  const noted = (...args: unknown[]): void => {
    set.apply(client, args)
    handled.add(String(args[0]))
  }
  Object.defineProperty(client, 'setRequestHandler', { value: noted, writable: true, configurable: true, enumerable: false })
  return handled
}

/** The SDK has awaited something before it sends, when the user's line may be out of sight: it is noted when the user calls. */
function placeRequests(client: Client, origins: AsyncLocalStorage<Origin>): void {
  const methods = client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  for (const name of asking) {
    const method = methods[name]
    if (typeof method !== 'function') continue
    const placed = (...args: unknown[]): Promise<unknown> => {
      // The SDK's methods call each other: the outermost is the user's.
      if (origins.getStore()) return method.apply(client, args)
      const origin: Origin = { site: captureSite(placed) }
      return origins.run(origin, () => method.apply(client, args)).catch((error: unknown) => {
        throw tell(error, origin)
      })
    }
    Object.defineProperty(client, name, { value: placed, writable: true, configurable: true, enumerable: false })
  }
}

/** The SDK's own error, with what people are to know of the miss; its class, `code` and `data` stay. */
function tell(error: unknown, { miss }: Origin): unknown {
  if (!miss || !(error instanceof Error) || (error as { code?: unknown }).code !== missCode) return error
  for (const key of Object.getOwnPropertyNames(miss)) {
    if (key !== 'code' && key !== 'data') Object.defineProperty(error, key, Object.getOwnPropertyDescriptor(miss, key)!)
  }
  return error
}
