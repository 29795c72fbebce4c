/** One client's conversation with a host, as Wassette 0.8.0 holds it: in the era of `initialize` and in that without sessions. */
import { errorCodes } from '../error-codes.ts'
import { ShadowcatError } from '../errors.ts'
import { type Exact, stringifyJson } from '../json.ts'
import { type Id, type Message, createError, createMessage, parseMessage } from '../message.ts'
import type { Transport } from '../transport.ts'
import { createAnswer, toolResult } from './answers.ts'
import { type Asked, readRequest } from './envelope.ts'
import type { CallAnswer, Host } from './host.ts'
import { discovered, initialized, listFirst, metaKeys, prompts, statelessFirst, statelessVersion, versions } from './protocol.ts'

export type ServerOptions = {
  host: Host
  /** Told what an answer to a call of this tool is about, before it is sent. */
  answered?: ((message: Message, call: CallAnswer, tool: string) => void) | undefined
}

/** Of what waits for its turn, in bytes: past it no more is read. */
const mostWaiting = 1024 * 1024

type Members = ReadonlyMap<string, Exact>

/** Serves the client at the other end of this transport, until either closes it. */
export function serve(transport: Transport, options: ServerOptions): void {
  const server = new Server(transport, options)
  transport.onmessage = (message) => server.receive(message)
  transport.onend = () => void server.end()
  transport.onclose = () => server.stop()
}

class Server {
  readonly #transport: Transport
  readonly #options: ServerOptions
  readonly #stopListening: () => void
  /** Whether each request must say which revision it is of: so it is until `initialize`, and for good once one has said so. */
  #era: 'new' | 'session' | 'stateless' = 'new'
  /** Calls that are to be answered; a cancelled one is not. */
  readonly #open = new Set<Id>()
  /** Ids of `subscriptions/listen` whose client wants to hear of tools. */
  readonly #subscriptions = new Set<Id>()
  /** The last of what was asked and depends on the components. */
  #last: Promise<void> = Promise.resolve()
  /** Bytes of the messages that wait for their turn. */
  #waiting = 0
  /** The client has not read what came before. */
  #room: Promise<void> | undefined
  #toTell = false
  #paused = false
  /** `tools/call` requests so far. */
  #calls = 0
  #stopped = false

  constructor(transport: Transport, options: ServerOptions) {
    this.#transport = transport
    this.#options = options
    this.#stopListening = options.host.onChange(() => this.#tellChange())
  }

  receive(message: Message): void {
    const asked = readRequest(message)
    if (asked === 'nothing') return
    if (asked === 'invalid') return this.#send(createMessage({ jsonrpc: '2.0', error: { code: errorCodes.invalidRequest, message: 'Invalid request' } }))
    if (asked.id === undefined) return this.#notified(asked)
    const { id, method, params } = asked
    if (method === 'tools/call') this.#calls++
    const meta = params.get('_meta')
    const declared = meta instanceof Map && (meta.has(metaKeys.version) || meta.has(metaKeys.capabilities))
    if (method === 'initialize' && !declared && this.#initialize(id, params)) return
    if (declared || this.#era === 'stateless' || (this.#era === 'new' && method !== 'ping')) this.#stateless(id, asked, meta instanceof Map ? meta : new Map())
    else this.#request(id, asked, undefined)
  }

  /** The client says no more: what it asked is still answered. */
  async end(): Promise<void> {
    await this.#last
    await this.#transport.close()
  }

  stop(): void {
    this.#stopped = true
    this.#stopListening()
  }

  #initialize(id: Id, params: Members): boolean {
    const version = params.get('protocolVersion')
    const info = params.get('clientInfo')
    const good = typeof version === 'string' && params.get('capabilities') instanceof Map && info instanceof Map && typeof info.get('name') === 'string' && typeof info.get('version') === 'string'
    if (!good) return false
    if (this.#era === 'new') this.#era = 'session'
    this.#answer(id, initialized(version))
    return true
  }

  /** A request that says, or should have said, of which revision it is. */
  #stateless(id: Id, asked: Asked, meta: Members): void {
    const version = meta.get(metaKeys.version)
    const wrong = [...(typeof version === 'string' ? [] : [metaKeys.version]), ...(meta.get(metaKeys.capabilities) instanceof Map ? [] : [metaKeys.capabilities])]
    if (wrong.length > 0) return this.#refuse(id, errorCodes.invalidParams, `request _meta is missing or has malformed required fields: ${wrong.join(', ')}`)
    if (!versions.some((known) => known === version)) return this.#refuse(id, errorCodes.unsupportedVersion, 'Unsupported protocol version', { requested: version, supported: versions })
    if (this.#era === 'new') this.#era = 'stateless'
    this.#request(id, asked, version as string)
  }

  /** `version` is what the request itself said. */
  #request(id: Id, { method, params, size }: Asked, version: string | undefined): void {
    const stateless = version === statelessVersion
    const first = stateless ? statelessFirst : {}
    const list = (members: object): void => this.#answer(id, members, stateless ? listFirst : {})
    if (method === 'ping' && version === undefined) this.#answer(id, {})
    else if (method === 'tools/list') this.#inTurn(id, size, () => list({ tools: this.#options.host.tools() }))
    else if (method === 'tools/call') this.#call(id, params, size, first)
    else if (method === 'prompts/list') list({ prompts })
    else if (method === 'resources/list') list({ resources: [] })
    else if (method === 'resources/templates/list') list({ resourceTemplates: [] })
    else if (method === 'completion/complete' && params.get('ref') instanceof Map && params.get('argument') instanceof Map) this.#answer(id, { completion: { values: [] } }, first)
    else if (method === 'server/discover' && version !== undefined) this.#answer(id, discovered, statelessFirst)
    else if (method === 'subscriptions/listen' && stateless && params.get('notifications') instanceof Map) this.#listen(id, params.get('notifications') as Members)
    // Wassette says no more of a request whose parameters it cannot read.
    else this.#refuse(id, errorCodes.methodNotFound, method)
  }

  #call(id: Id, params: Members, size: number, first: object): void {
    const name = params.get('name')
    const given = params.get('arguments') ?? new Map<string, Exact>()
    if (typeof name !== 'string' || !(given instanceof Map)) return this.#refuse(id, errorCodes.methodNotFound, 'tools/call')
    this.#open.add(id)
    const number = this.#calls
    this.#inTurn(id, size, async () => {
      if (!this.#open.has(id)) return
      const call = await this.#options.host.call(name, given, number)
      if (!this.#open.delete(id)) return
      const message = createAnswer(id, toolResult(call.answer), first)
      this.#options.answered?.(message, call, name)
      this.#send(message)
    })
  }

  /**
   * What depends on the components comes in the order in which it was asked; clients take turns. A client that does not read is asked for no
   * more, and keeps nobody else from their turn.
   */
  #inTurn(id: Id, size: number, act: () => void | Promise<void>): void {
    this.#waiting += size
    this.#last = this.#last.then(async () => {
      await this.#room
      await this.#options.host.inTurn(() => this.#attempt(id, act))
      this.#waiting -= size
      this.#pace()
    })
    this.#pace()
  }

  async #attempt(id: Id, act: () => void | Promise<void>): Promise<void> {
    if (this.#stopped) return
    try {
      await act()
    } catch (cause) {
      const error = cause instanceof ShadowcatError ? cause.message : `this is a bug in shadowcat: ${String(cause)}`
      this.#refuse(id, -32603, error)
    }
  }

  /** Reads on, unless too much waits already on either side. */
  #pace(): void {
    const full = this.#room !== undefined || this.#waiting > mostWaiting
    if (full === this.#paused) return
    this.#paused = full
    if (full) this.#transport.pause?.()
    else this.#transport.resume?.()
  }

  #listen(id: Id, wanted: Members): void {
    const tools = wanted.get('toolsListChanged') === true
    if (tools) this.#subscriptions.add(id)
    const meta = `{"${metaKeys.subscription}":${id}}`
    const notifications = stringifyJson(tools ? { toolsListChanged: true } : {})
    this.#send(parseMessage(Buffer.from(`{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":${meta},"notifications":${notifications}}}`)))
  }

  #tellChange(): void {
    if (this.#room) return void (this.#toTell = true)
    const method = '"method":"notifications/tools/list_changed"'
    this.#send(parseMessage(Buffer.from(`{"jsonrpc":"2.0",${method}}`)))
    for (const id of this.#subscriptions) this.#send(parseMessage(Buffer.from(`{"jsonrpc":"2.0",${method},"params":{"_meta":{"${metaKeys.subscription}":${id}}}}`)))
  }

  /** Of what a client tells, only that it wants an answer no more means something. */
  #notified({ method, params }: Asked): void {
    if (method !== 'notifications/cancelled') return
    const id = params.get('requestId')
    const text = typeof id === 'string' ? JSON.stringify(id) : String((id as { text?: string } | undefined)?.text)
    this.#open.delete(text)
    this.#subscriptions.delete(text)
  }

  #answer(id: Id, result: object, first: object = {}): void {
    this.#send(createAnswer(id, stringifyJson(result), first))
  }

  #refuse(id: Id, code: number, message: string, data?: unknown): void {
    this.#send(createError(id, code, message, data))
  }

  #send(message: Message): void {
    if (this.#stopped) return
    const room = this.#transport.send(message)
    if (!room || this.#room) return
    this.#room = room.then(() => {
      this.#room = undefined
      const changed = this.#toTell
      this.#toTell = false
      if (changed) this.#tellChange()
      this.#pace()
    })
    this.#pace()
  }
}
