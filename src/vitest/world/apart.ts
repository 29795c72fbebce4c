import { AsyncLocalStorage } from 'node:async_hooks'
import { perWorker } from '../../per-worker.ts'

const storage = perWorker('apart', () => new AsyncLocalStorage<true>())

/**
 * Runs what is not the test's own doing, in the machine's time and with its random numbers: a server that is started, a package that is loaded
 * and draws a number on the way, would else leave the test other numbers when it records than when it replays.
 */
export function apart<T>(act: () => T): T {
  return storage.run(true, act)
}

/** Whether what runs here runs apart from its test. */
export function isApart(): boolean {
  return storage.getStore() === true
}
