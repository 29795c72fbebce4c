/** What Wassette 0.8.0 says of itself on the wire, in both eras of the protocol. */
import { instructions } from '../component/built-in-tools.ts'

/** The revisions it speaks: the last without sessions, the others with `initialize`. */
export const versions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const
export const statelessVersion = '2026-07-28'
const latestSession = '2025-11-25'

export const metaKeys = { version: 'io.modelcontextprotocol/protocolVersion', capabilities: 'io.modelcontextprotocol/clientCapabilities', subscription: 'io.modelcontextprotocol/subscriptionId' } as const

/** Members that come first in results of the stateless era; those of lists say how long they may be kept. */
export const statelessFirst = { resultType: 'complete' } as const
export const listFirst = { resultType: 'complete', ttlMs: 0, cacheScope: 'public' } as const

const capabilities = { tools: { listChanged: true } }

/** It says what it is, and whose words it speaks; its version is theirs, so that recordings outlive versions of shadowcat. */
const serverInfo = { name: 'shadowcat-embedded', version: '0.8.0' }

/** The result of `initialize`. */
export function initialized(wanted: string): object {
  const protocolVersion = versions.some((version) => version === wanted) && wanted !== statelessVersion ? wanted : latestSession
  return { protocolVersion, capabilities, serverInfo, instructions }
}

/** The result of `server/discover`. */
export const discovered = { supportedVersions: versions, capabilities, instructions, ttlMs: 0, cacheScope: 'private', _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo } }

/** They are listed, and cannot be had: `prompts/get` is answered as an unknown method. */
export const prompts = ['Rust', 'JavaScript'].map((language) => ({
  name: `build-${language.toLowerCase()}-component`,
  description: `Guide to building a WebAssembly component for Wassette using ${language}`,
  arguments: [{ name: 'component_name', description: 'The name of the component to build', required: false }],
}))
