import type { Upstream } from '../upstream.ts'
import { givenEnvironment } from '../wassette/flags.ts'
import { wassetteUpstream } from '../wassette/upstream.ts'
import { type ProcessOptions, processUpstream } from './process.ts'
import { type UpstreamSpecification, checkSpecification } from './specification.ts'

export type OpenOptions = ProcessOptions & {
  /** Whether a recording is to hold the bytes of components. */
  keepBytes?: boolean | undefined
}

/**
 * Makes an Upstream of its specification. Nothing is started before a session opens it, but Wassette is asked for its version.
 * Rejects with 'usage' for a wrong specification, with 'spawn' when Wassette cannot be found.
 */
export async function openUpstream(specification: UpstreamSpecification, options: OpenOptions = {}): Promise<Upstream> {
  checkSpecification(specification, 'upstream')
  if ('command' in specification) return processUpstream(specification, options)
  const { wassette } = specification
  const given = wassette === true ? {} : typeof wassette === 'string' ? { path: wassette } : wassette
  return wassetteUpstream({ ...given, ...options })
}

/** The variables that a specification gives to its server, Wassette's own `--env` and `--env-file` among them. */
export function environmentOf(specification: UpstreamSpecification | undefined): Readonly<Record<string, string>> {
  if (!specification) return {}
  if ('command' in specification) return specification.env ?? {}
  if (typeof specification.wassette !== 'object') return {}
  const { args = [], env } = specification.wassette
  return { ...givenEnvironment(args), ...env }
}
