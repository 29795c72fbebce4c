/** Makes a tape of what a recording that was broken off has left. */
import { existsSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { ShadowcatError } from '../errors.ts'
import { toTapeError } from './failure.ts'
import { openJournal } from './journal-reader.ts'
import { recoveredName } from './name.ts'
import { isOwned } from './owner.ts'
import { addTape, checkTarget, replaceTape } from './place.ts'
import { type BuiltTape, type Progress, buildTape } from './writer.ts'

/**
 * What was recovered. `torn` bytes at the end were a record that its process had not finished: nothing of it was passed on. `damaged` bytes could not
 * be read though they were written: then the journal is kept. Otherwise it is removed, as all that it held is in the tape.
 */
export type Recovered = { path: string; entries: number; sessions: number; torn: number; damaged: number; journal: 'removed' | 'kept' }

export type RecoverOptions = {
  /** Where the tape goes, also over another; `STEM.recovered.tape` beside the journal unless given, and over nothing. */
  output?: string | undefined
  progress?: Progress
}

/**
 * Makes a tape of a journal. Rejects with a ShadowcatError: 'tape' when it is none, is still being written, or cannot be read; 'usage' when
 * something stands where the tape should go; 'version' when a newer shadowcat made it.
 */
export async function recover(journal: string, { output, progress }: RecoverOptions = {}): Promise<Recovered> {
  const source = resolve(journal)
  checkAbandoned(source, journal)
  const wanted = output ?? recoveredName(journal)
  if (output === undefined && existsSync(wanted)) throw standsThere(wanted)
  const target = checkTarget(wanted)
  const built = await buildTape(source, `${target}.${process.pid}.building`, { progress })
  try {
    if (output === undefined) {
      if (!addTape(built.path, target)) throw standsThere(wanted)
    } else replaceTape(built.path, target)
    return { path: wanted, ...factsOf(built), journal: removeUnlessDamaged(source, built) }
  } catch (error) {
    throw toTapeError(error, `cannot write ${wanted}`, `The journal ${journal} stays as it is`)
  } finally {
    rmSync(built.path, { force: true })
  }
}

function checkAbandoned(source: string, journal: string): void {
  const reader = openJournal(source)
  reader.close()
  const { header } = reader
  if (!isOwned(source, header)) return
  const message = `${journal} is still being written by process ${header.pid}, which makes the tape itself when it ends; let it end first`
  throw new ShadowcatError('tape', message, { facts: { path: journal, pid: header.pid } })
}

function factsOf({ entries, sessions, tail }: BuiltTape): Pick<Recovered, 'entries' | 'sessions' | 'torn' | 'damaged'> {
  return { entries, sessions, ...tail }
}

function removeUnlessDamaged(source: string, { tail }: BuiltTape): Recovered['journal'] {
  if (tail.damaged > 0) return 'kept'
  rmSync(source)
  return 'removed'
}

function standsThere(path: string): ShadowcatError {
  return new ShadowcatError('usage', `${path} is there already and is not written over; name another place with --output`, { facts: { path } })
}
