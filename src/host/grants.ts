import { type Policy, allowsHost, foldersOf, variablesOf } from '../component/policy.ts'
import type { Grants } from '../world/world.ts'

/** What Wassette's policy grants. */
export function toGrants(policy: Policy): Grants {
  return { host: (scheme, name) => allowsHost(policy, scheme, name), folders: foldersOf(policy), environment: variablesOf(policy) }
}
