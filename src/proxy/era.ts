/** The two eras of the protocol, as a client of ours speaks them. */

/** The revision asked for unless another is named, and the first one without `initialize`. */
export const defaultVersion = '2025-11-25'
const statelessVersion = '2026-07-28'

/** What a client says of itself. */
export type ClientFacts = { protocolVersion: string; clientInfo: { name: string; version: string }; capabilities: object }

/** Whether a session of this revision has no handshake. */
export function isStateless(protocolVersion: string): boolean {
  return protocolVersion >= statelessVersion
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
