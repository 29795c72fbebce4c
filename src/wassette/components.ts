/** Which component serves which tool of a real Wassette, under which policy: what its messages and its component directory say. */
import { fileURLToPath, pathToFileURL } from 'node:url'
import { digestOf } from '../digest.ts'
import type { Json } from '../json.ts'
import { type Id, type Message, findString, isAnswer, membersOf } from '../message.ts'
import type { Context } from '../tap.ts'
import type { Annotation, ComponentLoad, InitialState } from '../upstream.ts'
import { componentIds, componentPath, metadataTools, policyPath, readIfThere } from './directory.ts'

export type Components = {
  /** What the directory holds now. */
  initial(): InitialState
  /** The component and policy of each tool call and its answer; the load that an answer to load-component tells of. */
  annotate(message: Message, context: Context): Annotation | undefined
}

export type ComponentsOptions = {
  directory: string
  /** Whether loads carry the components' bytes. */
  keepBytes?: boolean | undefined
  /** Where components that were restored came from at first, by id. */
  origins?: ReadonlyMap<string, string> | undefined
}

/** A call under way: what is known of its component, or for a built-in tool what was asked. */
type Call = { component?: string; change?: { tool: string; path?: string | undefined } }

/** Follows one component directory. A call that changes nothing costs one look into a map: files are read again only after what can change them. */
export function followComponents(options: ComponentsOptions): Components {
  return new DirectoryFollower(options)
}

class DirectoryFollower implements Components {
  readonly #options: ComponentsOptions
  readonly #calls = new Map<number, Map<Id, Call>>()
  /** What answers have told of components, for Wassettes that write no metadata. */
  readonly #told = new Map<string, string[]>()
  #services = new Map<string, Call>()
  readonly #annotations = new Map<string, Annotation>()
  #stale = true

  constructor(options: ComponentsOptions) {
    this.#options = options
  }

  initial(): InitialState {
    return { components: componentIds(this.#options.directory).map((id) => this.#loadOf(id, this.#options.origins?.get(id), true)) }
  }

  annotate(message: Message, context: Context): Annotation | undefined {
    if (message.method === 'tools/call') return context.direction === 'to-server' ? this.#called(message, context) : undefined
    if (message.method !== undefined) return this.#noticed(message, context)
    if (message.kind === 'batch') return merge(membersOf(message).map((member) => this.annotate(member, context)))
    return context.direction === 'to-client' && isAnswer(message) ? this.#answered(message, context) : undefined
  }

  #called(message: Message, context: Context): Annotation | undefined {
    const tool = findString(message, 'params', 'name')
    if (tool === undefined || message.id === undefined) return undefined
    if (this.#stale) this.#refresh()
    const call = this.#services.get(tool) ?? builtIn(tool, message)
    if (!call) return undefined
    this.#callsOf(context.session).set(message.id, call)
    return call.component === undefined ? undefined : this.#annotation(call.component)
  }

  #answered(message: Message, context: Context): Annotation | undefined {
    const calls = this.#calls.get(context.session)
    const call = calls?.get(message.id!)
    if (!calls || !call) return undefined
    // What shadowcat answers in Wassette's place changes nothing; Wassette's own answer may come late.
    if (context.origin !== 'shadowcat') calls.delete(message.id!)
    if (call.component !== undefined) return this.#annotation(call.component)
    return context.origin === 'shadowcat' ? undefined : this.#changed(call.change!, message)
  }

  /** A list_changed tells of loads that no answer may tell of; a cancelled call is never answered, and may have changed something. */
  #noticed(message: Message, context: Context): undefined {
    if (message.method === 'notifications/tools/list_changed') this.#stale = true
    if (message.method !== 'notifications/cancelled' || context.direction !== 'to-server') return
    const id = (message.value as { params?: { requestId?: Json } }).params?.requestId
    if (this.#calls.get(context.session)?.delete(String(typeof id === 'string' ? JSON.stringify(id) : id))) this.#stale = true
  }

  #changed({ tool, path }: NonNullable<Call['change']>, answer: Message): Annotation | undefined {
    this.#stale = true
    const said = toldBy(answer)
    for (const { id, tools } of said.components) this.#told.set(id, tools)
    if (tool !== 'load-component' || said.id === undefined || !isPlainName(said.id)) return undefined
    return { loads: [this.#loadOf(said.id, path, false)] }
  }

  #loadOf(id: string, uri: string | undefined, initial: boolean): ComponentLoad {
    const { directory, keepBytes } = this.#options
    const path = componentPath(directory, id)
    const bytes = readIfThere(path) ?? (uri?.startsWith('file://') ? readIfThere(fileURLToPath(uri)) : undefined)
    return {
      component: id,
      uri: uri ?? pathToFileURL(path).href,
      digest: bytes && digestOf(bytes),
      policy: readIfThere(policyPath(directory, id)),
      initial,
      ...(keepBytes ? { bytes } : {}),
    }
  }

  #annotation(component: string): Annotation {
    if (this.#stale) this.#refresh()
    const known = this.#annotations.get(component)
    if (known) return known
    const policy = readIfThere(policyPath(this.#options.directory, component))
    const annotation: Annotation = policy ? { component, policy } : { component }
    this.#annotations.set(component, annotation)
    return annotation
  }

  #refresh(): void {
    this.#stale = false
    this.#annotations.clear()
    this.#services = servedTools(this.#options.directory, this.#told)
  }

  #callsOf(session: number): Map<Id, Call> {
    let calls = this.#calls.get(session)
    if (!calls) this.#calls.set(session, (calls = new Map()))
    return calls
  }
}

/** Tools by name. A name that two components have is served by neither: Wassette refuses the call. */
function servedTools(directory: string, told: ReadonlyMap<string, string[]>): Map<string, Call> {
  const services = new Map<string, Call>()
  const ambiguous = new Set<string>()
  for (const component of componentIds(directory)) {
    const call: Call = { component }
    for (const tool of metadataTools(directory, component) ?? told.get(component) ?? []) {
      if (services.has(tool)) ambiguous.add(tool)
      services.set(tool, call)
    }
  }
  for (const tool of ambiguous) services.delete(tool)
  return services
}

/** The built-in tools after which the directory may be another, or which tell what it holds. */
function builtIn(tool: string, message: Message): Call | undefined {
  if (tool === 'load-component') return { change: { tool, path: findString(message, 'params', 'arguments', 'path') } }
  const changes = tool === 'unload-component' || tool === 'list-components' || tool === 'reset-permission' || /^(?:grant|revoke)-.+-permission$/.test(tool)
  return changes ? { change: { tool } } : undefined
}

/** Whether a request may take as long as it likes: loading compiles, for minutes if need be. */
export function isLoad(message: Message): boolean {
  return message.method === 'tools/call' && findString(message, 'params', 'name') === 'load-component'
}

/** What the answer of load-component (`{ status, id, tools: [name] }`) or list-components (`{ components: [{ id, schema: { tools: [{ name }] } }] }`) says. */
function toldBy(answer: Message): { id?: string; components: { id: string; tools: string[] }[] } {
  const { result } = answer.value as { result?: { isError?: unknown; content?: { text?: unknown }[] } }
  const text = result?.isError === true ? undefined : result?.content?.[0]?.text
  const said = typeof text === 'string' ? parseObject(text) : {}
  if (Array.isArray(said['components'])) return { components: said['components'].filter(isListed).map(({ id, schema }) => ({ id, tools: schema.tools.map((tool) => tool.name) })) }
  if (typeof said['id'] !== 'string') return { components: [] }
  return { id: said['id'], components: Array.isArray(said['tools']) ? [{ id: said['id'], tools: said['tools'] }] : [] }
}

function isListed(item: unknown): item is { id: string; schema: { tools: { name: string }[] } } {
  const { id, schema } = item as { id?: unknown; schema?: { tools?: unknown } | null }
  return typeof id === 'string' && Array.isArray(schema?.tools)
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch {
    // An answer in words, such as an error's, tells nothing of components.
    return {}
  }
}

/** Whether an id can be a file's stem and no way out of the directory. */
export function isPlainName(id: string): boolean {
  return id !== '' && !/[/\\\0]/.test(id) && !id.startsWith('.')
}

/** Of a batch the first component counts, and all loads. */
function merge(annotations: readonly (Annotation | undefined)[]): Annotation | undefined {
  const known = annotations.filter((annotation) => annotation !== undefined)
  if (known.length === 0) return undefined
  const loads = known.flatMap((annotation) => annotation.loads ?? [])
  return { ...known.find((annotation) => annotation.component !== undefined), ...(loads.length > 0 ? { loads } : {}) }
}
