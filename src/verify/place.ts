import { copyFile, rm } from 'node:fs/promises'
import { toTapeError } from '../tape/failure.ts'
import { checkTarget, replaceTape } from '../tape/place.ts'

/** Puts a copy of a tape in another's place, whole or not at all. Rejects with a ShadowcatError ('tape', or 'usage' where no tape may be put). */
export async function placeTape(from: string, to: string): Promise<void> {
  const target = checkTarget(to)
  const beside = `${target}.${process.pid}.new`
  try {
    await copyFile(from, beside)
    replaceTape(beside, target)
  } catch (error) {
    await rm(beside, { force: true })
    throw toTapeError(error, `cannot put the new recording in the place of ${to}`)
  }
}
