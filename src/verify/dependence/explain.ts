/** Findings about tools, laid over differences between recordings. */
import { stringifyJson } from '../../json.ts'
import type { Recording } from '../../tape/entry.ts'
import type { Upstream } from '../../upstream.ts'
import type { Source } from '../../world/variation.ts'
import type { Explained } from '../guesses.ts'
import type { VerifyReport } from '../verify.ts'
import type { Cause, Dependences, ToolDependences } from './dependences.ts'

export type ExplainOptions = {
  /** Sources that said the same on both sides, so that no difference comes of them. */
  held?: readonly Source[] | undefined
}

/** The same report; each difference in a tool's answer has its cause, found instead of guessed, or says why there is none. */
export function explainFound(report: VerifyReport, { tools }: Dependences, { held = [] }: ExplainOptions = {}): VerifyReport {
  const runs = report.runs.map((run) => ({ ...run, differences: run.differences.map((difference) => explainOne(difference, tools, held)) }))
  return { ...report, runs }
}

/** What said the same when a recording was made and when it was sent again: time and randomness of one held world, and all that was told from the recording. */
export function sameSources({ sessions }: Recording, upstream: Upstream, state: 'live' | 'recorded' = 'live'): Source[] {
  if (state === 'recorded') return ['clock', 'random', 'http', 'files']
  const world = upstream.world?.()
  const same = world !== undefined && sessions.every((session) => session.world && stringifyJson(session.world) === stringifyJson(world))
  if (!same) return []
  return [...(world['clock'] === 'real' ? [] : ['clock' as const]), ...(world['seed'] === 'real' ? [] : ['random' as const])]
}

function explainOne(difference: Explained, tools: readonly ToolDependences[], held: readonly Source[]): Explained {
  const { tool, call, pointer } = difference
  if (tool === undefined || call === undefined || pointer === undefined) return difference
  const known = tools.find((candidate) => candidate.tool === tool && candidate.calls.includes(call))
  if (!known) return { ...difference, unexplained: `${tool} was not run in the embedded host` }
  const causes = causesAt(known, call, pointer)
  const cause = causes.find(({ source }) => !held.includes(source))
  if (cause) return { ...difference, guess: undefined, cause: { component: known.component, ...cause } }
  return { ...difference, unexplained: reasonFor(known, causes) }
}

/** What makes a difference there, or around it, or in part of it. */
function causesAt({ sources }: ToolDependences, call: number, pointer: string): Cause[] {
  const meets = (other: string): boolean => other === pointer || other.startsWith(`${pointer}/`) || pointer.startsWith(`${other}/`)
  return sources.flatMap(({ source, effects }) => {
    const effect = effects.find((candidate) => candidate.calls.includes(call) && meets(candidate.pointer))
    return effect ? [{ source, use: effect.use }] : []
  })
}

function reasonFor({ component, indefinite, missing }: ToolDependences, [held]: readonly Cause[]): string {
  if (missing !== undefined) return `the component ${component} could not be had to be run`
  if (indefinite) return `run in the embedded host, it cannot be made deterministic: ${indefinite.message}`
  if (held) return `it depends on the ${held.source}, which said the same both times`
  return `nothing that ${component} uses of the world changes it in the embedded host`
}
