/** A recording as an upstream: answers as the recorded server did, and says what it could not answer. */
import { ignoring } from '../canonical.ts'
import type { Message } from '../message.ts'
import type { Entry, Recording } from '../tape/entry.ts'
import type { Redactor } from '../tape/redact.ts'
import type { Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import type { Repeat } from './match.ts'
import type { Miss } from './miss.ts'
import { type SessionPlan, createPlans } from './plan.ts'
import { Playing } from './playing.ts'
import { createSelection } from './selection.ts'
import { type Timers, type Timing, realTimers } from './timing.ts'

export type PlayerOptions = {
  /** JSON pointers from a message's root into what may vary, such as `/params/arguments/now`. */
  ignore?: readonly string[] | undefined
  /** What answers a call that was asked more often than recorded; `none` (a miss) unless given. */
  repeat?: Repeat | undefined
  /** `none`: at once. `recorded`: in the recorded time. A number: in so many times the recorded time, 0.5 being half of it. */
  timing?: Timing | undefined
  /** What redacts the live messages, as the tape was redacted. */
  redactor?: Redactor | undefined
  /** A live server that is asked what the tape does not answer. Opened at the first miss. */
  onMiss?: Upstream | undefined
  /** Milliseconds that keep an answer apart from the notifications before it, where nothing else does; none unless given. */
  pace?: number | undefined
  timers?: Timers | undefined
  /** Told which recorded request a live one is answered as. */
  onplay?: ((live: Message, recorded: Entry) => void) | undefined
}

export type Player = Upstream & {
  /** What was asked and not recorded, in order, over all live sessions. */
  readonly misses: readonly Miss[]
  /** What people should know: other redaction rules, another protocol version, calls that were forwarded. Each once. */
  readonly warnings: readonly string[]
  /** The recorded calls that were never asked for. */
  unused(): Entry[]
}

/** A player of this recording, which it never changes. Each `open` is a session of its own. */
export function createPlayer(recording: Recording, options: PlayerOptions = {}): Player {
  const { repeat = 'none', timing = 'none', pace = 0, timers = realTimers, redactor, onMiss, onplay } = options
  const ignore = ignoring(options.ignore ?? [])
  const plans = createPlans(recording, ignore)
  const select = createSelection(plans)
  const used = new Set<number>()
  const misses: Miss[] = []
  const warnings = new Set<string>()
  let sessions = 0
  if (redactor && recording.redaction !== undefined && recording.redaction !== redactor.hash) {
    warnings.add('the tape was redacted under other rules than those of this replay: calls that hold secrets may miss')
  }

  return {
    describe: () => ({ kind: 'tape', recorded: recording.sessions.map(({ upstream }) => upstream) }),
    open: (): Transport =>
      new Playing({
        session: ++sessions,
        select,
        ignore,
        repeat,
        timing: { factor: timing === 'none' ? 0 : timing === 'recorded' ? 1 : timing, timers, pace },
        redactor,
        onMiss,
        used,
        missed: (miss) => void misses.push(miss),
        warn: (text) => void warnings.add(text),
        onplay,
      }),
    misses,
    get warnings() {
      return [...warnings]
    },
    unused: () => plans.flatMap(({ calls }: SessionPlan) => calls.filter(({ entry }) => !used.has(entry.id)).map(({ entry }) => entry)),
  }
}
