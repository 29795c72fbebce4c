import type { MatcherResult, MatcherState } from 'vitest'
import { ShadowcatError } from '../../errors.ts'

type Result = Awaited<MatcherResult>

/**
 * The same matcher, which fails where it throws 'usage': on the line that uses it, when negated too, and for `expect.soft`. The stack of what is
 * thrown ends before that line.
 */
export function orRefused<Given extends unknown[]>(matcher: (this: MatcherState, received: unknown, ...given: Given) => MatcherResult): typeof matcher {
  return function (this: MatcherState, received, ...given) {
    try {
      const result = matcher.call(this, received, ...given)
      return result instanceof Promise ? result.catch((error: unknown) => refusal(this, error)) : result
    } catch (error) {
      return refusal(this, error)
    }
  }
}

function refusal({ isNot }: MatcherState, error: unknown): Result {
  if (!(error instanceof ShadowcatError) || error.code !== 'usage') throw error
  return { pass: isNot, message: () => error.message }
}
