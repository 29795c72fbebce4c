/** What stands in a folder of tapes. */
import { existsSync, readdirSync, rmSync, rmdirSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** Tapes and journals, in the folder and in those below it; paths begin with the folder's, and are sorted. */
export type Found = { tapes: string[]; journals: string[] }

export function findFiles(folder: string): Found {
  const found: Found = { tapes: [], journals: [] }
  if (existsSync(folder)) walk(folder, found)
  return { tapes: found.tapes.sort(), journals: found.journals.sort() }
}

function walk(folder: string, found: Found): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) walk(path, found)
    else if (entry.name.endsWith('.tape')) found.tapes.push(path)
    else if (entry.name.endsWith('.journal')) found.journals.push(path)
  }
}

/** Removes tapes, and the folders that are empty then as far as they stand below one of `roots`. */
export function removeTapes(paths: readonly string[], roots: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true })
  for (const folder of new Set(paths.map((path) => dirname(path)))) removeEmpty(folder, roots)
}

function removeEmpty(folder: string, roots: readonly string[]): void {
  if (!roots.some((root) => folder.startsWith(root + sep)) || !existsSync(folder) || readdirSync(folder).length > 0) return
  rmdirSync(folder)
  removeEmpty(dirname(folder), roots)
}
