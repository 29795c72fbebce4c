/** The two eras of the protocol, as a client of ours speaks them. */
import { ShadowcatError } from '../errors.ts'

/** The revision asked for unless another is named, and the first one without `initialize`. */
export const defaultVersion = '2025-11-25'
const statelessVersion = '2026-07-28'

/** What a client says of itself. */
export type ClientFacts = { protocolVersion: string; clientInfo: { name: string; version: string }; capabilities: object }

/** Whether a session of this revision has no handshake. */
export function isStateless(protocolVersion: string): boolean {
  return protocolVersion >= statelessVersion
}

/** Throws 'usage' for what is no revision: it would begin a session of one era or the other by how it sorts. */
export function checkRevision(value: unknown, where: string): void {
  if (typeof value === 'string' && /^20\d\d-\d\d-\d\d$/.test(value)) return
  throw new ShadowcatError('usage', `${where} is a revision of MCP, such as ${defaultVersion} or ${statelessVersion}; found ${String(JSON.stringify(value))}`)
}

/** What the stateless era wants in each request's `_meta`. */
export function statelessMeta({ protocolVersion, clientInfo, capabilities }: ClientFacts): Record<string, unknown> {
  return {
    'io.modelcontextprotocol/protocolVersion': protocolVersion,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
}

/** A client that answers a server's method declares the capability of that name: `sampling` for `sampling/createMessage`. */
export function capabilityOf(method: string): string {
  return method.split('/')[0]!
}
