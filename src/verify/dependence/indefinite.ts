/** Calls that cannot be made deterministic, and why. */
import { sourcesOf } from '../../world/variation.ts'
import type { Use } from '../../world/world.ts'
import type { Answered } from './converse.ts'
import type { Indefinite } from './dependences.ts'
import { placesBetween } from './places.ts'

/** By the number of the call. `again` is the same run in the same world. */
export function indefiniteCalls(first: readonly Answered[], again: ReadonlyMap<number, Answered>): Map<number, Indefinite> {
  const found = new Map<number, Indefinite>()
  for (const answered of first) {
    const indefinite = indefiniteIn(answered, again.get(answered.call.number))
    if (indefinite) found.set(answered.call.number, { ...indefinite, call: answered.call.number })
  }
  return found
}

function indefiniteIn({ answer, observed }: Answered, again: Answered | undefined): Omit<Indefinite, 'call'> | undefined {
  const { kind, message = '' } = observed?.failure ?? {}
  if (kind === 'indefinite') return { reason: 'asks', message }
  if (kind === 'time') return { reason: 'time', message: overTime(observed!.trace, message) }
  const [place] = again && observed ? placesBetween(answer, again.answer) : []
  if (!place) return undefined
  const { pointer } = place
  return { reason: 'differs', pointer, message: `run again in the same world, it answers otherwise at ${pointer || 'the whole message'}` }
}

/** So many readings in one call are no measuring. */
const manyReadings = 1000

/** While the clock is held, a loop that waits for it to move waits for ever. */
function overTime(trace: readonly Use[], message: string): string {
  const readings = trace.filter((use) => sourcesOf(use).includes('clock') && use.function === 'now').length
  if (readings < manyReadings || readings < trace.length / 2) return `${message}: how far it came depends on the machine`
  return `${message}, reading the clock over and over: while that is held it does not move; give it a tick, such as --tick 1ms`
}
