/** Which components a host has loaded, which tools they serve, and what their policies grant. */
import { answers, refusals } from '../component/built-in-texts.ts'
import { type Policy, newPolicy, nothingAllowed } from '../component/policy.ts'
import type { Tool } from '../component/schema.ts'
import { digestOf } from '../digest.ts'
import type { ComponentLoad } from '../upstream.ts'
import type { Compiled } from './compile.ts'
import { type LoadOptions, type LoadedComponent, loadComponent } from './load.ts'

/** A component's bytes, and where they come from. */
export type Source = { readonly id: string; readonly uri: string; readonly bytes: Uint8Array; readonly policy?: Uint8Array | undefined; /** If it is known. */ readonly digest?: string | undefined }

/** A component with its tools. One that could not be loaded has none. */
export type Entry = { readonly source: Source; readonly digest: string; readonly ready?: { readonly component: LoadedComponent; readonly tools: readonly Tool[] } | undefined }

/** Where a tool was found, or why there is none to call. */
export type Found = { readonly entry: Entry; readonly tool: Tool } | { readonly refusal: string }

export type ComponentsOptions = Pick<LoadOptions, 'memory' | 'cache'> & {
  /** What is compiled already, by digest. */
  compiled?: ReadonlyMap<string, Compiled> | undefined
  /** Told what a person should know. */
  warn?: ((text: string) => void) | undefined
}

/** Makes loaded components of bytes, each only once: what a policy or a name says of them is not part of it. */
export type Loader = (bytes: Uint8Array, digest: string) => Promise<NonNullable<Entry['ready']>>

export function createLoader({ memory, cache, compiled, warn }: ComponentsOptions): Loader {
  const known = new Map<string, ReturnType<Loader>>()
  return (bytes, digest) => {
    const before = known.get(digest)
    if (before) return before
    const loading = loadComponent(bytes, { memory, cache, digest, compiled: compiled?.get(digest) }).then((component) => {
      if (component.finding !== undefined) warn?.(component.finding)
      return { component, tools: component.tools }
    })
    known.set(digest, loading)
    // Told to who asked; the next one may ask again, as when something has been installed meanwhile.
    loading.catch(() => known.delete(digest))
    return loading
  }
}

/** What a tape says of a component under its policy. */
export function loadOf({ id, uri, bytes, policy, digest: known }: Source, { digest = known ?? digestOf(bytes), initial, keepBytes }: { digest?: string; initial: boolean; keepBytes: boolean }): ComponentLoad {
  return { component: id, uri, digest, policy, initial, ...(keepBytes && { bytes }) }
}

/** By name, as Wassette orders them: byte for byte. */
export function byName(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** The components of one host. Nothing of it is on disk: policies are kept in memory, in the form of the files that Wassette would write. */
export class Components {
  readonly #load: Loader
  readonly #entries = new Map<string, Entry>()
  readonly #policies = new Map<string, { bytes: Uint8Array; policy: Policy }>()
  readonly #warn: (text: string) => void

  constructor(load: Loader, warn: (text: string) => void = () => undefined) {
    this.#load = load
    this.#warn = warn
  }

  /** By id. */
  get all(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => byName(a.source.id, b.source.id))
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  /** Loads a component, or loads it again: its policy stays. Rejects with why it cannot be loaded; its name is then known all the same. */
  async add(source: Source): Promise<{ entry: Entry; again: boolean }> {
    const { id, bytes, policy, digest = digestOf(bytes) } = source
    const before = this.#entries.get(id)
    try {
      const entry: Entry = { source, digest, ready: await this.#load(bytes, digest) }
      if (policy) await this.#keep(id, policy)
      this.#entries.set(id, entry)
      return { entry, again: before?.ready !== undefined }
    } catch (error) {
      if (!before?.ready) this.#entries.set(id, { source, digest })
      throw error
    }
  }

  /** Removes a component and its policy; also one that is not there. */
  remove(id: string): void {
    this.#entries.delete(id)
    this.#policies.delete(id)
  }

  find(tool: string): Found {
    const found = this.all.flatMap((entry) => (entry.ready?.tools ?? []).filter(({ definition }) => definition.name === tool).map((item) => ({ entry, tool: item })))
    if (found.length > 1) return { refusal: refusals.ambiguousTool(tool, found.map(({ entry }) => entry.source.id)) }
    return found[0] ?? { refusal: refusals.noTool(tool) }
  }

  /** The policy file's bytes; nothing before the first grant. */
  policyBytes(id: string): Uint8Array | undefined {
    return this.#policies.get(id)?.bytes
  }

  /** What is enforced: nothing is granted without a policy, or by a broken one. */
  policy(id: string): Policy {
    return this.#policies.get(id)?.policy ?? nothingAllowed
  }

  /** Changes a policy, or begins one. Rejects in Wassette's words when the one that is there cannot be read. */
  async change(id: string, change: (policy: Policy) => Policy): Promise<void> {
    const { parsePolicy, writePolicy } = await policyFiles()
    const bytes = this.policyBytes(id)
    const policy = change(bytes ? parsePolicy(Buffer.from(bytes).toString()) : newPolicy(id))
    // Wassette writes down rules that it does not take itself; the file is then broken, and denies everything.
    await this.#keep(id, Buffer.from(writePolicy(policy)))
  }

  reset(id: string): void {
    this.#policies.delete(id)
  }

  /** What a tape says of a component that is loaded. */
  describe({ source, digest }: Entry, initial: boolean, keepBytes: boolean): ComponentLoad {
    return loadOf({ ...source, policy: this.policyBytes(source.id) }, { digest, initial, keepBytes })
  }

  /** The text of list-components. */
  listed(): string {
    return answers.components(this.all.map(({ source, ready }) => ({ id: source.id, tools: ready?.tools.map(({ definition }) => definition) })))
  }

  async #keep(id: string, bytes: Uint8Array): Promise<void> {
    const { readPolicy } = await policyFiles()
    const { policy, finding } = readPolicy(Buffer.from(bytes).toString())
    if (finding !== undefined) this.#warn(`${id}: ${finding}`)
    this.#policies.set(id, { bytes, policy })
  }
}

/** YAML is not there before a policy is: a start without one is so much quicker. */
const policyFiles = () => import('../component/policy-file.ts')
