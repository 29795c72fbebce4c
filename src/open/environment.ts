import { givenEnvironment } from '../wassette/flags.ts'
import type { UpstreamSpecification } from './specification.ts'

/** The variables that a specification gives to its server, Wassette's own `--env` and `--env-file` among them. */
export function environmentOf(specification: UpstreamSpecification | undefined): Readonly<Record<string, string>> {
  if (!specification) return {}
  if ('command' in specification || 'components' in specification) return specification.env ?? {}
  if (typeof specification.wassette !== 'object') return {}
  const { args = [], env } = specification.wassette
  return { ...givenEnvironment(args), ...env }
}
