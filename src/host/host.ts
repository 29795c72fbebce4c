/** Components in one world, called one after another. It knows nothing of MCP's messages; server.ts speaks them. */
import { toToolResult } from '../component/results.ts'
import { readAsWassette } from '../component/numbers.ts'
import { type ToolDefinition } from '../component/schema.ts'
import { builtInTools } from '../component/built-in-tools.ts'
import { argumentsFromJson } from '../component/values.ts'
import { ShadowcatError, messageOf } from '../errors.ts'
import type { Exact } from '../json.ts'
import type { World } from '../world/world.ts'
import { type ToolAnswer, failed, tooLarge } from './answers.ts'
import { findBuiltIn } from './built-in.ts'
import { Components, type Entry, type Loader, type Source } from './components.ts'
import type { Outcome } from './driver.ts'
import { toGrants } from './grants.ts'
import type { Limits } from './limits.ts'

export type HostOptions = {
  load: Loader
  world: World
  limits?: Partial<Limits> | undefined
  /** What is there at the start. */
  sources: readonly Source[]
  /** Told what a person should know. */
  warn?: ((text: string) => void) | undefined
  /** Told which call of its session is next, from 1. */
  begin?: ((call: number) => void) | undefined
}

/** `component` served the call, and `outcome` is how that went if it came to run; `loaded` is what it loaded. */
export type CallAnswer = { answer: ToolAnswer; changed?: boolean; component?: string | undefined; outcome?: Outcome; loaded?: Entry }

export class Host {
  readonly components: Components
  readonly #options: HostOptions
  readonly #listeners = new Set<() => void>()
  #started: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: HostOptions) {
    this.#options = options
    this.components = new Components(options.load, options.warn)
  }

  /** Loads what is there at the start. Rejects, and names it, when one of them cannot be loaded. */
  start(): Promise<void> {
    return (this.#started ??= this.#start())
  }

  /** Calls back whenever the list of tools may have changed, until the function that it returns is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Does it when all that was asked before is done, however that ended. */
  inTurn<T>(act: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(act)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** The tools of components by id, then the built-in ones. */
  tools(): ToolDefinition[] {
    return [...this.components.all.flatMap(({ ready }) => (ready?.tools ?? []).map(({ definition }) => definition)), ...builtInTools]
  }

  /** Calls a tool. What goes wrong is an answer too. `number` says which call of its session it is, from 1. */
  async call(name: string, given: Exact, number = 1): Promise<CallAnswer> {
    this.#options.begin?.(number)
    try {
      const builtIn = findBuiltIn(name)
      if (!builtIn) return await this.#callComponent(name, given)
      const done = await builtIn(given instanceof Map ? given : new Map(), { components: this.components, epoch: this.#options.world.epoch })
      if (done.changed) for (const listener of this.#listeners) listener()
      return done
    } catch (error) {
      return { answer: failed(messageOf(error)) }
    }
  }

  async #callComponent(name: string, given: Exact): Promise<CallAnswer> {
    const { world, limits } = this.#options
    const found = this.components.find(name)
    if ('refusal' in found) return { answer: failed(found.refusal) }
    const { entry, tool } = found
    const component = entry.source.id
    const { type } = tool.function
    let outcome: Outcome | undefined
    const answered = (answer: ToolAnswer): CallAnswer => ({ answer, component, ...(outcome && { outcome }) })
    try {
      const args = argumentsFromJson(type, given, readAsWassette)
      outcome = await entry.ready!.component.call(tool.function, args, world, { grants: toGrants(this.components.policy(component)), limits })
      return answered('failure' in outcome ? failed(outcome.failure.message) : { ...toToolResult(type, outcome, readAsWassette), isError: false })
    } catch (error) {
      if (error instanceof ShadowcatError) return answered(failed(error.message))
      if (error instanceof RangeError && outcome) return answered(tooLarge)
      throw error
    }
  }

  async #start(): Promise<void> {
    for (const source of this.#options.sources) {
      try {
        await this.components.add(source)
      } catch (cause) {
        const code = cause instanceof ShadowcatError ? cause.code : 'malformed'
        throw new ShadowcatError(code, `cannot load the component ${source.id}: ${messageOf(cause)}`, { cause, facts: { component: source.id, uri: source.uri } })
      }
    }
  }
}
