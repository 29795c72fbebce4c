/** Which policies Wassette takes. */
import type { Permissions, Policy } from './policy.ts'

/** Whether a policy is of a version and with rules that Wassette takes: what is wrong, in its words. */
export function faultOf(policy: Policy): string | undefined {
  if (!policy.version.startsWith('1.')) return `Unsupported version: ${policy.version}`
  return isValid(policy.permissions) ? undefined : 'Permission validation failed'
}

function isValid({ storage, network, environment }: Permissions): boolean {
  return (
    all(storage).every(({ uri, access }) => isStorageUri(uri) && access.length > 0) &&
    all(network).every((rule) => ('host' in rule ? isHostPattern(rule.host) : rule.cidr.includes('/'))) &&
    all(environment).every(({ key }) => key !== '' && !key.includes('*'))
  )
}

function all<Rule>(rules: { allow: readonly Rule[] | null; deny?: readonly Rule[] | null } | null): Rule[] {
  return [...(rules?.allow ?? []), ...(rules?.deny ?? [])]
}

/** `**` stands alone between slashes, and nothing else has two stars. */
function isStorageUri(uri: string): boolean {
  return uri !== '' && uri.split('/').every((part) => part === '**' || (!part.includes('**') && part.indexOf('*') === part.lastIndexOf('*')))
}

/** A host, `*`, or `*.` and a host. */
function isHostPattern(host: string): boolean {
  const domain = host.startsWith('*.') ? host.slice(2) : undefined
  if (domain !== undefined) return domain !== '' && !domain.endsWith('.') && !domain.includes('*')
  return host !== '' && (host === '*' || !host.includes('*'))
}
