/** What WIT's comments say of functions: the custom section `package-docs`, a version byte followed by JSON. */
import { Cursor } from './cursor.ts'
import type { Span } from '../json.ts'
import type { ComponentFile } from './reader.ts'

const sectionName = 'package-docs'

type Docs = { worlds?: Record<string, { func_exports?: Record<string, { docs?: unknown } | undefined> } | undefined> }

/** What the comments of a component's worlds say of an exported function, by its name alone, as Wassette looks it up. */
export function readDocs(component: ComponentFile): (functionName: string) => string | undefined {
  const worlds = Object.values(parseDocs(component)?.worlds ?? {})
  return (name) => {
    for (const world of worlds) {
      const docs = own(world?.func_exports, name)?.docs
      if (typeof docs === 'string') return docs
    }
    return undefined
  }
}

/** The first such section that holds anything counts, wherever in the file it is; if its JSON is broken, nothing is said. */
function parseDocs(component: ComponentFile): Docs | undefined {
  const data = docsSpans(component).find(({ start, end }) => end - start > 1)
  if (!data) return undefined
  try {
    const docs: unknown = JSON.parse(Buffer.from(component.bytes.subarray(data.start + 1, data.end)).toString())
    return typeof docs === 'object' && docs !== null && isObject((docs as Docs).worlds) ? (docs as Docs) : undefined
  } catch {
    // Descriptions are not worth refusing a component for: Wassette makes its own, and so does this.
    return undefined
  }
}

function docsSpans(component: ComponentFile): Span[] {
  const found = component.customs.filter(({ name }) => name === sectionName).map(({ data }) => data)
  for (const module of component.coreModules) found.push(...docsInModule(component.bytes, module))
  return found.sort((a, b) => a.start - b.start)
}

function docsInModule(bytes: Uint8Array, module: Span): Span[] {
  const found: Span[] = []
  try {
    const cursor = new Cursor(bytes, { start: module.start + 8, end: module.end }, 'a core module')
    while (!cursor.done) {
      const id = cursor.byte()
      const content = cursor.part(cursor.u32(), 'a section')
      if (id === 0 && content.name() === sectionName) found.push({ start: content.at, end: content.end })
    }
  } catch {
    // A broken core module is told of when the engine compiles it; what came before counts.
  }
  return found
}

function own<Value>(object: Record<string, Value> | undefined, key: string): Value | undefined {
  return object !== undefined && isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
