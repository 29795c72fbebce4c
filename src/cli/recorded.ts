import { relative } from 'node:path'
import type { ShadowcatError } from '../errors.ts'
import { stringifyJson } from '../json.ts'
import type { Outcome } from '../open/recording.ts'
import { counted } from '../units.ts'
import { print, printError, printWarning } from './terminal.ts'

/** Flags of every command that records. */
export const recordingFlags = {
  'with-components': { describes: "keep the components' bytes in the tape, so that it stands alone" },
} as const

/** Says on stderr what became of a recording, and why it ended when it should not have. */
export function reportOutcome({ tape, journal, warnings }: Outcome, error: ShadowcatError | undefined): void {
  for (const warning of warnings) printWarning(warning)
  if (tape) print(`${tape.same ? 'unchanged' : 'recorded'} ${shortPath(tape.path)}: ${counted(tape.entries, 'message')}${tape.sessions > 1 ? ` in ${tape.sessions} sessions` : ''}`)
  if (error) printError(error.message)
  // a recorder that failed has said it already
  if (journal && !error?.message.includes(journal)) print(`no tape was made of it; what was recorded is kept: shadowcat tape recover ${shortPath(journal)}`)
}

/** The same for programs. */
export function outcomeJson({ tape, journal }: Outcome, facts: object = {}): string {
  return `${stringifyJson({ tape: tape?.path ?? null, same: tape?.same ?? null, messages: tape?.entries ?? 0, journal: journal ?? null, ...facts })}\n`
}

/** From the working directory where it is in it, else whole. */
function shortPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
