/** The HTTP of one test: what nothing answers, and what is recorded and played. */
import { servesComponent } from '../../world/exchange.ts'
import type { Settings } from '../settings.ts'
import { placeError } from '../session/site.ts'
import type { WorldStore } from '../world/als.ts'
import { connectIsPlain, holdConnect, isRefusal } from './connect.ts'
import { fetchIsPlain, holdFetch, passOn } from './fetch.ts'
import { HttpMiss, type HttpTape } from './http-tape.ts'
import { type Asked, type Running, enter, sending } from './running.ts'
import { unhandledError, unhandledWarning } from './unhandled.ts'

export type CaptureOptions = {
  /** What `enterWorldStore` gave. */
  store: WorldStore
  settings: Pick<Settings, 'onUnhandledRequest'>
  /** Where `http` is `record`. */
  tape?: HttpTape | undefined
  /** No other test runs beside this one. */
  alone: boolean
  /** Takes secrets out of what errors say. */
  redact: (text: string) => string
}

export type Capture = {
  /** The requests that nothing answered, or that were not recorded: as errors, in order, also where the code under test caught them. */
  readonly misses: readonly Error[]
  /** Gives the test the network again. May be called more than once. */
  leave(): void
}

/** Watches the HTTP of the test of `store` until `leave`. */
export function captureHttp({ store, settings: { onUnhandledRequest: policy }, tape, alone, redact }: CaptureOptions): Capture {
  const misses: Error[] = []
  const warned = new Set<string>()
  const note = (error: Error): Error => {
    misses.push(error)
    return error
  }

  function refuse(request: Parameters<Running['refuse']>[0] & Partial<Asked>): Error | undefined {
    if (request.recorded || policy === 'bypass' || (servesComponent() && isUnmocked())) return undefined
    if (policy === 'error') return note(unhandledError(request, redact))
    const warning = unhandledWarning(request, redact)
    if (!warned.has(warning)) console.warn(warning)
    warned.add(warning)
    return undefined
  }

  async function pass(asked: Asked, args: Parameters<typeof fetch>): Promise<Response> {
    try {
      return await sending(asked, () => passOn(args))
    } catch (error) {
      const cause = (error as { cause?: unknown } | null)?.cause
      if (!asked.refused && policy === 'error' && (isRefusal(error) || isRefusal(cause))) asked.refused = refuse(asked)
      throw asked.refused ? failed(asked.refused, asked) : error
    }
  }

  async function play(asked: Asked, args: Parameters<typeof fetch>): Promise<Response> {
    try {
      return await tape!.answer(new Request(...args), (request) => sending({ ...asked, recorded: true }, () => passOn([request])))
    } catch (error) {
      throw error instanceof HttpMiss ? failed(note(placeError(error, asked.site)), asked) : error
    }
  }

  const undo = [holdFetch(), holdConnect(), enter(store, { alone, strict: policy === 'error', refuse, fetch: (asked, args) => (tape && !servesComponent() ? play : pass)(asked, args) })]
  return {
    misses,
    leave() {
      for (const step of undo.splice(0).toReversed()) step()
    },
  }
}

/** As fetch fails, but in words that a library which tries again does not take for a network that is down for a moment. */
function failed(cause: Error, { site }: Asked): TypeError {
  return placeError(new TypeError(`fetch failed: ${cause.message}`, { cause }), site)
}

const isUnmocked = (): boolean => fetchIsPlain() && connectIsPlain()
