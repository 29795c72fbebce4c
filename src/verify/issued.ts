import { canonical } from '../canonical.ts'
import type { EntryDifference } from '../tape/diff.ts'
import { issued } from './live-values.ts'

/**
 * The differences without those in values that a server issues anew in each run (`requestState`, cursors, `taskId`, `elicitationId`), as long
 * as each recorded value stands for one live value and the other way round.
 */
export function withoutIssued(differences: readonly EntryDifference[]): EntryDifference[] {
  const forth = new Map<string, Set<string>>()
  const back = new Map<string, Set<string>>()
  for (const difference of differences) {
    const names = namesOf(difference)
    if (!names) continue
    forth.set(names.recorded, (forth.get(names.recorded) ?? new Set()).add(names.live))
    back.set(names.live, (back.get(names.live) ?? new Set()).add(names.recorded))
  }
  return differences.filter((difference) => {
    const names = namesOf(difference)
    return !names || forth.get(names.recorded)!.size > 1 || back.get(names.live)!.size > 1
  })
}

/** The two values, with the name under which they were issued; undefined when the difference is no such. */
function namesOf({ kind, expected, pointer, expectedValue, actualValue }: EntryDifference): { recorded: string; live: string } | undefined {
  const name = issued.get(pointer?.split('/').at(-1) ?? '')
  if (kind !== 'value' || name === undefined || typeof expectedValue !== 'string' || typeof actualValue !== 'string') return undefined
  return { recorded: `${expected?.session} ${name} ${canonical(expectedValue)}`, live: `${expected?.session} ${name} ${canonical(actualValue)}` }
}
