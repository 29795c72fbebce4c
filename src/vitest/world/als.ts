import { AsyncLocalStorage } from 'node:async_hooks'
import { perWorker } from '../../per-worker.ts'
import { isApart } from './apart.ts'
import type { Chance } from './chance.ts'
import type { HeldTimers } from './clock.ts'

/** What the globals ask for the running test: each part is absent where the test has the machine's own. */
export type Sources = {
  /** Milliseconds since 1970. */
  now?: () => number
  chance?: Chance
  timers?: HeldTimers
}

/** One test's place in asynchronous storage; `sources` is there while its world is held. */
export type WorldStore = { sources?: Sources | undefined }

const storage = perWorker('storage', () => new AsyncLocalStorage<WorldStore>())

/** The place of the last test beside which no other runs. */
let alone: WorldStore | undefined

/**
 * Makes what the caller does from now on, and the test after it, one test's own. Only right in the synchronous first part of a fixture. Where no
 * other test runs `beside` it, so is what asynchronous storage does not reach: its body after a `beforeEach` that asked first, or what was
 * started before it.
 */
export function enterWorldStore(beside = true): WorldStore {
  const store: WorldStore = {}
  storage.enterWith(store)
  if (!beside) alone = store
  return store
}

/** The running test's place; nothing outside of one. */
export function worldStore(): WorldStore | undefined {
  return storage.getStore() ?? (alone?.sources ? alone : undefined)
}

/** What the running test holds; nothing for what runs apart from it. */
export function heldSources(): Sources | undefined {
  return isApart() ? undefined : worldStore()?.sources
}
