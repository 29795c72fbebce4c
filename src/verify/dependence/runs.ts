/** The same conversation, run after run. */
import { ShadowcatError } from '../../errors.ts'
import type { WorldChoice } from '../../host/setting.ts'
import type { EmbeddedOptions } from '../../host/upstream.ts'
import { createDisk } from '../../world/disk.ts'
import type { Variation } from '../../world/variation.ts'
import type { Conversation } from './conversation.ts'
import { type Answered, type ConverseOptions, converse } from './converse.ts'
import { createPlayed } from './played.ts'

export type RunsOptions = {
  /** The host in which everything runs; its `state` says what the first run is told by network and files. */
  host: EmbeddedOptions
  /** Told how it goes. */
  progress?: ((text: string) => void) | undefined
  signal?: AbortSignal | undefined
}

export type Runs = {
  /** As it is: alone in asking the network and the disk, and in waiting for a limit that is reached. */
  first: readonly Answered[]
  /** How many there were. */
  count(): number
  /** Components that cannot be had, and why. */
  missing: ReadonlyMap<string, string>
  /** Once more, told the same by network and files; with one source changed, or with certain calls alone. By the calls' numbers. */
  again(what: string, variation?: Variation, calls?: ReadonlySet<number>): Promise<Map<number, Answered>>
}

/** Runs the conversation for the first time. Nothing is ever written to a disk. */
export async function beginRuns(conversation: Conversation, { progress, signal, ...options }: RunsOptions): Promise<Runs> {
  const host = held(options.host)
  const missing = new Map<string, string>()
  let count = 1
  progress?.('looking for causes: run 1, as it is')
  const first = await withoutMissing(missing, (without) => converse(conversation, { host: { ...host, scratch: true }, without, signal }))
  const told = new Map(first.flatMap(({ call, observed }) => (observed ? [[call.number, observed]] : [])))
  const cutOff = new Set(first.filter(({ observed }) => observed?.failure?.kind === 'time').map(({ call }) => call.number))

  const hidden = host.state === 'recorded' ? hiddenFrom(conversation, host) : {}

  async function again(what: string, variation?: Variation, calls?: ReadonlySet<number>): Promise<Map<number, Answered>> {
    count++
    progress?.(`looking for causes: run ${count}, ${what}`)
    const played = createPlayed(host.state === 'recorded' ? undefined : (host.surroundings?.files ?? createDisk()))
    const run: ConverseOptions = {
      host: { ...host, env: { ...host.env, ...hidden }, state: 'live', scratch: false, surroundings: played.surroundings, ...(variation && { variation }) },
      before: ({ number }) => played.enter(told.get(number)),
      // What runs no component may load one, or grant it something.
      skips: ({ number }) => told.has(number) && (cutOff.has(number) || calls?.has(number) === false),
      without: new Set(missing.keys()),
      signal,
    }
    const answered = await converse(conversation, run)
    for (const { call, observed } of answered) if (observed?.failure?.kind === 'time') cutOff.add(call.number)
    return new Map(answered.map((one) => [one.call.number, one]))
  }

  return { first, count: () => count, missing, again }
}

/**
 * Time and randomness are held, lest what is not be taken for what is changed, and the present is one moment for all runs. Everything happens
 * in this thread, as functions are not sent to another.
 */
function held(host: EmbeddedOptions): EmbeddedOptions {
  return { ...host, world: heldIn(host.world), fallback: { ...heldIn(host.fallback), epoch: host.fallback?.epoch ?? new Date() } }
}

function heldIn({ epoch, seed, time }: WorldChoice = {}): WorldChoice {
  return { epoch, seed: seed === 'real' ? 0n : seed, time: time?.mode === 'real' ? { mode: 'held' } : time }
}

/** Variables that no call could see when it was recorded are set in no run. */
function hiddenFrom({ parts }: Conversation, { env }: EmbeddedOptions): Record<string, undefined> {
  const recorded = parts.flatMap(({ initial: { state = [] } }) => state.filter(({ kind }) => kind === 'environment'))
  const seen = new Set(recorded.flatMap(({ response }) => (JSON.parse(Buffer.from(response ?? '{}').toString()) as { set?: string[] }).set ?? []))
  return Object.fromEntries(Object.keys({ ...process.env, ...env }).filter((name) => !seen.has(name)).map((name) => [name, undefined]))
}

/** Leaves out what cannot be brought back or loaded, one after the other. */
async function withoutMissing<T>(missing: Map<string, string>, run: (without: ReadonlySet<string>) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run(new Set(missing.keys()))
    } catch (error) {
      const component = error instanceof ShadowcatError ? error.facts['component'] : undefined
      if (typeof component !== 'string' || missing.has(component)) throw error
      missing.set(component, (error as ShadowcatError).message)
    }
  }
}
