/** The embedded host as an Upstream: components in this process, here or in threads, in a world that is held. */
import { ShadowcatError } from '../errors.ts'
import { findString, isAnswer } from '../message.ts'
import type { InitialState, RecordedState, Upstream } from '../upstream.ts'
import type { Variation } from '../world/variation.ts'
import type { FolderCache } from './cache.ts'
import type { Source } from './components.ts'
import { type Hosts, type HostsOptions, hostsHere } from './here.ts'
import type { Limits } from './limits.ts'
import type { Observed } from './observed.ts'
import { missingVariables } from './recall.ts'
import { readSource, restoreSources } from './restore.ts'
import { type WorldChoice, fromFacts, settle, toFacts } from './setting.ts'
import type { Description, Redaction, Surroundings } from './surroundings.ts'
import { hostsInThreads } from './threads.ts'

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
  /** Takes secrets out of them. */
  redact?: ((text: string) => string) | undefined
}

/**
 * Reads the components' files. Throws 'usage' when one is not there. They are loaded when a session starts: one that cannot be loaded keeps it
 * from starting, where Wassette would warn and serve the others, for each was named by a person who would miss its tools only later.
 */
export function embeddedUpstream(options: EmbeddedOptions = {}): Upstream {
  const given = (options.components ?? []).map(readSource)
  checkNames(given)
  if (options.thread && options.surroundings) throw new ShadowcatError('usage', 'surroundings: functions cannot be sent to a thread; leave out one of surroundings and thread')
  const environment = defined({ ...process.env, ...options.env })
  const printed = (text: string): void => options.stderr?.(options.redact?.(text) ?? text)
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
    hostsOptions.warn(`the variable ${variable} was set when this was recorded, and is not set now: its value is in no recording, so give it with --env ${variable}=VALUE`)
  }

  const { observe, surroundings } = options
  const hostsOptions: HostsOptions = { describe, observe, keepBytes: options.keepBytes === true, warn: (text) => printed(`shadowcat: ${text}\n`) }
  const hosts: Hosts = options.thread ? hostsInThreads({ ...hostsOptions, printed }) : hostsHere({ ...hostsOptions, given: surroundings })
  return {
    describe: () => ({ kind: 'embedded', components: sources.map(({ id }) => id), environment: Object.keys(options.env ?? {}).sort(), state: true }),
    world: () => toFacts(setting),
    open: (session = 1) => hosts.open(session),
    async restore(initial: InitialState) {
      sources = restoreSources(initial, given)
      setting = settle(options.world, fromFacts(initial.world), options.fallback)
      state = initial.state
      if (options.state === 'recorded') for (const name of missingVariables(state ?? [], environment)) warnOf(name)
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

