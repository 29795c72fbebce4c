import type { Upstream } from '../upstream.ts'
import type { WorldChoice } from '../host/setting.ts'
import type { EmbeddedOptions } from '../host/upstream.ts'
import { parseSize } from '../units.ts'
import { environmentOf } from './environment.ts'
import type { ProcessOptions } from './process.ts'
import { type UpstreamSpecification, checkSpecification } from './specification.ts'

export type OpenOptions = ProcessOptions & {
  /** Whether a recording is to hold the bytes of components. */
  keepBytes?: boolean | undefined
  /** Epoch and seed of components that run here, whatever a tape says. */
  world?: WorldChoice | undefined
  /** The same, where neither `world` nor a tape says them. */
  fallback?: WorldChoice | undefined
  /** Milliseconds after which a call of a component that runs here is ended. */
  callTimeout?: number | undefined
  /** Whether components run in a thread of their own, for each session another; in this one unless given. */
  thread?: boolean | undefined
  /** Whether components are told what the network, the disk and the like say, or what a tape says of them; and how that tape was redacted. */
  state?: EmbeddedOptions['state']
  redaction?: EmbeddedOptions['redaction']
}

/**
 * Makes an Upstream of its specification. Nothing is started before a session opens it, but Wassette is asked for its version.
 * What each kind brings along is loaded when it is used. Rejects with 'usage' for a wrong specification, with 'spawn' when Wassette cannot be found.
 */
export async function openUpstream(specification: UpstreamSpecification, options: OpenOptions = {}): Promise<Upstream> {
  checkSpecification(specification, 'upstream')
  const { stderr, redact, keepBytes } = options
  if ('command' in specification) return (await import('./process.ts')).processUpstream(specification, { stderr, redact })
  if ('components' in specification) {
    const embedded = toEmbedded(specification, options)
    return options.thread ? (await import('../host/threads.ts')).threadedUpstream(embedded) : (await import('../host/here.ts')).embeddedUpstream(embedded)
  }
  const { wassette } = specification
  const given = wassette === true ? {} : typeof wassette === 'string' ? { path: wassette } : wassette
  return (await import('../wassette/upstream.ts')).wassetteUpstream({ ...given, stderr, redact, keepBytes })
}

/** What the embedded host is made of; for any other server nothing of its specification but its variables. */
export function toEmbedded(specification: UpstreamSpecification | undefined, options: OpenOptions): EmbeddedOptions {
  if (!specification || !('components' in specification)) return { env: environmentOf(specification), ...options }
  const { components, env, memory } = specification
  return { components, env, ...(memory !== undefined && { memory: parseSize(memory, '--memory') }), ...options }
}
