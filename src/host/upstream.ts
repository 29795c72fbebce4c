/** The embedded host as an Upstream, wherever its components run: `here.ts` and `threads.ts` say where, and only they bring along what that needs. */
import { ShadowcatError } from '../errors.ts'
import { type Message, findString, isAnswer } from '../message.ts'
import type { Transport } from '../transport.ts'
import type { Annotation, ComponentLoad, InitialState, RecordedState, Upstream } from '../upstream.ts'
import type { Variation } from '../world/variation.ts'
import type { FolderCache } from './cache.ts'
import type { Source } from './components.ts'
import type { Limits } from './limits.ts'
import type { Observed } from './observed.ts'
import { readSource, restoreSources } from './restore.ts'
import { type WorldChoice, fromFacts, settle, toFacts } from './setting.ts'
import type { Description, Redaction, Surroundings } from './surroundings.ts'

export type EmbeddedOptions = {
  /** Files of components that are there when a session begins; beside each its policy, `ID.policy.yaml`, may stand. */
  components?: readonly string[] | undefined
  /** Epoch and seed, whatever a tape says. */
  world?: WorldChoice | undefined
  /** Epoch and seed where neither `world` nor a tape says them. */
  fallback?: WorldChoice | undefined
  /** Outgoing HTTP and files: the network and the disk unless given; policies decide what of them may be used. Functions, so not for threads. */
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
  /** Takes secrets out of them. */
  redact?: ((text: string) => string) | undefined
}

export type HostsOptions = {
  /** What the next host is made of. */
  describe(): Description
  keepBytes: boolean
  observe?: ((call: Observed) => void) | undefined
  warn(text: string): void
  /** What a host printed besides. */
  printed(text: string): void
}

/** Where the hosts of an upstream live, and what they know of messages. */
export type Hosts = {
  /** A session's way to its host. Its start loads the components. */
  open(session: number): Transport
  /** They are to be made of something else from now on. */
  renew(): void
  /** What is there when a session has started. */
  initial(): ComponentLoad[]
  ofRequest(tool: string, session: number): Annotation | undefined
  ofAnswer(message: Message): Annotation | undefined
}

/**
 * Reads the components' files. Throws 'usage' when one is not there. They are loaded when a session starts: one that cannot be loaded keeps it
 * from starting, where Wassette would warn and serve the others, for each was named by a person who would miss its tools only later.
 */
export function upstreamOf(options: EmbeddedOptions, createHosts: (options: HostsOptions) => Hosts): Upstream {
  const given = (options.components ?? []).map(readSource)
  checkNames(given)
  const environment = defined({ ...process.env, ...options.env })
  const printed = (text: string): void => options.stderr?.(options.redact?.(text) ?? text)
  const warn = (text: string): void => printed(`shadowcat: ${text}\n`)
  let sources: readonly Source[] = given
  let setting = settle(options.world, options.fallback)
  let state: readonly RecordedState[] | undefined
  const warned = new Set<string>()

  function describe(): Description {
    const { callTimeout, memory, cache, redaction, scratch, variation } = options
    const limits = { ...options.limits, ...(callTimeout !== undefined && { time: callTimeout }) }
    return { sources, setting, environment, limits, memory, cacheFolder: cache?.folder, redaction, scratch, variation, ...(options.state === 'recorded' && { state: state ?? [] }) }
  }

  /** Once, however often the recording is played. */
  function warnOf(variable: string): void {
    if (warned.has(variable)) return
    warned.add(variable)
    warn(`the variable ${variable} was set when this was recorded, and is not set now: its value is in no recording, so give it with --env ${variable}=VALUE`)
  }

  const hosts = createHosts({ describe, observe: options.observe, keepBytes: options.keepBytes === true, warn, printed })
  return {
    describe: () => ({ kind: 'embedded', components: sources.map(({ id }) => id), environment: Object.keys(options.env ?? {}).sort(), state: true }),
    world: () => toFacts(setting),
    open: (session = 1) => hosts.open(session),
    async restore(initial: InitialState) {
      sources = restoreSources(initial, given)
      setting = settle(options.world, fromFacts(initial.world), options.fallback)
      state = initial.state
      if (options.state === 'recorded') {
        const { missingVariables } = await import('./recall.ts')
        for (const name of missingVariables(state ?? [], environment)) warnOf(name)
      }
      hosts.renew()
    },
    initial: () => ({ components: hosts.initial() }),
    annotate(message, { direction, session }) {
      if (direction === 'to-client') return isAnswer(message) ? hosts.ofAnswer(message) : undefined
      const tool = message.method === 'tools/call' ? findString(message, 'params', 'name') : undefined
      return tool === undefined ? undefined : hosts.ofRequest(tool, session)
    },
    // The host has its own limit, and says of what it cut off what that was. A component that is loaded may have to be translated first.
    untimed: (message) => message.method === 'tools/call',
  }
}

/** A component is known by its file's name. */
function checkNames(sources: readonly Source[]): void {
  for (const [index, { id, uri }] of sources.entries()) {
    const first = sources.findIndex((source) => source.id === id)
    if (first !== index) throw new ShadowcatError('usage', `two components are called ${id}: ${sources[first]!.uri} and ${uri}; give one of the files another name`)
  }
}

function defined(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

