/** Which test a request belongs to. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type WorldStore, worldStore } from '../world/als.ts'
import type { Site } from '../session/site.ts'

/** A request that `fetch` was called for. */
export type Asked = {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly site: Site
  /** Set when its connection was refused: why. */
  refused?: Error | undefined
  /** Set while the tape records it, for which it may go out. */
  readonly recorded?: boolean
}

/** What a running test does with HTTP. */
export type Running = {
  /** Stands for its test alone: no other one runs beside it. */
  readonly alone: boolean
  /** Whether what nothing answers is refused. */
  readonly strict: boolean
  fetch(asked: Asked, args: Parameters<typeof fetch>): Promise<Response>
  /** A connection is about to be made for a request that nothing answered: the error that refuses it, or nothing to let it pass. */
  refuse(request: { method?: string; url: string; site: Site }): Error | undefined
}

const byStore = new WeakMap<WorldStore, Running | undefined>()
const all = new Set<Running>()

/** Makes the test of `store` a running one, until what is returned is called. */
export function enter(store: WorldStore, running: Running): () => void {
  byStore.set(store, running)
  all.add(running)
  return () => {
    // The store stays known: what a test leaves behind is no request of the next.
    byStore.set(store, undefined)
    all.delete(running)
  }
}

/** The test that runs here; where asynchronous storage tells none, as in a server that was started before, the only one there is. */
export function runningTest(): Running | undefined {
  const store = worldStore()
  if (store && byStore.has(store)) return byStore.get(store)
  const [only] = all
  return all.size === 1 && only!.alone ? only : undefined
}

const storage = new AsyncLocalStorage<Asked>()

/** What was sent and is not answered yet, with the test whose it is. */
const inFlight = new Map<Asked, Running | undefined>()

/** Runs what sends a request; connections made in it are its. Where a promise is returned, the request is in flight until that is settled. */
export function sending<T>(asked: Asked, send: () => T): T {
  const land = (): void => void inFlight.delete(asked)
  inFlight.set(asked, runningTest())
  let result: T
  try {
    result = storage.run(asked, send)
  } catch (error) {
    land()
    throw error
  }
  if (isPromise(result)) result.then(land, land)
  else land()
  return result
}

/** Of whatever context: pools may have one for each file. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === 'function'
}

/**
 * The request for which a connection to this host is being made, and its test. A client that keeps its connections makes the next one where the last
 * was lost, which may have been in a test before: what is in flight counts more than what asynchronous storage tells.
 */
export function connecting(host: string): { asked: Asked | undefined; running: Running | undefined } {
  const here = asking()
  const asked = here && inFlight.has(here) ? here : ([...inFlight.keys()].find(({ url }) => new URL(url).hostname.replace(/^\[|\]$/g, '') === host) ?? here)
  return { asked, running: asked && inFlight.has(asked) ? inFlight.get(asked) : runningTest() }
}

/** The request that is being sent here. */
export function asking(): Asked | undefined {
  return storage.getStore()
}
