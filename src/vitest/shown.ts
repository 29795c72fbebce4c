import { relative, sep } from 'node:path'

/** A path as people are shown it, from a folder and with `/` on every system. */
export function shownPath(path: string, from: string): string {
  return relative(from, path).split(sep).join('/')
}
