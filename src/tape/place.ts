/** Where a tape may go, and how it gets there: whole or not at all. */
import { accessSync, chmodSync, constants, existsSync, linkSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, basename, resolve } from 'node:path'
import { ShadowcatError, systemCode } from '../errors.ts'
import { equalTapes } from './equal.ts'
import { toTapeError } from './failure.ts'
import { identify } from './identify.ts'
import { type Tape, openTape } from './reader.ts'
import { checkVersion } from './schema.ts'

/** What stood at a path when it was looked at, to know later whether another has written there. */
export type Mark = string | undefined

/**
 * The absolute path of a tape that may be written: nothing is there, or a tape is (the one that a link leads to).
 * Throws a ShadowcatError: 'usage' for a folder, another file, or a folder that is missing; 'tape' where one may not write; 'version' over a newer tape.
 */
export function checkTarget(path: string): string {
  const wanted = resolve(path)
  const folder = dirname(wanted)
  const facts = { path }
  const identity = identify(wanted)
  if (identity.kind === 'other') throw new ShadowcatError('usage', `will not write a tape over ${path}: it is ${identity.seems}; choose another name, or move it away`, { facts })
  const folderStat = statSync(folder, { throwIfNoEntry: false })
  if (!folderStat) throw new ShadowcatError('usage', `cannot write ${path}: there is no folder ${folder}; make it first`, { facts })
  if (!folderStat.isDirectory()) throw new ShadowcatError('usage', `cannot write ${path}: ${folder} is no folder`, { facts })
  if (identity.kind === 'tape') checkVersion(identity.version, path)
  const target = identity.kind === 'tape' ? realpathSync(wanted) : join(realpathSync(folder), basename(wanted))
  try {
    accessSync(dirname(target), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw toTapeError(error, `cannot write ${path} into ${dirname(target)}`)
  }
  return target
}

export function markOf(path: string): Mark {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat && `${stat.dev}:${stat.ino}:${stat.mtimeNs}:${stat.size}`
}

/** Puts a finished file in the place of a tape, unless that tape is equal: then it stays and the new file goes. Says whether they were equal. */
export function replaceTape(built: string, target: string): boolean {
  if (isEqual(built, target)) {
    rmSync(built)
    return true
  }
  const old = statSync(target, { throwIfNoEntry: false })
  if (old) chmodSync(built, old.mode & 0o777)
  renameSync(built, target)
  return false
}

/** Puts a finished file where nothing is. Says whether it could: false when something is there by now. */
export function addTape(built: string, target: string): boolean {
  try {
    linkSync(built, target)
    rmSync(built)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    // file systems without hard links: nearly as good
    if (existsSync(target)) return false
    renameSync(built, target)
    return true
  }
}

/** Whether a finished file is an equal recording to what stands at a path. An old tape that cannot be read is equal to nothing: recording anew is how it is mended. */
export function isEqual(built: string, target: string): boolean {
  if (identify(target).kind !== 'tape') return false
  const fresh = openTape(built)
  let old: Tape | undefined
  try {
    old = openTape(target)
    return equalTapes(fresh, old)
  } catch (error) {
    if (error instanceof ShadowcatError) return false
    throw error
  } finally {
    fresh.close()
    old?.close()
  }
}
