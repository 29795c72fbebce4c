import { constants } from 'node:os'

/** Aborts at the first SIGINT, SIGTERM or SIGHUP, so that servers end and tapes are written; a second one ends the process at once. */
export type Interruption = {
  readonly signal: AbortSignal
  /** The exit code that tells of the signal, by the shell's convention; undefined when none came. */
  exitCode(): number | undefined
  /** Lets signals end the process by themselves from now on: for work that keeps this thread from hearing of them, and leaves nothing half done. */
  release(): void
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens from now on, until the process ends or it is released. */
export function onInterruption(): Interruption {
  const controller = new AbortController()
  let code: number | undefined
  const listen = (name: NodeJS.Signals): void => {
    const again = code !== undefined
    code = 128 + constants.signals[name]
    if (again) process.exit(code)
    controller.abort()
  }
  for (const name of names) process.on(name, listen)
  return {
    signal: controller.signal,
    exitCode: () => code,
    release() {
      for (const name of names) process.off(name, listen)
    },
  }
}
