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

/** Runs what sends a request; connections made in it are its. */
export function sending<T>(asked: Asked, send: () => T): T {
  return storage.run(asked, send)
}

/** The request that is being sent here. */
export function asking(): Asked | undefined {
  return storage.getStore()
}
