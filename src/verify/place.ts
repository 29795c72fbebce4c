import { copyFile, rename, rm } from 'node:fs/promises'
import { toTapeError } from '../tape/failure.ts'

/** Puts a copy of a tape in another's place, whole or not at all. Rejects with a ShadowcatError ('tape'). */
export async function placeTape(from: string, to: string): Promise<void> {
  const beside = `${to}.${process.pid}.new`
  try {
    await copyFile(from, beside)
    await rename(beside, to)
  } catch (error) {
    await rm(beside, { force: true })
    throw toTapeError(error, `cannot put the new recording in the place of ${to}`)
  }
}
