/** What a host knows of messages that their bytes do not say. */
import type { Annotation } from '../upstream.ts'
import type { Components } from './components.ts'
import type { CallAnswer } from './host.ts'
import { toState } from './state.ts'

/** Of a request that calls this tool: which component serves it now, under which policy. */
export function annotationOfRequest(tool: string, components: Components): Annotation | undefined {
  const found = components.find(tool)
  if ('refusal' in found) return undefined
  const { id } = found.entry.source
  return { component: id, policy: components.policyBytes(id) }
}

/** Of the answer to a call. */
export function annotationOfAnswer({ component, outcome, loaded }: CallAnswer, components: Components, keepBytes: boolean): Annotation {
  if (loaded) return { loads: [components.describe(loaded, false, keepBytes)] }
  if (component === undefined) return {}
  return { component, policy: components.policyBytes(component), ...(outcome && { state: toState(outcome) }) }
}
