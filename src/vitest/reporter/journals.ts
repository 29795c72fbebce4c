/** Recordings that were broken off: journals whose processes have gone. */
import { ShadowcatError } from '../../errors.ts'
import { openJournal } from '../../tape/journal-reader.ts'
import { parseJournalName } from '../../tape/name.ts'
import { isOwned } from '../../tape/owner.ts'

/** Of these journals those that no process writes any more. Asked when no test runs: workers that are threads have this process's number. */
export function abandoned(journals: readonly string[]): string[] {
  return journals.filter((path) => !isWritten(path))
}

function isWritten(path: string): boolean {
  const { pid } = parseJournalName(path)
  try {
    const reader = openJournal(path)
    reader.close()
    return isOwned(path, reader.header)
  } catch (error) {
    // Cut off before its header was whole, or put in its tape's place at this moment: then its name must do.
    if (!(error instanceof ShadowcatError)) throw error
    return pid !== undefined && isOwned(path, { pid })
  }
}
