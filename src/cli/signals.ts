import { constants } from 'node:os'

/** Aborts at the first SIGINT, SIGTERM or SIGHUP, so that servers end and tapes are written; a second one ends the process at once. */
export type Interruption = {
  readonly signal: AbortSignal
  /** The exit code that tells of the signal, by the shell's convention; undefined when none came. */
  exitCode(): number | undefined
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens from now on, until the process ends. */
export function onInterruption(): Interruption {
  const controller = new AbortController()
  let code: number | undefined
  for (const name of names) {
    process.on(name, () => {
      const again = code !== undefined
      code = 128 + constants.signals[name]
      if (again) process.exit(code)
      controller.abort()
    })
  }
  return { signal: controller.signal, exitCode: () => code }
}
