/** Records a test's session. Loaded when something is recorded. */
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ShadowcatError, asShadowcatError } from '../errors.ts'
import type { Message } from '../message.ts'
import { openUpstream } from '../open/open.ts'
import type { UpstreamSpecification } from '../open/specification.ts'
import { type Session, createSession } from '../proxy/session.ts'
import type { Tap } from '../tap.ts'
import { type Recorder, createRecorder } from '../tape/recorder.ts'
import type { Redactor } from '../tape/redact.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import { createWarnings } from '../warnings.ts'
import type { Conversation } from './conversation.ts'
import { type Held, choiceOf, factsOf } from './held.ts'
import { placeError } from './session/site.ts'
import type { Settings } from './settings.ts'
import { apart } from './world/apart.ts'

export type RecordingOptions = {
  settings: Settings
  upstream: UpstreamSpecification
  /** The tape. */
  path: string
  held: Held
  redactor: Redactor
  environment: Readonly<Record<string, string>>
}

/** A recording that has begun; the upstream is not started by that. */
type Begun = { recorder: Recorder; tap: Tap; upstream: Upstream }

/** How long what a test has asked and not waited for may still be answered, in ms without an answer. */
const drainTimeout = 5000

/** A live upstream, started when the transport is, and a recorder. */
export function record(options: RecordingOptions): Conversation {
  return new RecordedConversation(options)
}

class RecordedConversation implements Conversation {
  readonly transport: Transport
  failure: ShadowcatError | undefined
  readonly #options: RecordingOptions
  readonly #pair = createMemoryPair()
  #beginning: Promise<Begun> | undefined
  #begun: Begun | undefined
  #session: Session | undefined
  #starting: Promise<void> | undefined
  #ending: Promise<void> | undefined
  /** Whether nobody waits for it any more. */
  #abrupt = false
  /** Whether the test used something besides the session. */
  #stated = false

  constructor(options: RecordingOptions) {
    this.#options = options
    const { client } = this.#pair
    const [start, send] = [client.start.bind(client), client.send.bind(client)]
    this.transport = Object.assign(client, {
      start: async () => {
        await (this.#starting ??= apart(() => this.#start()))
        await start()
      },
      send: (message: Message) => apart(() => send(message)),
    })
  }

  end(pace: 'in order' | 'at once'): Promise<void> {
    return (this.#ending ??= apart(() => this.#end(pace)))
  }

  async state(items: Parameters<Conversation['state']>[0]): Promise<void> {
    const { recorder } = await this.#begin()
    this.#stated = true
    recorder.state(1, items)
  }

  async keep(always: boolean): Promise<boolean> {
    const begun = always && !this.failure ? await this.#begin() : this.#begun
    if (begun && (always || this.#stated || begun.recorder.heard)) {
      if (!this.#session) await begun.tap.end?.()
      await begun.recorder.close()
      return true
    }
    this.discard()
    return false
  }

  discard(): void {
    if (!this.#begun) return
    this.#begun.recorder.abandon()
    removeEmpty(dirname(this.#options.path))
  }

  async #begin(): Promise<Begun> {
    return (this.#begun = await (this.#beginning ??= apart(() => begin(this.#options))))
  }

  async #start(): Promise<void> {
    if (this.#ending) throw new ShadowcatError('closed', 'the test is over')
    try {
      await this.#open()
    } catch (error) {
      const told = placeError(asShadowcatError(error, 'spawn'), undefined)
      if (!this.#abrupt) this.failure = told
      throw told
    }
  }

  async #open(): Promise<void> {
    const { upstream, tap } = await this.#begin()
    if (this.#abrupt) throw new ShadowcatError('closed', 'the test is over')
    const { transport, failed } = watchStart(upstream.open())
    this.#session = sessionWith({ upstream, transport, tap, client: this.#pair.server }, this.#options)
    // A session whose server cannot start waits for a client, to tell it why.
    await Promise.race([this.#session.start(), failed])
    await upstream.ready?.()
  }

  async #end(pace: 'in order' | 'at once'): Promise<void> {
    this.#abrupt = pace === 'at once'
    // A server that is being started is ended as soon as there is something to end.
    if (pace === 'at once') await this.#session?.close()
    await this.#starting?.catch(() => undefined)
    if (!this.#session) return
    if (pace === 'in order') this.#pair.client.end?.()
    else await this.#session.close()
    const { by, error } = await this.#session.ended
    if (by === 'tap') this.failure ??= error
  }
}

async function begin({ settings, upstream: specification, path, held, redactor, environment }: RecordingOptions): Promise<Begun> {
  const upstream = await openUpstream(specification, {
    world: choiceOf(held, settings.world),
    callTimeout: settings.callTimeout,
    redaction: { rules: settings.redact, environment },
    redact: (text) => redactor.text(text),
  })
  mkdirSync(dirname(path), { recursive: true })
  const recorder = createRecorder({ path, redactor, ...(!('components' in specification) && { world: factsOf(held, settings.world) }) })
  return { upstream, recorder, tap: recorder.session(1, upstream) }
}

type Sides = { upstream: Upstream; transport: Transport; tap: Tap; client: Transport }

function sessionWith({ upstream, transport, tap, client }: Sides, { settings: { callTimeout }, redactor }: RecordingOptions): Session {
  const untimed = upstream.untimed?.bind(upstream)
  const warnings = createWarnings((text) => warnOnce(redactor.text(text)))
  const session = createSession({
    client, upstream: transport, taps: [tap], callTimeout, drainTimeout, ...(untimed && { untimed }),
    onerror: (from, { message }) => warnings.warn(from === 'client' ? 'test' : 'server', message),
  })
  void session.ended.then(() => warnings.end())
  return session
}

const told = new Set<string>()

/** What a server says wrong at its start it says in each test. */
function warnOnce(text: string): void {
  if (told.has(text)) return
  told.add(text)
  console.warn(`shadowcat: ${text}`)
}

/** The same transport; `failed` rejects when it cannot be started. */
function watchStart(transport: Transport): { transport: Transport; failed: Promise<never> } {
  const { promise: failed, reject } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  const start = transport.start.bind(transport)
  transport.start = () => start().catch((error: unknown) => {
    reject(error)
    throw error
  })
  return { transport, failed }
}

/** A folder that was made for a tape which was not. */
function removeEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}
