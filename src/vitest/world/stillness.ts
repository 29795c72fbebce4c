import { clearTimeout, realElapsed, setImmediate, setTimeout } from '../../real.ts'

/** Tells when a test has come to rest, so that nothing but a timer can bring it on. */
export type Stillness = {
  /** Resolves at rest, or when what is in flight has taken, by the machine's time, as long as the next timer has to go. */
  settled(): Promise<void>
  /** So many more, or fewer, answers are to come. */
  pending(change: number): void
  /** What is waited for, or the next timer, is another: how long it takes is counted anew. */
  changed(): void
  /** Lets go whoever waits. */
  close(): void
}

/** Turns of the event loop without anything in flight after which a test is at rest: an answer may take one for each of its steps. */
const quietTurns = 3
/** Milliseconds between looks at what is in flight: files tell nobody when they are done, all else does. */
const [soon, later] = [1, 20]

/** `untilNext` is how many milliseconds the next timer has to go; Infinity when there is none. */
export function createStillness(untilNext: () => number): Stillness {
  let [waiting, closed] = [0, false]
  let busySince: number | undefined
  let wake: (() => void) | undefined

  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns && !isClosed(); ) {
      const files = filesAreBusy()
      if (waiting === 0 && !files) {
        busySince = undefined
        await turn()
        quiet++
        continue
      }
      busySince ??= realElapsed()
      const left = untilNext() - (realElapsed() - busySince)
      if (left <= 0) return
      quiet = 0
      await rest(Math.min(left, files ? soon : later))
    }
  }
  const isClosed = (): boolean => closed
  async function rest(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, milliseconds)
    wake = resolve
    await promise
    clearTimeout(timer)
  }
  function changed(): void {
    busySince = undefined
    wake?.()
  }

  return {
    settled,
    changed,
    pending(change) {
      waiting += change
      changed()
    },
    close() {
      closed = true
      changed()
    },
  }
}

/** One turn of the event loop, with what promises bring about. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Requests to the thread pool, each of which is answered without any timer; a file that has been read is closed before that is told. */
const fileRequests = /^(?:FSReq|CloseReq|GetAddrInfoReq|GetNameInfoReq)/

function filesAreBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => fileRequests.test(name))
}
