/** How paths and words are shown to people, in messages and in commands that they copy. */
import { relative, sep } from 'node:path'

/** A path from a folder, with `/` on every system. */
export function shownPath(path: string, from: string): string {
  return relative(from, path).split(sep).join('/')
}

/** A word as a shell takes it: in double quotes, which those of Windows know too, unless only single ones will do. */
export function quoted(word: string): string {
  if (/^[\w./@%+=:,-]+$/.test(word)) return word
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`
}
