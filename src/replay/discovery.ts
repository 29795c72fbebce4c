/** Discovery for tapes that hold none: clients of the MCP SDK ask one process, and then use another, which is the one that was recorded last. */
import type { Exact } from '../json.ts'
import { valueAt } from '../canonical.ts'
import { type Id, type Message, createMessage, withId } from '../message.ts'
import type { SessionPlan } from './plan.ts'

/** By the part of a method's name before the slash. */
const capabilityOf: Readonly<Record<string, string>> = { tools: 'tools', prompts: 'prompts', resources: 'resources', completion: 'completions', logging: 'logging' }

/** What `subscriptions/listen` asks for, and the part of a capability that allows it. */
const subscribable: readonly (readonly [asked: string, capability: string, part: string])[] = [
  ['toolsListChanged', 'tools', 'listChanged'],
  ['promptsListChanged', 'prompts', 'listChanged'],
  ['resourcesListChanged', 'resources', 'listChanged'],
  ['resourceSubscriptions', 'resources', 'subscribe'],
]

/** What `server/discover` is told of a recorded session without `initialize`: its version, and the capabilities that its requests used. */
export function discover(id: Id, { session, version, requests }: SessionPlan): Message | undefined {
  if (version !== undefined || session.protocolVersion === undefined) return undefined
  const capabilities: Record<string, Record<string, true>> = {}
  for (const { message } of requests) {
    const capability = capabilityOf[message.method?.split('/')[0] ?? '']
    if (capability) capabilities[capability] ??= {}
    if (message.method === 'subscriptions/listen') addSubscriptions(capabilities, valueAt(message.exact, '/params/notifications'))
  }
  const result = { supportedVersions: [session.protocolVersion], capabilities, resultType: 'complete', ttlMs: 0, cacheScope: 'private' }
  return withId(createMessage({ jsonrpc: '2.0', id: 0, result }), id)
}

function addSubscriptions(capabilities: Record<string, Record<string, true>>, asked: Exact | undefined): void {
  if (!(asked instanceof Map)) return
  for (const [name, capability, part] of subscribable) if (asked.has(name)) (capabilities[capability] ??= {})[part] = true
}
