/** Real Wassette as an Upstream. */
import { type ShadowcatError, asShadowcatError } from '../errors.ts'
import type { Grace } from '../process/life-cycle.ts'
import { createStdioTransport } from '../transport/stdio.ts'
import type { Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import { type Components, followComponents, isLoad } from './components.ts'
import { componentIds } from './directory.ts'
import { namesOnly } from './flags.ts'
import { type Launch, findWassette, isModern, planLaunch, withDirectory } from './launch.ts'
import { type Loading, followLoading, loadingEnvironment } from './loading.ts'
import { type Compiled, type Restoration, prepareRestoration } from './restore.ts'

export type WassetteOptions = {
  /** The binary; else WASSETTE_BIN, else `wassette` on PATH. */
  path?: string | undefined
  /** Wassette's own flags, handed on as they are but for the component directory's, which is mapped to the name that its version knows. */
  args?: readonly string[] | undefined
  /** Set on top of this process's own environment; `undefined` takes a variable away. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  cwd?: string | undefined
  componentDir?: string | undefined
  /** Whether a recording is to hold the components' bytes. */
  keepBytes?: boolean | undefined
  /** Told what Wassette writes to stderr, redacted, whole lines. */
  stderr?: ((text: string) => void) | undefined
  redact?: ((text: string) => string) | undefined
  grace?: Partial<Grace> | undefined
}

/** It does not end when its stdin does. */
const wassetteGrace: Grace = { stdin: 0, term: 2000 }

/** Finds Wassette and asks its version. Rejects with a ShadowcatError: 'spawn' when there is none, 'usage' for flags that contradict each other. */
export async function wassetteUpstream(options: WassetteOptions = {}): Promise<Upstream> {
  const environment = { ...process.env, ...options.env }
  const found = await findWassette(options.path, environment, options.cwd)
  const launch = planLaunch(found, options.args ?? [], { componentDir: options.componentDir, env: environment, cwd: options.cwd })
  const { hidden, ...logging } = loadingEnvironment(environment['RUST_LOG'])
  const env = { ...options.env, ...logging }
  const compiled: Compiled = new Map()
  let restoration: Restoration | undefined
  let place: Place = ownPlace(launch.directory, options)
  let loading: Loading | undefined

  /** Several sessions at once share a directory; the last one that ends takes a restored one with it. */
  function enter(): Place {
    if (place.gone) place = restoredPlace(restoration!, options)
    place.sessions++
    return place
  }

  function open(): Transport {
    const entered = enter()
    const followed = followLoading(componentIds(entered.directory), hidden)
    loading = followed
    const inner = createStdioTransport({
      command: withDirectory(launch, entered.directory),
      cwd: options.cwd,
      env,
      redact: options.redact,
      grace: { ...wassetteGrace, ...options.grace },
      stderr: (text) => {
        const shown = followed.line(text)
        if (shown !== '') options.stderr?.(shown)
      },
    })
    return watchEnd(inner, (error) => {
      followed.gone(error)
      if (--entered.sessions === 0) entered.leave()
    })
  }

  return {
    describe: () => description(found.version, launch, options),
    open,
    async restore(state) {
      restoration = prepareRestoration(state, launch.directory, compiled)
      if (place.sessions === 0) place.leave()
      place = restoredPlace(restoration, options)
    },
    // Before 0.4 it loads first and serves then.
    ready: async (progress) => (isModern(found.version) ? loading?.ready(progress) : undefined),
    initial: () => place.components.initial(),
    annotate: (message, context) => place.components.annotate(message, context),
    untimed: isLoad,
  }
}

/** A component directory in use: by how many sessions, and what follows it. A restored one is gone when it was left. */
type Place = { directory: string; components: Components; sessions: number; gone: boolean; leave(): void }

function ownPlace(directory: string, { keepBytes }: WassetteOptions): Place {
  return { directory, components: followComponents({ directory, keepBytes }), sessions: 0, gone: false, leave: () => undefined }
}

function restoredPlace(restoration: Restoration, { keepBytes }: WassetteOptions): Place {
  const directory = restoration.layOut()
  const components = followComponents({ directory, keepBytes, origins: restoration.origins })
  function leave(): void {
    if (!place.gone) restoration.remove(directory)
    place.gone = true
  }
  const place: Place = { directory, components, sessions: 0, gone: false, leave }
  return place
}

/** Holds no path of this machine and no value that may be a secret. */
function description(version: string, launch: Launch, { env }: WassetteOptions): ReturnType<Upstream['describe']> {
  return { kind: 'wassette', version, flags: namesOnly(launch.flags), environment: Object.keys(env ?? {}).sort() }
}

/** The same transport, with `gone` told once of its end: after `onclose`, or when it could not start. */
function watchEnd(inner: Transport, gone: (error?: ShadowcatError) => void): Transport {
  let over = false
  const end = (error?: ShadowcatError): void => {
    if (!over) gone(error)
    over = true
  }
  const outer: Transport = {
    async start() {
      try {
        await inner.start()
      } catch (error) {
        end(asShadowcatError(error, 'spawn'))
        throw error
      }
    },
    send: (message) => inner.send(message),
    end: () => inner.end?.(),
    close: () => inner.close(),
    pause: () => inner.pause?.(),
    resume: () => inner.resume?.(),
    // Messages go straight to the receiver.
    get onmessage() {
      return inner.onmessage
    },
    set onmessage(receive) {
      inner.onmessage = receive
    },
    get onend() {
      return inner.onend
    },
    set onend(told) {
      inner.onend = told
    },
    get onerror() {
      return inner.onerror
    },
    set onerror(told) {
      inner.onerror = told
    },
  }
  inner.onclose = (error) => {
    outer.onclose?.(error)
    end(error)
  }
  return outer
}
