import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ignore } from '../canonical.ts'
import type { EntryDifference } from '../tape/diff.ts'
import type { Recording } from '../tape/entry.ts'
import { checkTarget } from '../tape/place.ts'
import type { Redactor } from '../tape/redact.ts'
import type { Upstream } from '../upstream.ts'
import { type NoiseRule, noiseRules } from '../wassette/noise.ts'
import { callsOf } from './calls.ts'
import type { Explained } from './guesses.ts'
import { diffRecordings } from './compare.ts'
import { withoutIssued } from './issued.ts'
import { placeTape } from './place.ts'
import { type RedriveOptions, type Redriven, redrive } from './redrive.ts'

export type VerifyOptions = Pick<RedriveOptions, 'taps' | 'callTimeout' | 'settle' | 'secrets' | 'progress' | 'signal'> & {
  upstream: Upstream
  /** How often the tape is sent; once when absent. */
  runs?: number | undefined
  /** Places that are left out of the comparison. */
  ignore?: Ignore | undefined
  /** Which known noise of Wassette is left out; all of it when absent, for tapes of Wassette. */
  noise?: ((rule: NoiseRule) => boolean) | undefined
  /** A new redactor for each run. */
  redactor: () => Redactor
  /** The tape's path, when the last run's recording is to take its place if it differs. */
  accept?: string | undefined
}

/** One sending of the tape, and what came back otherwise than recorded. */
export type Run = Omit<Redriven, 'recording'> & {
  differences: Explained[]
  /** How many differences were left out as known noise, by rule. */
  ignored: { rule: string; count: number }[]
}

export type VerifyReport = {
  same: boolean
  /** The tape's calls in order, in words. */
  calls: string[]
  runs: Run[]
  warnings: string[]
  /** The new recording has taken the tape's place. */
  accepted: boolean
}

/** Sends the client side of a recording to an upstream, once or several times, and compares what comes back with what was recorded. */
export async function verify(recording: Recording, options: VerifyOptions): Promise<VerifyReport> {
  if (options.accept !== undefined) checkTarget(options.accept)
  const folder = await mkdtemp(join(tmpdir(), 'shadowcat-verify-'))
  const report: VerifyReport = { same: true, calls: callsOf(recording).titles, runs: [], warnings: [], accepted: false }
  try {
    let path = ''
    for (let number = 1; number <= (options.runs ?? 1); number++) {
      path = join(folder, `run-${number}.tape`)
      report.runs.push(await runOnce({ recording, path, number }, options))
    }
    report.warnings = warningsOf(recording, report.runs)
    report.same = report.runs.every(({ differences, gone }) => differences.length === 0 && gone === undefined)
    if (options.accept !== undefined && !report.same && report.runs.at(-1)!.gone === undefined) {
      await placeTape(path, options.accept)
      report.accepted = true
    }
    return report
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Task = { recording: Recording; path: string; number: number }

async function runOnce({ recording, path, number }: Task, options: VerifyOptions): Promise<Run> {
  const progress = options.progress && ((text: string) => options.progress!((options.runs ?? 1) > 1 ? `run ${number} of ${options.runs}: ${text}` : text))
  const { recording: live, ...facts } = await redrive(recording, options.upstream, { ...options, progress, path, redactor: options.redactor() })
  let ignored: Run['ignored'] = []
  const differences = diffRecordings(recording, live, options.ignore, (all) => {
    const sifted = withoutNoise(withoutIssued(all.filter(isServers)), recording, options)
    ignored = sifted.ignored
    return sifted.kept
  })
  return { ...facts, differences, ignored }
}

/** The client's side is ours, with live ids and what a server that asks for more or less is told: what differs is what the server did. */
function isServers({ expected, actual }: EntryDifference): boolean {
  return (expected ?? actual)?.direction === 'to-client'
}

type Sifted = { kept: EntryDifference[]; ignored: Run['ignored'] }

function withoutNoise(differences: readonly EntryDifference[], recording: Recording, { noise }: VerifyOptions): Sifted {
  const wassette = recording.sessions.some(({ upstream }) => upstream.kind === 'wassette')
  const rules = wassette ? noiseRules.filter((rule) => noise?.(rule) ?? true) : []
  const counts = new Map<string, number>()
  const kept = differences.filter((difference) => {
    const rule = rules.find((candidate) => candidate.matches(difference))
    if (rule) counts.set(rule.name, (counts.get(rule.name) ?? 0) + 1)
    return !rule
  })
  return { kept, ignored: [...counts].map(([rule, count]) => ({ rule, count })) }
}

function warningsOf(recording: Recording, runs: readonly Run[]): string[] {
  const empty = recording.entries.length === 0 ? ['the tape holds no messages: nothing was compared'] : []
  return [...empty, ...new Set(runs.flatMap(({ warnings }) => warnings))]
}
