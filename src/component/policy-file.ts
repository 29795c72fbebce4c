/** Policies as YAML files: what Wassette reads is read alike, what it writes is written alike. */
import { type Document, LineCounter, type Node, Pair, Scalar, YAMLMap, isAlias, isMap, isScalar, isSeq, parseAllDocuments, stringify } from 'yaml'
import { ShadowcatError, messageOf } from '../errors.ts'
import { type Access, type EnvironmentRule, type NetworkRule, type Permissions, type Policy, type Rules, type StorageRule, noPermissions, nothingAllowed } from './policy.ts'
import { faultOf } from './policy-rules.ts'

/** Reads a policy file. Throws 'malformed' when Wassette would not take it, in its words where they are its own. */
export function parsePolicy(text: string): Policy {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false })
  if (documents.length > 1) fail('deserializing from YAML containing more than one document is not supported')
  const document = documents[0]
  if (!document) return fail('missing field `version`')
  const [error] = document.errors
  if (error) fail(error.message.split('\n')[0]!.replace(/:$/, ''))
  const place = (node: Node | null | undefined): string => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0)
    return ` at line ${line} column ${col}`
  }
  const policy = toPolicy({ node: resolved(document.contents, document), path: '', place, document })
  const fault = faultOf(policy)
  return fault === undefined ? policy : fail(fault)
}

/** A policy file's policy; when there is none, or it is broken, one that denies everything, and what is wrong. */
export function readPolicy(text: string | undefined): { policy: Policy; finding?: string } {
  if (text === undefined) return { policy: nothingAllowed }
  try {
    return { policy: parsePolicy(text) }
  } catch (error) {
    return { policy: nothingAllowed, finding: `the policy cannot be read, so everything is denied: ${messageOf(error)}` }
  }
}

/** The file's text, as Wassette writes it. */
export function writePolicy(policy: Policy): string {
  const { version, description, permissions } = policy
  return stringify(scalarsOf({ version, description, permissions }), { indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false })
}

/** A value somewhere in the file. */
type Value = { node: Node | null | undefined; path: string; place: (node: Node | null | undefined) => string; document: Document }

function toPolicy(value: Value): Policy {
  const members = membersOf(value, 'PolicyDocument')
  const version = members('version')
  const permissions = members('permissions')
  const description = members('description')
  const text = { version: version && textOf(version), description: description && !isNull(description) ? textOf(description) : null }
  if (!version) return refuse(value, 'missing field `version`')
  if (!permissions) return refuse(value, 'missing field `permissions`')
  return { version: text.version!, description: text.description, permissions: toPermissions(permissions) }
}

function toPermissions(value: Value): Permissions {
  // A key with nothing behind it is an empty structure; a null that is written is not.
  if (isNull(value) && (value.node as Scalar).source === '') return noPermissions
  const members = membersOf(value, 'Permissions')
  const environment = (of: Value): Permissions['environment'] => ({ allow: listOf(membersOf(of, 'EnvironmentPermissions')('allow'), toEnvironmentRule) })
  return {
    storage: maybe(members('storage'), (of) => toRules(of, toStorageRule)),
    network: maybe(members('network'), (of) => toRules(of, (rule) => toNetworkRule(rule, of))),
    environment: maybe(members('environment'), environment),
    runtime: maybe(members('runtime'), toRuntime),
    resources: maybe(members('resources'), toResources),
    ipc: maybe(members('ipc'), (of) => toRules(of, (rule) => ({ uri: textMember(rule, 'IpcPermission', 'uri') }))),
  }
}

function toRules<Rule>(value: Value, rule: (value: Value) => Rule): Rules<Rule> {
  const members = membersOf(value, 'PermissionList')
  return { allow: listOf(members('allow'), rule), deny: listOf(members('deny'), rule) }
}

function toStorageRule(value: Value): StorageRule {
  const uri = textMember(value, 'StoragePermission', 'uri')
  const access = membersOf(value, 'StoragePermission')('access') ?? refuse(value, 'missing field `access`')
  return { uri, access: listOf(access, toAccess) ?? refuse(access, 'invalid type: unit value, expected a sequence') }
}

function toAccess(value: Value): Access {
  const text = textOf(value)
  return text === 'read' || text === 'write' ? text : refuse(value, `unknown variant \`${text}\`, expected \`read\` or \`write\``)
}

/** Either of two structures: the first that fits, without a word about why the other did not. */
function toNetworkRule(value: Value, list: Value): NetworkRule {
  for (const key of ['host', 'cidr'] as const) {
    const node = isMap(value.node) ? resolved(value.node.get(key, true), value.document) : undefined
    if (isScalar(node) && typeof node.value === 'string') return { [key]: node.value } as NetworkRule
  }
  const allow = value.path.replace(/\[\d+\]$/, '')
  const node = isMap(list.node) ? resolved(list.node.get(allow.split('.').at(-1)!, true), list.document) : value.node
  return refuse({ ...value, path: allow, node }, 'data did not match any variant of untagged enum NetworkPermission')
}

function toEnvironmentRule(value: Value): EnvironmentRule {
  return { key: textMember(value, 'EnvironmentPermission', 'key') }
}

/** Kept, though nothing here enforces it. */
function toRuntime(value: Value): unknown {
  const members = membersOf(value, 'Runtime')
  return { docker: maybe(members('docker'), toDocker), hyperlight: maybe(members('hyperlight'), plain) }
}

function toDocker(value: Value): unknown {
  const security = (of: Value): unknown => {
    const members = membersOf(of, 'DockerSecurity')
    const capabilities = (inner: Value): unknown => {
      const lists = membersOf(inner, 'DockerCapabilities')
      return { drop: maybe(lists('drop'), plain), add: maybe(lists('add'), plain) }
    }
    return {
      privileged: maybe(members('privileged'), plain),
      no_new_privileges: maybe(members('no_new_privileges'), plain),
      capabilities: maybe(members('capabilities'), capabilities),
    }
  }
  return { security: maybe(membersOf(value, 'DockerRuntime')('security'), security) }
}

function toResources(value: Value): unknown {
  const members = membersOf(value, 'ResourceLimits')
  const limits = (of: Value): unknown => {
    const inner = membersOf(of, 'ResourceLimitValues')
    return { cpu: maybe(inner('cpu'), float), memory: maybe(inner('memory'), plain) }
  }
  const older = { cpu: maybe(members('cpu'), float), memory: maybe(members('memory'), plain), io: maybe(members('io'), plain) }
  return { limits: maybe(members('limits'), limits), ...Object.fromEntries(Object.entries(older).filter(([, item]) => item !== null)) }
}

/** A number that is written with a point. */
function float(value: Value): unknown {
  const given = plain(value)
  if (typeof given !== 'number') return given
  const scalar = new Scalar(given)
  scalar.minFractionDigits = 1
  return scalar
}

function plain(value: Value): unknown {
  return value.node!.toJS(value.document, { maxAliasCount: 100 })
}

/** A structure's members by name. Unknown ones are passed over. */
function membersOf(value: Value, structure: string): (key: string) => Value | undefined {
  const { node, path } = value
  if (!isMap(node)) return refuse(value, `invalid type: ${kindOf(node)}, expected struct ${structure}`)
  const pairs = Map.groupBy(node.items, ({ key }) => (isScalar(key) ? String(key.value) : ''))
  return (key) => {
    const [pair, again] = pairs.get(key) ?? []
    if (again) return refuse(value, `duplicate field \`${key}\``)
    return pair && { ...value, node: resolved(pair.value, value.document), path: path === '' ? key : `${path}.${key}` }
  }
}

function textMember(value: Value, structure: string, key: string): string {
  return textOf(membersOf(value, structure)(key) ?? refuse(value, `missing field \`${key}\``))
}

function listOf<Item>(value: Value | undefined, read: (value: Value) => Item): Item[] | null {
  if (!value || isNull(value)) return null
  const { node } = value
  if (!isSeq(node)) return refuse(value, `invalid type: ${kindOf(node)}, expected a sequence`)
  return node.items.map((item, index) => read({ ...value, node: resolved(item, value.document), path: `${value.path}[${index}]` }))
}

function maybe<Result>(value: Value | undefined, read: (value: Value) => Result): Result | null {
  return !value || isNull(value) ? null : read(value)
}

/** A number or a boolean is taken as it is written. */
function textOf(value: Value): string {
  const { node } = value
  if (!isScalar(node) || node.value === null) return refuse(value, `invalid type: ${kindOf(node)}, expected a string`)
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function isNull({ node }: Value): boolean {
  return !node || (isScalar(node) && node.value === null)
}

function kindOf(node: Node | null | undefined): string {
  if (isMap(node)) return 'map'
  if (isSeq(node)) return 'sequence'
  return isScalar(node) && node.value !== null ? `${typeof node.value} ${JSON.stringify(node.value)}` : 'unit value'
}

/** What an alias stands for. */
function resolved(node: unknown, document: Document): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : ((node as Node | null) ?? null)
}

function refuse(value: Value, message: string): never {
  return fail(value.path === '' ? message : `${value.path}: ${message}${value.place(value.node)}`)
}

function fail(message: string): never {
  throw new ShadowcatError('malformed', message)
}

/** The same with every string a scalar in the style that Wassette gives it. */
function scalarsOf(value: unknown): unknown {
  if (typeof value === 'string') return styled(value)
  if (Array.isArray(value)) return value.map(scalarsOf)
  if (value === null) return new Scalar(null)
  if (typeof value !== 'object' || value instanceof Scalar) return value
  const map = new YAMLMap()
  for (const [key, item] of Object.entries(value)) map.add(new Pair(styled(key), scalarsOf(item)))
  return map
}

function styled(text: string): Scalar {
  const scalar = new Scalar(text)
  if (/[\p{Cc}\u2028\u2029\ufeff]/u.test(text.replaceAll('\n', ''))) scalar.type = Scalar.QUOTE_DOUBLE
  else if (text.includes('\n')) scalar.type = Scalar.BLOCK_LITERAL
  else if (needsQuotes(text)) scalar.type = Scalar.QUOTE_SINGLE
  return scalar
}

/** What would be read as something else without quotes, beyond what the YAML package knows. */
function needsQuotes(text: string): boolean {
  const asWritten = stringify(text, { lineWidth: 0 }).slice(0, -1)
  return asWritten !== text || /^(?:---|\.\.\.|0b[01_]+$)/.test(text)
}
