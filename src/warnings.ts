import { realElapsed } from './real.ts'

/** Warnings that may come by the thousand, such as one for each line that is not JSON. */
export type Warnings = {
  /** Prints it, unless too many came just before: then it is counted. */
  warn(from: string, message: string): void
  /** Tells how many were counted and not told yet. */
  end(): void
}

/** So many of one side are printed within so many milliseconds. */
const most = 10
const span = 1000

type Side = { since: number; printed: number; untold: number }

/** Warnings of one session, each with whom it is about. */
export function createWarnings(print: (text: string) => void, now: () => number = realElapsed): Warnings {
  const sides = new Map<string, Side>()

  function tell(from: string, side: Side): void {
    if (side.untold > 0) print(`from the ${from}: ${side.untold} more such warning${side.untold === 1 ? '' : 's'}`)
    side.untold = 0
  }

  return {
    warn(from, message) {
      let side = sides.get(from)
      if (!side || now() - side.since > span) {
        if (side) tell(from, side)
        sides.set(from, (side = { since: now(), printed: 0, untold: 0 }))
      }
      if (side.printed === most) return void side.untold++
      side.printed++
      print(`from the ${from}: ${message}`)
    },
    end() {
      for (const [from, side] of sides) tell(from, side)
    },
  }
}
