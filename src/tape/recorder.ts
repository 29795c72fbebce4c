/** Writes down what passes: into a journal while sessions run, into a tape when they are over. */
import { hash } from 'node:crypto'
import { rmSync, unlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { ShadowcatError, systemCode } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Message } from '../message.ts'
import { realElapsed as monotonic, realNow } from '../real.ts'
import type { Context, Tap } from '../tap.ts'
import { counted } from '../units.ts'
import type { ComponentLoad, ExternalState, Upstream } from '../upstream.ts'
import { packageVersion } from '../version.ts'
import { toTapeError } from './failure.ts'
import { type Journal, type Write, createJournal } from './journal.ts'
import { redactBytes, redactFacts, redactState } from './kept.ts'
import { expandName, isTemplate, journalName } from './name.ts'
import { neighbourWarnings } from './neighbours.ts'
import { claim, thisProcess } from './owner.ts'
import { addTape, checkTarget, isEqual, markOf, replaceTape } from './place.ts'
import type { Redactor } from './redact.ts'
import { type Progress, buildTape } from './writer.ts'

export type RecorderOptions = {
  /** The tape; `{time}` and `{session}` in its name make a new file for each start. */
  path: string
  redactor: Pick<Redactor, 'message' | 'text' | 'hash'>
  /** Keeps the bytes of components that the upstream hands over. */
  withComponents?: boolean | undefined
  /** Epoch, seed and the like, when they are held; what the upstream says of them, unless given. */
  world?: { [fact: string]: Json } | undefined
  /** Milliseconds since 1970, with a fraction; never goes back. */
  now?: () => number
  /** Told how many messages are in the tape while it is made. */
  progress?: Progress
  /** How the journal is written. */
  write?: Write
}

/** What was made. `same`: the tape that stood there is an equal recording and stays. */
export type Recorded = { path: string; entries: number; sessions: number; same: boolean }

export type Recorder = {
  /** Where the tape will be. */
  readonly path: string
  readonly journal: string
  /** Whether the server has said anything yet. */
  readonly heard: boolean
  /** What stood beside the tape at the start and should be known: journals that were left, another that records just now. */
  readonly warnings: readonly string[]
  /** The tap for one session; its time begins now. What the upstream says of itself is asked before its first message. */
  session(ordinal: number, upstream?: Upstream): Tap
  /** Keeps what the client's side of a session used by itself, in order. */
  state(session: number, items: readonly ExternalState[]): void
  /** Makes the tape, and removes the journal. Rejects with a ShadowcatError ('tape') when it cannot, or when another recording was put there meanwhile: the journal stays. */
  close(): Promise<Recorded>
  /** Makes no tape, and leaves the journal to `tape recover`. */
  leave(): void
  /** Makes no tape, and removes the journal, unless a tape could not be made of it. */
  abandon(): void
}

const origin = performance.timeOrigin

/**
 * Begins a recording. Throws a ShadowcatError at once when it could not end well: 'usage' over a file that is no tape, over a folder or in a missing
 * one; 'tape' where one may not write.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  return new TapeRecorder(options)
}

type State = 'open' | 'left' | 'closing' | 'closed' | 'failed'

class TapeRecorder implements Recorder {
  readonly path: string
  readonly warnings: readonly string[]
  readonly #options: RecorderOptions
  readonly #journal: Journal
  readonly #release: () => void
  readonly #mark: string | undefined
  /** The same object comes with call after call. */
  readonly #policies = new WeakMap<Uint8Array, Uint8Array>()
  #state: State = 'open'
  #heard = false
  #failure: ShadowcatError | undefined
  #closing: Promise<Recorded> | undefined

  constructor(options: RecorderOptions) {
    this.#options = options
    this.path = checkTarget(expandName(options.path))
    this.#mark = markOf(this.path)
    this.warnings = neighbourWarnings(isTemplate(options.path) ? options.path : this.path)
    this.#journal = beginJournal(this.path, options)
    this.#release = claim(this.#journal.path)
  }

  get journal(): string {
    return this.#journal.path
  }

  get heard(): boolean {
    return this.#heard
  }

  session(ordinal: number, upstream?: Upstream): Tap {
    const now = this.#options.now ?? (() => origin + monotonic())
    const begun = now()
    this.#attempt(() => this.#journal.session(this.#describe(ordinal, begun, upstream)))
    let asked = false
    return {
      message: (message, context) => {
        this.#checkOpen()
        if (!asked) {
          asked = true
          for (const load of upstream?.initial?.().components ?? []) this.#load(ordinal, load)
        }
        this.#record(message, context, ordinal, Math.max(0, Math.round((now() - begun) * 1000)), upstream)
        return message
      },
      flush: () => this.#flush(),
      end: () => {
        if (this.#state !== 'open' || this.#failure) return
        this.#attempt(() => this.#journal.end(ordinal))
        this.#flush()
      },
    }
  }

  state(session: number, items: readonly ExternalState[]): void {
    this.#attempt(() => this.#keepState(items, session))
  }

  close(): Promise<Recorded> {
    return (this.#closing ??= this.#close())
  }

  leave(): void {
    if (this.#state !== 'open') return
    if (!this.#failure) this.#flush()
    this.#stop('left')
  }

  abandon(): void {
    if (this.#state !== 'open' && this.#state !== 'left') return
    this.#stop('closed')
    if (!this.#failure) unlinkSync(this.#journal.path)
  }

  #describe(ordinal: number, begun: number, upstream: Upstream | undefined): Parameters<Journal['session']>[0] {
    const world = this.#options.world ?? upstream?.world?.()
    return {
      ordinal,
      startedAt: new Date(begun).toISOString(),
      upstream: redactFacts(upstream?.describe() ?? { kind: 'unknown' }, this.#options.redactor),
      ...(world && { world: redactFacts(world, this.#options.redactor) }),
    }
  }

  #record(message: Message, context: Context, session: number, timestamp: number, upstream: Upstream | undefined): void {
    if (context.direction === 'to-client' && !context.origin) this.#heard = true
    const annotation = upstream?.annotate?.(message, context)
    this.#attempt(() => {
      // Before the answer, as it came before it: placeholders are numbered in the order of what happened.
      if (annotation?.state) this.#keepState(annotation.state)
      this.#journal.entry({
        session,
        timestamp,
        direction: context.direction,
        origin: context.origin,
        late: context.late ?? false,
        component: annotation?.component,
        policy: annotation?.policy && this.#redactPolicy(annotation.policy),
        exchange: context.exchange,
        stream: context.stream,
        eventId: context.eventId,
        bytes: this.#options.redactor.message(message).bytes,
      })
    })
    if (annotation?.loads) for (const load of annotation.loads) this.#load(session, load, this.#journal.entries)
  }

  #keepState(state: readonly ExternalState[], session?: number): void {
    for (const item of state) this.#journal.state(redactState(item, this.#options.redactor), session)
  }

  #load(session: number, { component, uri, digest, policy, initial, bytes }: ComponentLoad, entry?: number): void {
    const kept = this.#options.withComponents ? bytes : undefined
    const known = digest ?? (kept && `sha256:${hash('sha256', kept)}`)
    this.#attempt(() => {
      if (kept) this.#journal.component(known!, kept)
      this.#journal.load({ session, entry, component, uri: this.#options.redactor.text(uri), digest: known, policy: policy && this.#redactPolicy(policy), initial })
    })
  }

  #redactPolicy(policy: Uint8Array): Uint8Array {
    const kept = this.#policies.get(policy) ?? redactBytes(policy, this.#options.redactor)
    this.#policies.set(policy, kept)
    return kept
  }

  #flush(): void {
    this.#attempt(() => this.#journal.flush())
  }

  #checkOpen(): void {
    if (this.#failure) throw this.#failure
    if (this.#state !== 'open') throw new ShadowcatError('tape', `the recording ${this.path} is closed`)
  }

  /** What could not be written once is not tried again: the journal would have a hole. */
  #attempt(write: () => void): void {
    this.#checkOpen()
    try {
      write()
    } catch (error) {
      throw (this.#failure = this.#explain(error))
    }
  }

  #explain(error: unknown): ShadowcatError {
    const { path, written } = this.#journal
    const safe = written === 0 ? 'Nothing was recorded before' : `What was recorded before, ${counted(written, 'message')}, is safe: shadowcat tape recover ${path}`
    const explained = toTapeError(error, `cannot record into ${path}`, safe)
    return new ShadowcatError(explained.code, explained.message, { cause: error, facts: { ...explained.facts, path: this.path, journal: path, safe: written } })
  }

  /** Whatever kept the tape from being made, the recording is there. */
  #withRemedy(error: ShadowcatError): ShadowcatError {
    const { path } = this.#journal
    if (error.message.includes(`recover ${path}`)) return error
    return new ShadowcatError(error.code, `${error.message}; to try again: shadowcat tape recover ${path}`, { cause: error.cause, facts: { ...error.facts, journal: path } })
  }

  #stop(state: State): void {
    this.#state = state
    this.#journal.close()
    this.#release()
  }

  async #close(): Promise<Recorded> {
    if (this.#state !== 'open') throw new ShadowcatError('tape', `the recording ${this.path} was given up`)
    if (this.#failure) {
      this.#stop('failed')
      throw this.#failure
    }
    this.#flush()
    this.#state = 'closing'
    try {
      return await this.#makeTape()
    } catch (error) {
      this.#state = 'failed'
      throw this.#withRemedy(toTapeError(error, `cannot write the tape ${this.path}`, 'The journal stays as it is'))
    } finally {
      this.#journal.close()
      this.#release()
    }
  }

  async #makeTape(): Promise<Recorded> {
    const { path } = this.#journal
    const { path: built, entries, sessions } = await buildTape(path, `${path}.building`, { progress: this.#options.progress })
    try {
      const placed = isTemplate(this.#options.path) ? { path: this.#add(built), same: false } : this.#replace(built)
      unlinkSync(path)
      return { entries, sessions, ...placed }
    } finally {
      rmSync(built, { force: true })
    }
  }

  /** What another put there while this was recorded is never written over: that one would be lost, this one is not. */
  #replace(built: string): { path: string; same: boolean } {
    const { path } = this
    const found = markOf(path)
    if (found === undefined && addTape(built, path)) return { path, same: false }
    if (markOf(path) === this.#mark || isEqual(built, path)) return { path, same: replaceTape(built, path) }
    const { path: journal } = this.#journal
    throw new ShadowcatError('tape', `another recording was put at ${path} meanwhile, and is not written over. This one is safe: shadowcat tape recover ${journal} (with --output ${path} to put it there all the same)`, { facts: { path, journal } })
  }

  /** Another start may have taken the name meanwhile. */
  #add(built: string): string {
    let { path } = this
    while (!addTape(built, path)) path = expandName(this.#options.path)
    return path
  }
}

/** A journal may stand there from an earlier process of the same number, or from another recording of this one. */
function beginJournal(path: string, { redactor, write, now = realNow }: RecorderOptions): Journal {
  const owner = thisProcess()
  const header = { tool: packageVersion(), startedAt: new Date(now()).toISOString(), ...owner, tape: basename(path), redaction: redactor.hash }
  for (let number = 1; ; number++) {
    try {
      return createJournal(journalName(path, owner.pid, number), header, write)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw toTapeError(error, `cannot record into ${journalName(path, owner.pid, number)}`, 'Nothing was recorded')
    }
  }
}
