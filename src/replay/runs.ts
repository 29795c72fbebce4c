import type { Id, Message } from '../message.ts'
import type { Recorded } from './plan.ts'
import type { Act, Asking, Saying } from './script.ts'
import type { Timers } from './timing.ts'

/** The live request (or batch) that a script answers: its ids and progress tokens stand in the order of the recorded ones. */
export type Asked = { readonly recorded: Recorded; readonly message: Message; readonly ids: readonly Id[]; readonly tokens: readonly (Id | undefined)[] }

/** A script on its way. */
export type Run = {
  readonly script: readonly Act[]
  readonly asked: Asked | undefined
  at: number
  /** When the last thing that it waited for came, in ms. */
  since: number
  /** The requests of the server's that the client has answered, and when. */
  readonly heard: Map<Asking, number>
  /** The live ids that have been answered. */
  readonly answered: Set<Id>
  cancelled: boolean
  /** Whether its answer has been kept apart from what was said before. */
  paced: boolean
  done: boolean
  timer: unknown
}

/** Scripts under way. Each goes on as far as it can at once, and waits for nothing but what its own acts say. */
export type Runs = {
  begin(script: readonly Act[], asked?: Asked): void
  /** The client has answered a request of the server's. */
  hear(run: Run, asking: Asking): void
  cancel(run: Run): void
  /** Ends it where it stands. */
  drop(run: Run): void
  /** The unfinished one that answers a live request. */
  answering(id: Id): Run | undefined
  readonly unfinished: ReadonlySet<Run>
  /** The client says that it has no more to say. */
  end(): void
  close(): void
}

export type RunsOptions = {
  /** How many times the recorded time; 0 is at once. */
  factor: number
  timers: Timers
  /** Milliseconds between a notification about a request and the request's answer; 0 for none. */
  pace: number
  say(run: Run, saying: Saying): void
  owe(run: Run, recordedId: Id): void
}

export function createRuns({ factor, timers, pace, say, owe }: RunsOptions): Runs {
  const unfinished = new Set<Run>()
  const byId = new Map<Id, Run>()
  let ended = false

  function now(): number {
    return factor === 0 ? 0 : timers.now()
  }

  function advance(run: Run): void {
    while (!run.done && run.timer === undefined) {
      const act = run.script[run.at]
      if (!act) return finish(run)
      if (!isDue(run, act)) return
      run.at++
      if (act.act === 'say') say(run, act)
      else if (act.act === 'owe' && !run.cancelled) owe(run, act.id)
    }
  }

  function isDue(run: Run, act: Act): boolean {
    if (act.act === 'say') return factor === 0 ? isApart(run, act) : isTime(run, act)
    if (act.act === 'hold') return ended || run.cancelled
    if (act.act === 'owe') return true
    const heard = run.heard.get(act.asking)
    run.since = heard ?? run.since
    return heard !== undefined
  }

  function isTime(run: Run, { delay }: Saying): boolean {
    const left = run.since + (delay / 1000) * factor - now()
    if (left > 0) wait(run, left)
    return left <= 0
  }

  /** Clients of the MCP SDK drop the progress of a call whose answer comes in the same chunk. */
  function isApart(run: Run, { answers }: Saying): boolean {
    const before = run.script[run.at - 1]
    if (pace === 0 || run.paced || !answers || before?.act !== 'say' || before.message.kind !== 'notification') return true
    run.paced = true
    wait(run, pace)
    return false
  }

  function wait(run: Run, ms: number): void {
    run.timer = timers.set(() => {
      run.timer = undefined
      advance(run)
    }, ms)
  }

  function finish(run: Run): void {
    run.done = true
    timers.clear(run.timer)
    unfinished.delete(run)
    for (const id of run.asked?.ids ?? []) if (byId.get(id) === run) byId.delete(id)
  }

  return {
    begin(script, asked) {
      const run: Run = { script, asked, at: 0, since: now(), heard: new Map(), answered: new Set(), cancelled: false, paced: false, done: false, timer: undefined }
      unfinished.add(run)
      for (const id of asked?.ids ?? []) byId.set(id, run)
      advance(run)
    },
    hear(run, asking) {
      run.heard.set(asking, now())
      advance(run)
    },
    cancel(run) {
      run.cancelled = true
      advance(run)
    },
    drop: finish,
    answering: (id) => byId.get(id),
    unfinished,
    end() {
      ended = true
      for (const run of unfinished) advance(run)
    },
    close() {
      for (const { timer } of unfinished) timers.clear(timer)
      unfinished.clear()
    },
  }
}
