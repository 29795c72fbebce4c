/** What `verify` does, with a tape and without. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ignoring } from '../canonical.ts'
import { ShadowcatError, messageOf, nearest } from '../errors.ts'
import type { EmbeddedOptions } from '../host/upstream.ts'
import { record } from '../open/recording.ts'
import { paletteFor } from '../palette.ts'
import type { Script } from '../proxy/script.ts'
import type { Recording } from '../tape/entry.ts'
import { readTape } from '../tape/reader.ts'
import type { Redactor } from '../tape/redact.ts'
import type { Upstream } from '../upstream.ts'
import { parseDuration } from '../units.ts'
import type { Dependences } from '../verify/dependence/dependences.ts'
import { explainFound, sameSources } from '../verify/dependence/explain.ts'
import { findDependences } from '../verify/dependence/find.ts'
import { junitXml } from '../verify/junit.ts'
import { requireState } from '../verify/recorded-state.ts'
import { reportJson, reportText } from '../verify/report.ts'
import { secretsFrom } from '../verify/secrets.ts'
import { type VerifyOptions, type VerifyReport, verify } from '../verify/verify.ts'
import { noiseRules } from '../wassette/noise.ts'
import { type Parsed, exit } from './command.ts'
import { readScript } from './script.ts'
import { type Setup, setUp } from './setup.ts'
import { onInterruption } from './signals.ts'
import { chosenState } from './state-flag.ts'
import { columns, createProgress, writeOut } from './terminal.ts'

type Found = { report: VerifyReport; dependences?: Dependences }
/** What both ways of verifying are given; the redactor is that of what is recorded and printed. */
type Given = { redactor: Redactor; findCauses: typeof findDependences; options: Omit<VerifyOptions, 'upstream' | 'runs'> & { callTimeout: number; signal: AbortSignal } }

/** Sends a tape's calls to a server again, and with --causes finds what its tools depend on. Returns the exit code. */
export async function verifyTape(parsed: Parsed, tape: string): Promise<number> {
  const causes = parsed.switches['causes'] === true
  // With another server they are for the search for causes alone.
  const components = parsed.lists['component'] ?? []
  const beside = causes && components.length > 0 && (parsed.rest !== undefined || parsed.texts['upstream']?.startsWith('wassette') === true)
  const setup = await setUp(beside ? { ...parsed, lists: { ...parsed.lists, component: [] } } : parsed, 'shadowcat verify TAPE -- node server.js')
  const recording = readTape(tape)
  const state = chosenState(parsed, setup.specification)
  if (state === 'recorded') requireState(recording, tape)
  return perform(parsed, setup, tape, async ({ options, findCauses }) => {
    const { callTimeout } = options
    const upstream = await setup.open({ keepBytes: recording.loads.some(({ bytes }) => bytes !== undefined), quiet: state === 'live', callTimeout, state })
    const report = await verify(recording, { ...options, upstream, runs: parseCount(parsed.texts['runs'] ?? '1'), ...(parsed.switches['accept'] && { accept: tape }) })
    if (!causes) return { report }
    const host: EmbeddedOptions = { ...setup.host({ quiet: true, callTimeout }), ...(beside && { components }), ...stateOf(recording) }
    const dependences = await findCauses(recording, { ...options, host })
    return { report: explainFound(report, dependences, { held: sameSources(recording, upstream, state) }), dependences }
  })
}

/** Makes the calls of a script in the embedded host, several times, and finds what the tools depend on. Returns the exit code. */
export async function verifyScript(parsed: Parsed, path: string): Promise<number> {
  const setup = await setUp(parsed, 'shadowcat verify --component FILE.wasm --script CALLS.jsonl')
  if (!setup.specification || !('components' in setup.specification)) throw new ShadowcatError('usage', 'verify runs a script in the embedded host: --component FILE.wasm --script CALLS.jsonl; to send it to another server, record it first')
  if (parsed.texts['state'] !== undefined) throw new ShadowcatError('usage', '--state says whether components are told again what a tape says; there is none with --script')
  if (parsed.switches['accept']) throw new ShadowcatError('usage', '--accept puts a new recording in the place of a tape; there is none with --script')
  const script = readScript(path)
  return perform(parsed, setup, path, async (given) => {
    const { options, redactor, findCauses } = given
    const host: EmbeddedOptions = { ...setup.host({ quiet: true, callTimeout: options.callTimeout }), scratch: true }
    const { threadedUpstream } = await import('../host/threads.ts')
    const recording = await recorded(script, threadedUpstream(host), given)
    // The script's own secrets are known, and the recording's are not.
    const own = { ...options, secrets: (placeholder: string) => redactor.values.get(placeholder) ?? options.secrets?.(placeholder) }
    const again: EmbeddedOptions = { ...host, ...stateOf(recording) }
    const report = await verify(recording, { ...own, upstream: threadedUpstream(again), runs: parseCount(parsed.texts['runs'] ?? '20') })
    return { report, dependences: await findCauses(recording, { ...own, host: again }) }
  })
}

/** What came of a script; nothing of it is left on the disk. */
async function recorded(script: Script, upstream: Upstream, { options: { callTimeout, signal, progress }, redactor }: Given): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-verify-'))
  try {
    const path = join(folder, 'script.tape')
    const { end, outcome } = await record({ upstream, script, recording: { path, redactor }, callTimeout, signal, progress: (text) => progress?.(`recording: ${text}`) })
    signal.throwIfAborted()
    if (!outcome.tape) throw end.error ?? new ShadowcatError('closed', 'the script did not run to its end')
    return readTape(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the calls used is told again, where it is known. */
function stateOf({ state = [] }: Recording): Pick<EmbeddedOptions, 'state'> {
  return state.length > 0 ? { state: 'recorded' } : {}
}

/** Does the work, and prints what came of it in the forms that were asked for. */
async function perform(parsed: Parsed, setup: Setup, name: string, work: (given: Given) => Promise<Found>): Promise<number> {
  const { 'call-timeout': limit = '60s', junit, noise } = parsed.texts
  const interruption = onInterruption()
  const progress = createProgress()
  const redactor = setup.createRedactor()
  const options: Given['options'] = {
    ignore: ignoring(setup.ignore),
    noise: chosenNoise(noise),
    callTimeout: parseDuration(limit, '--call-timeout'),
    redactor: setup.createRedactor,
    secrets: secretsFrom(process.env),
    progress: (text) => progress.show(text),
    signal: interruption.signal,
  }
  // Components run in this thread then, and one that does not return would keep signals waiting for the call's limit.
  const findCauses: typeof findDependences = (...args) => {
    interruption.signal.throwIfAborted()
    interruption.release()
    return findDependences(...args)
  }
  if (junit !== undefined) writeReport(junit, '', 'a')
  const found = await work({ options, redactor, findCauses }).catch((error: unknown) => {
    if (!interruption.signal.aborted) throw error
  })
  progress.clear()
  if (!found) return interruption.exitCode()!
  const { report, dependences } = found
  const redact = (text: string): string => redactor.text(text)
  if (junit !== undefined) writeReport(junit, junitXml(report, { name, redact }))
  const layout = { palette: paletteFor(process.stdout), redact, width: columns(process.stdout) }
  const text = parsed.switches['json'] ? reportJson(report, { redact, dependences }) : reportText(report, { ...layout, dependences, script: parsed.texts['script'] !== undefined })
  await writeOut(text.endsWith('\n') ? text : `${text}\n`)
  const indefinite = parsed.texts['script'] !== undefined && dependences!.tools.some(({ verdict }) => verdict === 'indefinite')
  return (report.same || report.accepted) && !indefinite ? exit.good : exit.differs
}

/** Adds nothing before the run, lest its work be lost for a wrong path. */
function writeReport(path: string, text: string, flag: 'w' | 'a' = 'w'): void {
  try {
    writeFileSync(path, text, { flag })
  } catch (cause) {
    throw new ShadowcatError('usage', `cannot write the JUnit report ${JSON.stringify(path)}: ${messageOf(cause)}`, { cause })
  }
}

function parseCount(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new ShadowcatError('usage', `--runs takes a whole number from 1; found ${JSON.stringify(text)}`)
  return number
}

/** `none`, or names of the rules that stay in force. */
function chosenNoise(names: string | undefined): ((rule: { name: string }) => boolean) | undefined {
  if (names === undefined) return undefined
  const known = noiseRules.map(({ name }) => name)
  const chosen = names === 'none' ? [] : names.split(',')
  for (const name of chosen) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new ShadowcatError('usage', `unknown noise ${JSON.stringify(name)}: ${meant ? `did you mean ${meant}?` : `known is ${known.join(', ')}`}`)
  }
  return ({ name }) => chosen.includes(name)
}
