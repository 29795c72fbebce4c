import { type Ignore, ignoreNothing } from '../canonical.ts'
import { type EntryDifference, diffEntries } from '../tape/diff.ts'
import type { Recording } from '../tape/entry.ts'
import { callsOf } from './calls.ts'
import { type Explained, explain, periodsOf } from './guesses.ts'

/**
 * Everything in which two recordings differ, in the order of the first; each with the call that it belongs to and a guess at its cause.
 * `sift` sees the differences before they are explained, and returns those that count.
 */
export function diffRecordings(expected: Recording, actual: Recording, ignore: Ignore = ignoreNothing, sift = (all: EntryDifference[]): EntryDifference[] => all): Explained[] {
  const [calls, others] = [callsOf(expected), callsOf(actual)]
  const differences = sift(diffEntries(expected.entries, actual.entries, { ignore }))
  return explain(differences, { expected: periodsOf(expected), actual: periodsOf(actual) }).map((difference) => {
    const { expectedEntry, actualEntry } = difference
    return { ...difference, call: (expectedEntry && calls.numberOf(expectedEntry)) ?? (actualEntry && others.numberOf(actualEntry)) }
  })
}
