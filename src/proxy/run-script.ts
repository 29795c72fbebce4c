import { errorCodes } from '../error-codes.ts'
import type { ShadowcatError } from '../errors.ts'
import { parseExact, splice, stringifyJson, textOf } from '../json.ts'
import { type Id, type Message, createError, createMessage, find, isAnswer, membersOf, parseMessage } from '../message.ts'
import type { Tap } from '../tap.ts'
import type { Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import { capabilityOf, defaultVersion, isStateless, statelessMeta } from './era.ts'
import type { Script, Step } from './script.ts'
import { type SessionEnd, createSession } from './session.ts'

export type RunScriptOptions = {
  upstream: Upstream
  script: Script
  taps?: readonly Tap[]
  /** The client's end and the session's, joined. */
  pair: { client: Transport; server: Transport }
  protocolVersion?: string
  clientInfo: { name: string; version: string }
  callTimeout?: number | undefined
  onerror?: (from: 'client' | 'upstream', error: ShadowcatError) => void
  /** Told what is being done. */
  progress?: (text: string) => void
  signal?: AbortSignal
}

/** How a script went: `failed` counts JSON-RPC errors and results with `isError`. */
export type ScriptRun = { sent: number; failed: number; unanswered: number; end: SessionEnd }

/**
 * Sends `initialize`, `notifications/initialized` and the script through a session, and nothing else; in the stateless era the script alone,
 * each request with the `_meta` that the era asks for. Every request waits for the answer of the one before.
 */
export async function runScript(options: RunScriptOptions): Promise<ScriptRun> {
  const { upstream, script, pair, taps = [], progress = () => undefined, signal } = options
  const session = createSession({
    client: pair.server,
    upstream: upstream.open(),
    taps,
    callTimeout: options.callTimeout,
    ...(upstream.untimed && { untimed: (message) => upstream.untimed!(message) }),
    ...(options.onerror && { onerror: options.onerror }),
  })
  const client = createScriptClient(pair.client, script)
  const abort = (): void => void session.close()
  signal?.addEventListener('abort', abort)
  try {
    await session.start()
    await pair.client.start()
    await upstream.ready?.(progress)
    const steps = [...opening(options), ...script.steps.map((step) => ({ ...step, message: dress(step.message, options) }))]
    for (const [index, { message, name }] of steps.entries()) {
      progress(`${index + 1}/${steps.length} ${name}`)
      await client.say(message)
    }
    await pair.client.close()
    return { ...client.tally(), end: await session.ended }
  } finally {
    signal?.removeEventListener('abort', abort)
    await session.close()
  }
}

/** The older era's handshake; its id is a text, so that it meets no number of the script's. */
function opening(options: RunScriptOptions): Step[] {
  const { protocolVersion = defaultVersion, clientInfo, script } = options
  if (isStateless(protocolVersion)) return []
  const params = { protocolVersion, capabilities: capabilitiesFor(script), clientInfo }
  return [
    { message: createMessage({ jsonrpc: '2.0', id: 'initialize', method: 'initialize', params }), name: 'initialize' },
    { message: createMessage({ jsonrpc: '2.0', method: 'notifications/initialized' }), name: 'initialized' },
  ]
}

function capabilitiesFor({ answers }: Script): object {
  return Object.fromEntries([...answers.keys()].map((method) => [capabilityOf(method), {}]))
}

/** Adds what the stateless era wants in each request, unless it is there. */
function dress(message: Message, { protocolVersion = defaultVersion, clientInfo, script }: RunScriptOptions): Message {
  if (!isStateless(protocolVersion) || message.kind !== 'request' || find(message, 'params', '_meta')) return message
  const meta = stringifyJson(statelessMeta({ protocolVersion, clientInfo, capabilities: capabilitiesFor(script) }))
  const params = find(message, 'params')
  if (!params) return parseMessage(splice(message.bytes, { start: message.span.end - 1, end: message.span.end }, `,"params":{"_meta":${meta}}}`))
  const empty = parseExact(message.bytes, params)
  const rest = empty instanceof Map && empty.size === 0 ? '}' : `,${textOf(message.bytes, params).trimStart().slice(1)}`
  return parseMessage(splice(message.bytes, params, `{"_meta":${meta}${rest}`))
}

type ScriptClient = { say(message: Message): Promise<void>; tally(): { sent: number; failed: number; unanswered: number } }

function createScriptClient(transport: Transport, script: Script): ScriptClient {
  const counts = { sent: 0, failed: 0, unanswered: 0 }
  const answers = new Map([...script.answers].map(([method, texts]) => [method, [...texts]]))
  const waiting = new Map<Id, () => void>()
  let lost = false

  transport.onmessage = (message) => {
    for (const member of membersOf(message)) {
      if (isAnswer(member)) receive(member)
      else if (member.kind === 'request') void transport.send(answer(member))
    }
  }
  transport.onclose = () => {
    lost = true
    for (const resolve of waiting.values()) resolve()
  }

  function receive(message: Message): void {
    const failed = message.kind === 'error' || isToolError(message)
    if (failed) counts.failed++
    waiting.get(message.id!)?.()
  }

  function answer(request: Message): Message {
    const text = answers.get(request.method!)?.shift()
    if (text) return parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":${request.id},${text}}`))
    if (request.method === 'ping') return parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":${request.id},"result":{}}`))
    return createError(request.id!, errorCodes.methodNotFound, `the script has no answer left for ${request.method}; a line such as {"answer":"${request.method}","result":{}} gives one`)
  }

  return {
    async say(message) {
      if (lost) return
      const ids = membersOf(message).filter(({ kind }) => kind === 'request').map(({ id }) => id!)
      const answered = ids.map((id) => new Promise<void>((resolve) => waiting.set(id, resolve)))
      counts.sent++
      await transport.send(message)
      await Promise.all(answered)
      for (const id of ids) waiting.delete(id)
      if (lost) counts.unanswered += ids.length
    },
    tally: () => counts,
  }
}

function isToolError(message: Message): boolean {
  const span = find(message, 'result', 'isError')
  return span !== undefined && textOf(message.bytes, span) === 'true'
}
