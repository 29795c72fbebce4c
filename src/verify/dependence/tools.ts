/** From calls to tools. */
import { type Source, sourcesOf } from '../../world/variation.ts'
import type { Change } from './blame.ts'
import type { Conversation } from './conversation.ts'
import type { Answered } from './converse.ts'
import type { Effect, Indefinite, SourceDependence, ToolDependences } from './dependences.ts'
import { sources } from './words.ts'

export type Findings = {
  first: readonly Answered[]
  indefinite: ReadonlyMap<number, Indefinite>
  changes: readonly Change[]
  conversation: Conversation
  /** Components that cannot be had, and why. */
  missing: ReadonlyMap<string, string>
}

/** One entry for each tool of a component that came to run or cannot be had, in order of their first calls. */
export function toTools({ first, indefinite, changes, conversation, missing }: Findings): ToolDependences[] {
  const answered = new Map(first.map((one) => [one.call.number, one]))
  const calls = conversation.parts.flatMap(({ messages }) => messages.flatMap(({ call }) => (call ? [call] : [])))
  const known = calls.flatMap((call) => {
    const observed = answered.get(call.number)?.observed
    const component = observed?.component ?? call.component
    return component === undefined ? [] : [{ ...call, component, observed }]
  })
  return [...Map.groupBy(known, ({ component, tool }) => JSON.stringify([component, tool])).values()].flatMap((group): ToolDependences[] => {
    const { tool, component } = group[0]!
    const lost = missing.get(component)
    if (group.every(({ observed }) => !observed)) return lost === undefined ? [] : [{ tool, component, calls: group.map(({ number }) => number), verdict: 'unknown', sources: [], missing: lost }]
    const numbers = new Set(group.map(({ number }) => number))
    const found = sources.flatMap((source): SourceDependence[] => {
      const uses = group.reduce((sum, { observed }) => sum + usesOf(observed, source), 0)
      const effects = toEffects(changes.filter((change) => change.source === source && numbers.has(change.call)))
      return uses > 0 || effects.length > 0 ? [{ source, uses, effects }] : []
    })
    const why = group.map(({ number }) => indefinite.get(number)).find(Boolean)
    return [{ tool, component, calls: [...numbers], verdict: why ? 'indefinite' : verdictOn(found), sources: found, ...(why && { indefinite: why }) }]
  })
}

function verdictOn(found: readonly SourceDependence[]): ToolDependences['verdict'] {
  if (found.length === 0) return 'pure'
  return found.some(({ effects }) => effects.length > 0) ? 'dependent' : 'unaffected'
}

function usesOf(observed: Answered['observed'], source: Source): number {
  return observed?.trace.filter((use) => sourcesOf(use).includes(source)).length ?? 0
}

/** The same place in several calls, fed by the same use, is one effect. */
function toEffects(changes: readonly Change[]): Effect[] {
  const groups = Map.groupBy(changes, ({ pointer, use }) => JSON.stringify([pointer, use]))
  return [...groups.values()].map((group) => {
    const { pointer, use, repeats } = group[0]!
    return { pointer, calls: group.map(({ call }) => call), ...(use && { use }), ...(repeats !== undefined && { repeats }) }
  })
}
