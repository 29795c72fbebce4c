/** Other journals of the same tape: of processes that died, or that record just now. */
import { messageOf } from '../errors.ts'
import { openJournal } from './journal-reader.ts'
import { journalsOf, parseJournalName } from './name.ts'
import { type Owner, isOwned } from './owner.ts'

/** A warning for each journal beside the tape that is not this process's own new one. Neither kind ever blocks a recording. */
export function neighbourWarnings(tape: string): string[] {
  return journalsOf(tape).map((journal) => {
    const { owner, empty } = ownerOf(journal)
    if (owner && isOwned(journal, owner)) return `process ${owner.pid} is recording ${tape} as well: the one that ends first will have its tape there, the other keeps its journal`
    if (empty) return `${journal} was left by a recording that was broken off before it began: delete it`
    return `${journal} was left by a recording that was broken off; make a tape of it: shadowcat tape recover ${journal}`
  })
}

/** What the header says, or the name where the header cannot be read. */
function ownerOf(journal: string): { owner: Owner | undefined; empty?: boolean } {
  try {
    const reader = openJournal(journal)
    reader.close()
    return { owner: reader.header }
  } catch (error) {
    const { pid } = parseJournalName(journal)
    return { owner: pid === undefined ? undefined : { pid }, empty: messageOf(error).includes('nothing to recover') }
  }
}
