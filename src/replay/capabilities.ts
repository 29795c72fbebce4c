/** What a client must be able to do so that a recorded server can ask it what it asked. */
import type { Exact } from '../json.ts'
import { valueAt } from '../canonical.ts'
import { type Id, type Message, createError, find, membersOf } from '../message.ts'

/** MissingRequiredClientCapability, of the revision 2026-07-28. */
const missingCapability = -32021

const capabilities: Readonly<Record<string, string>> = { 'sampling/createMessage': 'sampling', 'elicitation/create': 'elicitation', 'roots/list': 'roots' }

/** The capabilities that the requests in a server's message need, by their path (`elicitation/url`): its own requests, and those for input in a result (2026-07-28). */
export function needsOf(message: Message): string[] {
  const needs: string[] = []
  for (const member of membersOf(message)) {
    if (member.kind === 'request') needs.push(...needOf(member.method, valueAt(member.exact, '/params/mode')))
    if (member.kind !== 'result' || !member.bytes.includes('inputRequests') || !find(member, 'result', 'inputRequests')) continue
    const requests = valueAt(member.exact, '/result/inputRequests')
    if (requests instanceof Map) for (const request of requests.values()) needs.push(...needOf(valueAt(request, '/method'), valueAt(request, '/params/mode')))
  }
  return needs
}

function needOf(method: Exact | undefined, mode: Exact | undefined): string[] {
  const name = typeof method === 'string' ? capabilities[method] : undefined
  if (name === undefined) return []
  return [name === 'elicitation' && mode === 'url' ? 'elicitation/url' : name]
}

/** What is needed and not declared, each once. `declared` is the client's `capabilities` object. */
export function lacking(needs: readonly string[], declared: Exact | undefined): string[] {
  return [...new Set(needs)].filter((name) => valueAt(declared, `/${name}`) === undefined)
}

/** What a request of the stateless era says that its client cannot do, though the recorded one could and the answer needs it. */
export function lackingNow(needs: readonly string[], recorded: Message, live: Message): string[] {
  const pointer = '/params/_meta/io.modelcontextprotocol~1clientCapabilities'
  const declared = valueAt(live.exact, pointer)
  if (declared === undefined) return []
  const before = lacking(needs, valueAt(recorded.exact, pointer))
  return lacking(needs, declared).filter((name) => !before.includes(name))
}

/** The error for a client that lacks what the tape's server asks for. */
export function lackError(id: Id, names: readonly string[]): Message {
  const required = Object.fromEntries(names.map((name) => nested(name.split('/'))))
  const text = `the recorded server asks its client for ${names.join(' and ')}; this client does not declare the capability ${names.map((name) => JSON.stringify(name.replace('/', '.'))).join(' and ')}`
  return createError(id, missingCapability, `shadowcat: ${text}`, { requiredCapabilities: required })
}

function nested([first, ...rest]: string[]): [string, object] {
  return [first!, rest.length === 0 ? {} : Object.fromEntries([nested(rest)])]
}
