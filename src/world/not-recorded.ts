import { ShadowcatError } from '../errors.ts'

/** Ends a call that asks for what its recording does not hold. `asked` and `nearest` are for people; `nearest` is what comes next to it in the recording. */
export function notRecorded(asked: string, nearest: string | undefined, facts: Record<string, unknown> = {}): ShadowcatError {
  const known = nearest === undefined ? 'nothing of the kind was' : `nearest is ${nearest}`
  return new ShadowcatError('tape', `the component asks for ${asked}, which was not recorded so: ${known}; record again, or use --state live`, { facts })
}

/** The candidate that has most of its beginning and end in common with a text; nothing when there is none. */
export function mostAlike<T>(text: string, candidates: readonly T[], textOf: (candidate: T) => string): T | undefined {
  let best: T | undefined
  let most = -1
  for (const candidate of candidates) {
    const common = inCommon(text, textOf(candidate))
    if (common > most) [best, most] = [candidate, common]
  }
  return best
}

/** Characters; longer texts of the same worth count less. */
function inCommon(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start++
  let end = 0
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return start + end + 1 / (1 + b.length)
}
