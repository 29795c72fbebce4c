import type { Exchanged } from '../world/exchange.ts'
import type { AskedFile } from '../world/recorded-files.ts'
import type { Use } from '../world/world.ts'
import type { Failure } from './failure.ts'
import type { CallAnswer } from './host.ts'

/** One call of a component, and what it used of the world. Plain data. */
export type Observed = {
  tool: string
  component: string
  /** Every use, in order; the first 10,000. */
  trace: Use[]
  /** How many there were. */
  uses: number
  passes: number
  exchanged: Exchanged[]
  asked: AskedFile[]
  /** Why the call gave no result. */
  failure?: Failure
}

/** What is told of a call; nothing of one that did not come to run a component. */
export function toObserved(tool: string, { component, outcome }: CallAnswer): Observed | undefined {
  if (component === undefined || !outcome) return undefined
  const { trace, uses, passes, exchanged, asked } = outcome
  return { tool, component, trace, uses, passes, exchanged, asked, ...('failure' in outcome && { failure: outcome.failure }) }
}
