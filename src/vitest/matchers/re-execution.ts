/** Makes the calls of a test's session again, several times, against the live server. Loaded when a test asks for it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ignoring } from '../../canonical.ts'
import { ShadowcatError } from '../../errors.ts'
import { createMessage } from '../../message.ts'
import { openUpstream, toEmbedded } from '../../open/open.ts'
import { record } from '../../open/recording.ts'
import type { Script } from '../../proxy/script.ts'
import type { Recording } from '../../tape/entry.ts'
import { readTape } from '../../tape/reader.ts'
import type { Redactor } from '../../tape/redact.ts'
import type { Upstream } from '../../upstream.ts'
import { callsOf } from '../../verify/calls.ts'
import { explainFound, sameSources } from '../../verify/dependence/explain.ts'
import { findDependences } from '../../verify/dependence/find.ts'
import type { Explained } from '../../verify/guesses.ts'
import { type VerifyReport, verify } from '../../verify/verify.ts'
import { choiceOf } from '../held.ts'
import type { Call } from '../session/results.ts'
import type { Session } from '../session/session.ts'
import type { Origin } from './origin.ts'
import { newRedactor } from './redaction.ts'

export type ReExecutionOptions = {
  origin: Origin
  /** Which calls are made, in order; of the session's, the first. */
  calls: readonly Call[]
  protocolVersion: Session['protocolVersion']
  /** How often they are made, each time in a new session. */
  runs: number
  signal?: AbortSignal | undefined
}

export type ReExecution = {
  /** The first run. */
  recording: Recording
  /** What the others answered otherwise; with its cause where components were run to find it. */
  differences: Explained[]
  /** The number of each call in `differences`. */
  numbers: readonly number[]
  redactor: Redactor
}

/** Rejects when the server cannot be started, or goes away before it has answered. */
export async function reExecute(options: ReExecutionOptions): Promise<ReExecution> {
  const { origin, runs, signal } = options
  const { settings } = origin
  const redactor = newRedactor(origin)
  const folder = await mkdtemp(join(tmpdir(), 'shadowcat-again-'))
  try {
    const path = join(folder, 'first.tape')
    const { outcome, end } = await record({
      upstream: await open(origin, redactor), script: scriptOf(options.calls), recording: { path, redactor },
      protocolVersion: options.protocolVersion, callTimeout: settings.callTimeout, ...(signal && { signal }),
    })
    signal?.throwIfAborted()
    if (!outcome.tape) throw end.error ?? new ShadowcatError('closed', 'the server has gone before it had answered')
    const recording = readTape(path)
    requireAnswers(recording)
    const numbers = numbersOf(recording)
    if (runs === 1) return { recording, numbers, redactor, differences: [] }
    const upstream = await open(origin, redactor)
    const report = await verify(recording, {
      upstream, runs: runs - 1, ignore: ignoring(settings.ignore), callTimeout: settings.callTimeout, signal,
      redactor: () => newRedactor(origin), secrets: secretsOf(redactor),
    })
    const gone = report.runs.find((run) => run.gone !== undefined)?.gone
    if (gone !== undefined) throw new ShadowcatError('closed', gone)
    const explained = report.same ? report : await explain(report, { recording, upstream, redactor, options })
    return { recording, numbers, redactor, differences: explained.runs.flatMap((run) => run.differences) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function open({ settings, held }: Origin, redactor: Redactor): Promise<Upstream> {
  return openUpstream(settings.upstream!, { world: choiceOf(held, settings.world), callTimeout: settings.callTimeout, redact: (text) => redactor.text(text) })
}

function scriptOf(calls: readonly Call[]): Script {
  const steps = calls.map(({ name, arguments: given }, index) => ({ name, message: createMessage({ jsonrpc: '2.0', id: index + 1, method: 'tools/call', params: { name, arguments: given } }) }))
  return { steps, answers: new Map() }
}

function numbersOf(recording: Recording): number[] {
  const { numberOf } = callsOf(recording)
  return recording.entries.flatMap((entry) => (entry.direction === 'to-server' && entry.message.method === 'tools/call' ? [numberOf(entry)!] : []))
}

/** What shadowcat said in a server's place, that it has gone or was too slow, is no answer to compare. */
function requireAnswers({ entries }: Recording): void {
  const own = entries.find(({ origin, replyTo }) => origin === 'shadowcat' && replyTo !== undefined)
  const { error } = (own?.message.value ?? {}) as { error?: { message?: string } }
  if (own) throw new ShadowcatError('closed', error?.message ?? 'the server has gone before it had answered')
}

function secretsOf({ values }: Redactor): (placeholder: string) => string | undefined {
  return (placeholder) => values.get(placeholder)
}

type Executed = { recording: Recording; upstream: Upstream; redactor: Redactor; options: ReExecutionOptions }

/** Components are run to find the cause; of any other server it is guessed from what differs. */
async function explain(report: VerifyReport, { recording, upstream, redactor, options: { origin, signal } }: Executed): Promise<VerifyReport> {
  const { settings, held } = origin
  if (!settings.upstream || !('components' in settings.upstream)) return report
  const state = (recording.state ?? []).length > 0 ? { state: 'recorded' as const } : {}
  const host = toEmbedded(settings.upstream, { world: choiceOf(held, settings.world), callTimeout: settings.callTimeout, redact: (text) => redactor.text(text), ...state })
  const found = await findDependences(recording, { host, secrets: secretsOf(redactor), signal })
  return explainFound(report, found, { held: sameSources(recording, upstream) })
}
