/** What changes with a source, and with which use of it. */
import { type Source, type Variation, sourcesOf } from '../../world/variation.ts'
import type { Answered } from './converse.ts'
import type { WasiUse } from './dependences.ts'
import { type AnswerPlace, placesBetween } from './places.ts'
import type { Runs } from './runs.ts'
import { nameOf } from './words.ts'

/** A place of one call's answer that changed with a source. */
export type Change = Pick<AnswerPlace, 'pointer' | 'repeats'> & { call: number; source: Source; use?: WasiUse | undefined }

export type Blame = {
  /** The changes in these calls, or in all; each with the use that fed it, where a single one did. */
  find(variation: Variation, calls?: readonly Answered[]): Promise<Change[]>
  /** What was not looked at, in words. */
  readonly notes: string[]
}

/** Of one function so many uses are tried one by one; each costs a run. */
const mostUses = 16

/** `definite`: the calls whose answers are the same in the same world. */
export function createBlame(runs: Runs, definite: readonly Answered[]): Blame {
  const notes: string[] = []

  async function changesWith(variation: Variation, calls: readonly Answered[]): Promise<Change[]> {
    const varied = await runs.again(wordsOf(variation), variation, calls === definite ? undefined : numbersOf(calls))
    return calls.flatMap(({ call, answer }) => {
      const other = varied.get(call.number)
      return other ? placesBetween(answer, other.answer).map(({ pointer, repeats }) => ({ call: call.number, source: variation.source, pointer, repeats })) : []
    })
  }

  async function find(variation: Variation, calls = definite): Promise<Change[]> {
    const whole = await changesWith(variation, calls)
    const affected = calls.filter(({ call }) => whole.some((change) => change.call === call.number))
    const functions = functionsIn(affected, variation.source)
    const single = functions.length === 1 && functions[0]!.most === 1
    const fed: Change[] = []
    for (const { most, ...called } of functions) {
      if (most > mostUses) notes.push(`of ${nameOf(called)} the first ${mostUses} uses in a call were tried one by one; there are up to ${most}`)
      for (let n = 1; n <= Math.min(most, mostUses); n++) {
        const changes = single ? whole : await changesWith({ ...variation, only: { ...called, n } }, affected)
        fed.push(...changes.map((change) => ({ ...change, use: { component: componentOf(affected, change), ...called, n } })))
      }
    }
    const explained = new Set(fed.map(placeOf))
    return [...fed, ...whole.filter((change) => !explained.has(placeOf(change)))]
  }

  return { find, notes }
}

type Called = { interface: string; function: string; most: number }

/** The functions of a source that these calls use, and how often one call does so at most. */
function functionsIn(calls: readonly Answered[], source: Source): Called[] {
  const functions = new Map<string, Called>()
  for (const use of calls.flatMap(({ observed }) => observed?.trace ?? [])) {
    if (!sourcesOf(use).includes(source)) continue
    const key = `${use.interface} ${use.function}`
    const before = functions.get(key)
    if (!before) functions.set(key, { interface: use.interface, function: use.function, most: use.n })
    else before.most = Math.max(before.most, use.n)
  }
  return [...functions.values()]
}

function componentOf(calls: readonly Answered[], { call }: Change): string {
  return calls.find((answered) => answered.call.number === call)!.observed!.component
}

function numbersOf(calls: readonly Answered[]): Set<number> {
  return new Set(calls.map(({ call }) => call.number))
}

function placeOf({ call, pointer }: Change): string {
  return `${call} ${pointer}`
}

function wordsOf({ source, stage, only }: Variation): string {
  const how = stage === 'failure' ? 'changed in another way' : 'changed'
  return only ? `${nameOf(only)}, use ${only.n}, ${how}` : `${source} ${how}`
}
