/** What a host's thread tells of its components, so that whoever is asked about a message here can answer at once. */
import type { Annotation } from '../upstream.ts'
import type { Components } from './components.ts'

/** Plain data. */
export type Mirror = {
  /** Tool → the one component that serves it. */
  readonly tools: ReadonlyMap<string, string>
  /** Component → policy. */
  readonly policies: ReadonlyMap<string, Uint8Array>
}

export const emptyMirror: Mirror = { tools: new Map(), policies: new Map() }

export function toMirror(components: Components): Mirror {
  const served = components.all.flatMap(({ source, ready }) => (ready?.tools ?? []).map(({ definition }): [string, string] => [definition.name, source.id]))
  const ambiguous = new Set(served.filter(([name, id]) => served.some(([other, owner]) => other === name && owner !== id)).map(([name]) => name))
  const policies = components.all.flatMap(({ source: { id } }): [string, Uint8Array][] => {
    const bytes = components.policyBytes(id)
    // Alone: small buffers share their memory, all of which would go with it.
    return bytes ? [[id, new Uint8Array(bytes)]] : []
  })
  return { tools: new Map(served.filter(([name]) => !ambiguous.has(name))), policies: new Map(policies) }
}

/** The same annotation with the policy of the moment, which does not come again with each answer. */
export function withPolicy(annotation: Annotation, { policies }: Mirror): Annotation {
  return annotation.component === undefined ? annotation : { ...annotation, policy: policies.get(annotation.component) }
}

/** As `annotationOfRequest` says it of the components themselves. */
export function mirroredRequest(tool: string, mirror: Mirror): Annotation | undefined {
  const component = mirror.tools.get(tool)
  return component === undefined ? undefined : withPolicy({ component }, mirror)
}
