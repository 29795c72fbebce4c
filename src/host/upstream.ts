/** The embedded host as an Upstream: components in this process, in a world that is held. */
import { ShadowcatError } from '../errors.ts'
import { type Message, findString, isAnswer } from '../message.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Transport } from '../transport.ts'
import type { Annotation, InitialState, Upstream } from '../upstream.ts'
import { type WorldOptions, createWorld } from '../world/world.ts'
import type { Cache } from './cache.ts'
import { type Source, createLoader } from './components.ts'
import { type CallAnswer, Host } from './host.ts'
import type { Limits } from './limits.ts'
import { readSource, restoreSources } from './restore.ts'
import { serve } from './server.ts'
import { type WorldChoice, fromFacts, settle, toFacts } from './setting.ts'

export type EmbeddedOptions = {
  /** Files of components that are there when a session begins; beside each its policy, `ID.policy.yaml`, may stand. */
  components?: readonly string[] | undefined
  /** Epoch and seed, whatever a tape says. */
  world?: WorldChoice | undefined
  /** Epoch and seed where neither `world` nor a tape says them. */
  fallback?: WorldChoice | undefined
  /** Outgoing HTTP and files: the network and the disk unless given; policies decide what of them may be used. */
  surroundings?: Pick<WorldOptions, 'exchange' | 'files' | 'report'> | undefined
  /** Variables that policies may grant; this process's own, with these on top. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Milliseconds that a call may take; 60 s unless given. */
  callTimeout?: number | undefined
  /** Bytes that each memory of a component may have; 1 GiB unless given. */
  memory?: number | undefined
  limits?: Partial<Limits> | undefined
  cache?: Cache | undefined
  /** Whether a recording is to hold the components' bytes. */
  keepBytes?: boolean | undefined
  /** Told what a person should know, whole lines. */
  stderr?: ((text: string) => void) | undefined
}

/** Reads the components' files. Throws 'usage' when one is not there. They are loaded when a session starts. */
export function embeddedUpstream(options: EmbeddedOptions = {}): Upstream {
  const given = (options.components ?? []).map(readSource)
  checkNames(given)
  const warn = (text: string): void => options.stderr?.(`shadowcat: ${text}\n`)
  const load = createLoader({ memory: options.memory, cache: options.cache, warn })
  const limits = { ...options.limits, ...(options.callTimeout !== undefined && { time: options.callTimeout }) }
  const environment = defined({ ...process.env, ...options.env })
  const about = new WeakMap<Message, Annotation>()
  let sources: readonly Source[] = given
  let setting = settle(options.world, options.fallback)
  let host = createHost()
  let sessions = 0

  function createHost(): Host {
    return new Host({ load, world: createWorld({ ...options.surroundings, ...setting, environment }), limits, sources, warn })
  }

  /** Sessions at the same time share a host; the first that comes when all have left begins anew. */
  function open(): Transport {
    if (sessions++ === 0) host = createHost()
    const mine = host
    const { client, server } = createMemoryPair()
    serve(server, { host: mine, answered: (message, call) => about.set(message, annotationOf(call, mine, options.keepBytes === true)) })
    return starting(client, server, mine, () => void sessions--)
  }

  return {
    describe: () => ({ kind: 'embedded', components: sources.map(({ id }) => id), environment: Object.keys(options.env ?? {}).sort() }),
    world: () => toFacts(setting),
    open,
    async restore(state: InitialState) {
      sources = restoreSources(state, given)
      setting = settle(options.world, fromFacts(state.world), options.fallback)
      if (sessions === 0) host = createHost()
    },
    initial: () => ({ components: host.components.all.map((entry) => host.components.describe(entry, true, options.keepBytes === true)) }),
    annotate(message, { direction }) {
      if (direction === 'to-client') return isAnswer(message) ? about.get(message) : undefined
      const tool = message.method === 'tools/call' ? findString(message, 'params', 'name') : undefined
      return tool === undefined ? undefined : served(tool, host)
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

function served(tool: string, { components }: Host): Annotation | undefined {
  const found = components.find(tool)
  return 'refusal' in found ? undefined : { component: found.entry.source.id, policy: components.policyBytes(found.entry.source.id) }
}

function annotationOf({ component, loaded }: CallAnswer, { components }: Host, keepBytes: boolean): Annotation {
  if (loaded) return { loads: [components.describe(loaded, false, keepBytes)] }
  return component === undefined ? {} : { component, policy: components.policyBytes(component) }
}

function defined(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

