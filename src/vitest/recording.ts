/** Records a test's session. Loaded when something is recorded. */
import { existsSync, mkdirSync, readdirSync, rmSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ShadowcatError, asShadowcatError } from '../errors.ts'
import { openUpstream } from '../open/open.ts'
import type { UpstreamSpecification } from '../open/specification.ts'
import { type Session, createSession } from '../proxy/session.ts'
import { type Recorder, createRecorder } from '../tape/recorder.ts'
import type { Redactor } from '../tape/redact.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import type { Conversation } from './conversation.ts'
import { type Held, choiceOf, factsOf } from './held.ts'
import type { Settings } from './settings.ts'

export type RecordingOptions = {
  settings: Settings
  upstream: UpstreamSpecification
  /** The tape. */
  path: string
  held: Held
  redactor: Redactor
  environment: Readonly<Record<string, string>>
  /** Told what the server says to people, redacted. */
  stderr?: ((text: string) => void) | undefined
}

type Opened = { session: Session; recorder: Recorder }

/** How long what a test has asked and not waited for may still be answered, in ms without an answer. */
const drainTimeout = 5000

/** A live upstream and a recorder, opened when the transport starts. */
export function record(options: RecordingOptions): Conversation {
  const { client, server } = createMemoryPair()
  let opening: Promise<Opened> | undefined
  let opened: Opened | undefined
  let failure: ShadowcatError | undefined
  let ending: Promise<void> | undefined

  const begin = client.start.bind(client)
  const transport: Transport = Object.assign(client, {
    async start() {
      if (ending) throw new ShadowcatError('closed', 'the test is over')
      opening = open(options, server, (made) => (opened = made))
      try {
        await opening
      } catch (error) {
        throw (failure = asShadowcatError(error, 'spawn'))
      }
      await begin()
    },
  })

  async function finish(pace: 'in order' | 'at once'): Promise<void> {
    // A server that is being started is ended as soon as there is something to end.
    if (pace === 'at once') await opened?.session.close()
    await opening?.catch(() => undefined)
    if (!opened) return
    if (pace === 'in order') client.end?.()
    else await opened.session.close()
    const { by, error } = await opened.session.ended
    if (by === 'tap') failure ??= error
  }

  return {
    transport,
    get failure() {
      return failure
    },
    end: (pace) => (ending ??= finish(pace)),
    async keep() {
      if (!opened) return void (existsSync(options.path) && removeTape(options.path))
      if (failure) return opened.recorder.leave()
      if (!opened.recorder.heard) return opened.recorder.abandon()
      await opened.recorder.close()
    },
    discard() {
      opened?.recorder.abandon()
      removeEmpty(dirname(options.path))
    },
  }
}

/** `made` is told at once what there is to end, for what follows may take long. */
async function open({ settings, upstream: specification, path, held, redactor, environment, stderr }: RecordingOptions, client: Transport, made: (opened: Opened) => void): Promise<Opened> {
  const upstream = await openUpstream(specification, {
    world: choiceOf(held, settings.world),
    callTimeout: settings.callTimeout,
    redaction: { rules: settings.redact, environment },
    redact: (text) => redactor.text(text),
    stderr,
  })
  mkdirSync(dirname(path), { recursive: true })
  const recorder = createRecorder({ path, redactor, ...(!('components' in specification) && { world: factsOf(held, settings.world) }) })
  const opened = { recorder, session: sessionWith(upstream, recorder, client, settings) }
  made(opened)
  await opened.session.start()
  await upstream.ready?.()
  return opened
}

function sessionWith(upstream: Upstream, recorder: Recorder, client: Transport, { callTimeout }: Settings): Session {
  const untimed = upstream.untimed?.bind(upstream)
  return createSession({ client, upstream: upstream.open(), taps: [recorder.session(1, upstream)], callTimeout, drainTimeout, ...(untimed && { untimed }) })
}

/** The test says nothing any more. */
function removeTape(path: string): void {
  rmSync(path)
  removeEmpty(dirname(path))
}

/** A folder that was made for a tape which was not. */
function removeEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}
