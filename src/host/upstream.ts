/** The embedded host as an Upstream: components in this process, in a world that is held. */
import { ShadowcatError } from '../errors.ts'
import { type Message, findString, isAnswer } from '../message.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Transport } from '../transport.ts'
import type { Annotation, ExternalState, InitialState, Upstream } from '../upstream.ts'
import type { Variation } from '../world/variation.ts'
import { annotationOfAnswer, annotationOfRequest } from './annotation.ts'
import type { FolderCache } from './cache.ts'
import type { Source } from './components.ts'
import type { Host } from './host.ts'
import type { Limits } from './limits.ts'
import { type Observed, toObserved } from './observed.ts'
import { readSource, restoreSources } from './restore.ts'
import { serve } from './server.ts'
import { type WorldChoice, fromFacts, settle, toFacts } from './setting.ts'
import { type Description, type Redaction, type Surroundings, createHost, loaderOf } from './surroundings.ts'

export type EmbeddedOptions = {
  /** Files of components that are there when a session begins; beside each its policy, `ID.policy.yaml`, may stand. */
  components?: readonly string[] | undefined
  /** Epoch and seed, whatever a tape says. */
  world?: WorldChoice | undefined
  /** Epoch and seed where neither `world` nor a tape says them. */
  fallback?: WorldChoice | undefined
  /** Outgoing HTTP and files: the network and the disk unless given; policies decide what of them may be used. Functions, so not with `thread`. */
  surroundings?: Surroundings | undefined
  /** Variables that policies may grant; this process's own, with these on top. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Milliseconds that a call may take; 60 s unless given. */
  callTimeout?: number | undefined
  /** Bytes that each memory of a component may have; 1 GiB unless given. */
  memory?: number | undefined
  limits?: Partial<Limits> | undefined
  cache?: FolderCache | undefined
  /** Whether a recording is to hold the components' bytes. */
  keepBytes?: boolean | undefined
  /** Whether the host runs in a thread of its own, for each session another, so that a busy component stalls nothing here; in this one unless given. */
  thread?: boolean | undefined
  /** `recorded`: what the tape's calls used is told again, and neither network nor disk are; `live` unless given. */
  state?: 'live' | 'recorded' | undefined
  /** The rules and values by which such a tape was redacted. */
  redaction?: Redaction | undefined
  /** Whether what calls write to files stays in memory, over the real ones. */
  scratch?: boolean | undefined
  /** The same world, with one source changed. */
  variation?: Variation | undefined
  /** Told of each call of a component, before its answer leaves. */
  observe?: ((call: Observed) => void) | undefined
  /** Told what a person should know, whole lines. */
  stderr?: ((text: string) => void) | undefined
}

/** Reads the components' files. Throws 'usage' when one is not there. They are loaded when a session starts. */
export function embeddedUpstream(options: EmbeddedOptions = {}): Upstream {
  const given = (options.components ?? []).map(readSource)
  checkNames(given)
  const warn = (text: string): void => options.stderr?.(`shadowcat: ${text}\n`)
  const environment = defined({ ...process.env, ...options.env })
  const keepBytes = options.keepBytes === true
  const about = new WeakMap<Message, Annotation>()
  let sources: readonly Source[] = given
  let setting = settle(options.world, options.fallback)
  let state: readonly ExternalState[] | undefined
  const load = loaderOf({ memory: options.memory, cacheFolder: options.cache?.folder }, warn)
  let host = create()
  let sessions = 0

  function describe(): Description {
    const { callTimeout, memory, cache, redaction, scratch, variation } = options
    const limits = { ...options.limits, ...(callTimeout !== undefined && { time: callTimeout }) }
    return { sources, setting, environment, limits, memory, cacheFolder: cache?.folder, redaction, scratch, variation, ...(options.state === 'recorded' && { state: state ?? [] }) }
  }

  function create(): Host {
    return createHost(describe(), { load, given: options.surroundings, warn })
  }

  /** Sessions at the same time share a host; the first that comes when all have left begins anew. */
  function open(): Transport {
    if (sessions++ === 0) host = create()
    const mine = host
    const { client, server } = createMemoryPair()
    serve(server, {
      host: mine,
      answered(message, call, tool) {
        about.set(message, annotationOfAnswer(call, mine.components, keepBytes))
        const observed = options.observe && toObserved(tool, call)
        if (observed) options.observe!(observed)
      },
    })
    return starting(client, server, mine, () => void sessions--)
  }

  return {
    describe: () => ({ kind: 'embedded', components: sources.map(({ id }) => id), environment: Object.keys(options.env ?? {}).sort() }),
    world: () => toFacts(setting),
    open,
    async restore(initial: InitialState) {
      sources = restoreSources(initial, given)
      setting = settle(options.world, fromFacts(initial.world), options.fallback)
      state = initial.state
      if (sessions === 0) host = create()
    },
    initial: () => ({ components: host.components.all.map((entry) => host.components.describe(entry, true, keepBytes)) }),
    annotate(message, { direction }) {
      if (direction === 'to-client') return isAnswer(message) ? about.get(message) : undefined
      const tool = message.method === 'tools/call' ? findString(message, 'params', 'name') : undefined
      return tool === undefined ? undefined : annotationOfRequest(tool, host.components)
    },
    // It may have to be translated first.
    untimed: (message) => message.method === 'tools/call' && findString(message, 'params', 'name') === 'load-component',
  }
}

/** A component is known by its file's name. */
function checkNames(sources: readonly Source[]): void {
  for (const [index, { id, uri }] of sources.entries()) {
    const first = sources.findIndex((source) => source.id === id)
    if (first !== index) throw new ShadowcatError('usage', `two components are called ${id}: ${sources[first]!.uri} and ${uri}; give one of the files another name`)
  }
}

/** The same transport; its start loads the components, and `left` is told once when it is over. */
function starting(client: Transport, server: Transport, host: Host, left: () => void): Transport {
  const { start, close } = { start: client.start.bind(client), close: client.close.bind(client) }
  let over = false
  const leave = (): void => {
    if (!over) left()
    over = true
  }
  client.start = async () => {
    try {
      await host.start()
    } catch (error) {
      leave()
      throw error
    }
    await server.start()
    await start()
  }
  client.close = async () => {
    leave()
    await close()
  }
  return client
}

function defined(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

