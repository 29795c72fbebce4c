/** What a component may reach, in Wassette's terms: nothing but what its policy allows. Only `allow` is enforced; the rest is kept. */
import { ShadowcatError } from '../errors.ts'

export type Access = 'read' | 'write'
export type StorageRule = { readonly uri: string; readonly access: readonly Access[] }
export type NetworkRule = { readonly host: string } | { readonly cidr: string }
export type EnvironmentRule = { readonly key: string }

export type Rules<Rule> = { readonly allow: readonly Rule[] | null; readonly deny: readonly Rule[] | null }

/** Every member is there, in the order in which Wassette writes them; `null` is what was not given. */
export type Permissions = {
  readonly storage: Rules<StorageRule> | null
  readonly network: Rules<NetworkRule> | null
  readonly environment: { readonly allow: readonly EnvironmentRule[] | null } | null
  readonly runtime: unknown
  readonly resources: unknown
  readonly ipc: Rules<{ readonly uri: string }> | null
}

export type Policy = { readonly version: string; readonly description: string | null; readonly permissions: Permissions }

/** What the tools grant and revoke. */
export type PermissionKind = 'storage' | 'network' | 'environment'

export const noPermissions: Permissions = { storage: null, network: null, environment: null, runtime: null, resources: null, ipc: null }

/** What is enforced where there is no policy that can be read. */
export const nothingAllowed: Policy = { version: '1.0', description: null, permissions: noPermissions }

/** The policy that a component's first grant begins with. */
export function newPolicy(component: string): Policy {
  return { version: '1.0', description: `Auto-generated policy for component: ${component}`, permissions: noPermissions }
}

/** The policy with one permission more. `details` are the tool's, as JSON. Throws 'usage' in Wassette's words when they are wrong. */
export function grant(policy: Policy, kind: PermissionKind, details: unknown): Policy {
  const { storage, network, environment } = policy.permissions
  switch (kind) {
    case 'storage': {
      const allow = withAccess(storage?.allow ?? [], storageRule(details))
      return changed(policy, { storage: { allow, deny: storage?.deny ?? null } })
    }
    case 'network': {
      const allow = withRule(network?.allow ?? [], { host: textIn(details, 'host', 'network', 'Network host') })
      return changed(policy, { network: { allow, deny: network?.deny ?? null } })
    }
    case 'environment': {
      const allow = withRule(environment?.allow ?? [], { key: textIn(details, 'key', 'environment', 'Environment variable key') })
      return changed(policy, { environment: { allow } })
    }
  }
}

/** The policy without a permission; of storage all access to the URI goes. Throws 'usage' in Wassette's words when the details are wrong. */
export function revoke(policy: Policy, kind: PermissionKind, details: unknown): Policy {
  const { storage, network, environment } = policy.permissions
  switch (kind) {
    case 'storage': {
      const uri = textIn(details, 'uri', 'storage', 'Storage URI')
      return storage ? changed(policy, { storage: { ...storage, allow: without(storage.allow, (rule) => rule.uri === uri) } }) : policy
    }
    case 'network': {
      const host = textIn(details, 'host', 'network', 'Network host')
      return network ? changed(policy, { network: { ...network, allow: without(network.allow, (rule) => 'host' in rule && rule.host === host) } }) : policy
    }
    case 'environment': {
      const key = textIn(details, 'key', 'environment', 'Environment variable key')
      return environment ? changed(policy, { environment: { allow: without(environment.allow, (rule) => rule.key === key) } }) : policy
    }
  }
}

/** Whether a request may go to a host: its name alone counts, and its scheme (`https`) where the rule has one. Rules that are no host deny all. */
export function allowsHost(policy: Policy, scheme: string, host: string): boolean {
  const rules = (policy.permissions.network?.allow ?? []).flatMap((rule) => ('host' in rule ? [parseHost(rule.host)] : []))
  if (rules.includes(undefined)) return false
  return rules.some((rule) => rule!.host === host.toLowerCase() && (rule!.scheme === undefined || rule!.scheme === scheme))
}

/** A folder that the component sees under its own path. Without `read` it can be listed, and its files not read. */
export type Folder = { readonly path: string; readonly read: boolean; readonly write: boolean }

/** The folders of `fs://` rules, in order. */
export function foldersOf(policy: Policy): Folder[] {
  return (policy.permissions.storage?.allow ?? [])
    .filter(({ uri }) => uri.startsWith('fs://'))
    .map(({ uri, access }) => ({ path: uri.slice('fs://'.length), read: access.includes('read'), write: access.includes('write') }))
}

/** The names of the environment variables that reach the component. */
export function variablesOf(policy: Policy): string[] {
  return (policy.permissions.environment?.allow ?? []).map(({ key }) => key)
}

/** `host`, `host:port` (which Wassette takes for a scheme, so that it matches nothing), or a URL. */
function parseHost(text: string): { scheme: string | undefined; host: string } | undefined {
  const url = URL.parse(text)
  if (url) return { scheme: url.protocol.slice(0, -1), host: url.hostname }
  const plain = URL.parse(`http://${text}`)
  return plain ? { scheme: undefined, host: plain.hostname } : undefined
}

function changed(policy: Policy, permissions: Partial<Permissions>): Policy {
  return { ...policy, permissions: { ...policy.permissions, ...permissions } }
}

/** Of one URI there is one rule; further access is added to it. */
function withAccess(rules: readonly StorageRule[], added: StorageRule): readonly StorageRule[] {
  const index = rules.findIndex((rule) => rule.uri === added.uri)
  if (index === -1) return [...rules, added]
  const { uri, access } = rules[index]!
  return rules.with(index, { uri, access: [...new Set([...access, ...added.access])] })
}

function withRule<Rule extends object>(rules: readonly Rule[], added: Rule): readonly Rule[] {
  const same = (rule: Rule): boolean => JSON.stringify(rule) === JSON.stringify(added)
  return rules.some(same) ? rules : [...rules, added]
}

/** An empty list is none. */
function without<Rule>(rules: readonly Rule[] | null, removed: (rule: Rule) => boolean): readonly Rule[] | null {
  const kept = rules?.filter((rule) => !removed(rule)) ?? []
  return kept.length > 0 ? kept : null
}

function storageRule(details: unknown): StorageRule {
  const uri = memberOf(details, 'uri')
  if (typeof uri !== 'string') throw new ShadowcatError('usage', "Missing 'uri' field for storage permission")
  const access = accessOf(memberOf(details, 'access'))
  if (uri === '') throw new ShadowcatError('usage', 'Storage URI cannot be empty')
  return { uri, access }
}

function accessOf(given: unknown): Access[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw new ShadowcatError('usage', "'access' field must be an array")
  if (given.length === 0) throw new ShadowcatError('usage', 'Storage access cannot be empty')
  return given.map((item: unknown) => {
    if (item === 'read' || item === 'write') return item
    throw new ShadowcatError('usage', typeof item === 'string' ? `Invalid access type: ${item}` : 'Invalid access type')
  })
}

function textIn(details: unknown, key: string, kind: string, what: string): string {
  const value = memberOf(details, key)
  if (typeof value !== 'string') throw new ShadowcatError('usage', `Missing '${key}' field for ${kind} permission`)
  if (value === '') throw new ShadowcatError('usage', `${what} cannot be empty`)
  return value
}

function memberOf(details: unknown, key: string): unknown {
  return typeof details === 'object' && details !== null && Object.hasOwn(details, key) ? (details as Record<string, unknown>)[key] : undefined
}
