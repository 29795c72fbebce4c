/** Which recorded session a live one gets. */
import type { Exact } from '../json.ts'
import type { Message } from '../message.ts'
import { lacking } from './capabilities.ts'
import type { SessionPlan } from './plan.ts'

/** The first recorded session not yet taken whose first calls fit; when all are taken, it starts over. A session without calls is never taken. */
export type Selection = {
  /** The likeliest for a client of which nothing but its capabilities is known. It is not taken by that. */
  guess(declared?: Exact): SessionPlan
  /** Takes the one that fits the first call, which must be redacted as the tape is. Without any that fits, the first that is free. */
  take(call: Message): SessionPlan
}

/** `plans` holds at least one. */
export function createSelection(plans: readonly SessionPlan[]): Selection {
  const taken = new Set<SessionPlan>()

  function free(): readonly SessionPlan[] {
    const left = plans.filter((plan) => !taken.has(plan))
    return left.some(hasCalls) ? left : plans
  }

  return {
    guess(declared) {
      const candidates = free()
      return candidates.find(({ needs }) => lacking(needs, declared).length === 0) ?? candidates[0]!
    },
    take(call) {
      const candidates = free()
      if (candidates === plans) taken.clear()
      const plan = candidates.find((one) => begins(one, call)) ?? candidates.find(({ groups }) => groups.find(call)) ?? candidates.find(hasCalls) ?? candidates[0]!
      taken.add(plan)
      return plan
    },
  }
}

function hasCalls({ calls }: SessionPlan): boolean {
  return calls.length > 0
}

function begins({ calls, groups }: SessionPlan, call: Message): boolean {
  const [first] = calls
  return first !== undefined && groups.find(call)?.group.items.includes(first) === true
}
