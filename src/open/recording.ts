import { existsSync } from 'node:fs'

import { type ForwardOptions, forward } from '../proxy/forward.ts'
import { type RunScriptOptions, type ScriptRun, runScript } from '../proxy/run-script.ts'
import type { SessionEnd } from '../proxy/session.ts'
import type { Recorded, Recorder, RecorderOptions } from '../tape/recorder.ts'
import { createMemoryPair } from '../transport/memory.ts'
import { packageVersion } from '../version.ts'

/** What came of a recording: the tape, or the journal that is left when the session did not end well. */
export type Outcome = { tape?: Recorded; journal?: string; warnings: readonly string[] }

type Recording = Omit<RecorderOptions, 'now'> & {
  /** Told at the start what should be known then; without it that is among the outcome's warnings. */
  onwarning?: (warning: string) => void
}

/** Forwards one client to an upstream, and records when a tape is named. */
export async function forwardRecorded(options: Omit<ForwardOptions, 'taps'>, recording: Recording | undefined): Promise<{ end: SessionEnd; outcome?: Outcome }> {
  if (!recording) return { end: await forward(options) }
  const recorder = await begin(recording)
  const end = await forward({ ...options, taps: (ordinal) => [recorder.session(ordinal, options.upstream)] })
  return { end, outcome: await conclude(recorder, recording, end) }
}

export type RecordOptions = Omit<RunScriptOptions, 'taps' | 'pair' | 'clientInfo'> & { recording: Recording }

/** Runs a script against an upstream and records it. Rejects when the upstream cannot be started or the tape not be written. */
export async function record({ recording, ...options }: RecordOptions): Promise<ScriptRun & { outcome: Outcome }> {
  const recorder = await begin(recording)
  try {
    const run = await runScript({ ...options, pair: createMemoryPair(), taps: [recorder.session(1, options.upstream)], clientInfo: { name: 'shadowcat', version: packageVersion() } })
    return { ...run, outcome: await conclude(recorder, recording, run.end) }
  } catch (error) {
    recorder.abandon()
    throw error
  }
}

async function begin(recording: Recording): Promise<Recorder> {
  const { createRecorder } = await import('../tape/recorder.ts')
  const recorder = createRecorder(recording)
  if (recording.onwarning) recorder.warnings.forEach(recording.onwarning)
  return recorder
}

/** A session that did not end well replaces no tape: its journal stays, and `tape recover` makes one of it. */
async function conclude(recorder: Recorder, { path, onwarning }: Recording, { by, error }: SessionEnd): Promise<Outcome> {
  const warnings = onwarning ? [] : recorder.warnings
  if (by === 'tap') {
    recorder.leave()
    return { warnings, journal: recorder.journal }
  }
  if (!recorder.heard) {
    recorder.abandon()
    return { warnings: [...warnings, 'the server said nothing, so no tape was made'] }
  }
  if (error && existsSync(path)) {
    recorder.leave()
    return { warnings, journal: recorder.journal }
  }
  const tape = await recorder.close()
  return { warnings, tape }
}

