/** Tapes that belong to no test any more, told as vitest tells of obsolete snapshots. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { type Branch, fileStem, keyOf, stemsOf, tapeFolder, tapePath, testsIn } from '../names.ts'
import type { Settings, Tally } from '../settings.ts'

/** A test as vitest's main process knows it. */
export type RanTask = Branch & { readonly tasks?: readonly RanTask[]; readonly mode?: string; readonly result?: { readonly state?: string } | undefined; readonly meta?: { readonly shadowcat?: unknown } }

/** A test file that was collected without an error, in its project. */
export type RanFile = { path: string; task: RanTask; settings: Pick<Settings, 'root' | 'tapes'> }

/** `gone`: no test of this name, or no such file, is left; `unused`: its test passed without it. */
export type Orphan = { path: string; why: 'gone' | 'unused' }

/**
 * Of these tapes those that belong to no test. One is judged when its test file ran; when that is there no more only if `everything` was to run.
 * Tapes that stand elsewhere than in a test file's folder, or were recovered, are someone's own.
 */
export function findOrphans(tapes: readonly string[], { ran, projects, everything }: { ran: readonly RanFile[]; projects: readonly RanFile['settings'][]; everything: boolean }): Orphan[] {
  const claims = new Map<string, Claim[]>()
  for (const file of ran) {
    const folder = tapeFolder(file.settings.tapes, file.settings.root, file.path)
    claims.set(folder, [...(claims.get(folder) ?? []), claimOf(file, folder)])
  }
  return tapes.flatMap((path): Orphan[] => {
    if (path.endsWith('.recovered.tape')) return []
    const folder = dirname(path)
    const claimed = claims.get(folder)
    if (claimed) return judge(path, claimed)
    return everything && isLeft(folder, projects) ? [{ path, why: 'gone' }] : []
  })
}

/** A file that stands in several projects has its tapes from all of them. */
function judge(path: string, claims: readonly Claim[]): Orphan[] {
  if (claims.some(({ kept }) => kept.has(path) || [...kept].some((other) => isSame(path, other)))) return []
  return [{ path, why: claims.some(({ unused }) => unused.has(path)) ? 'unused' : 'gone' }]
}

/** Where upper and lower case are one, a test's tape keeps the name that it was first given. */
function isSame(path: string, other: string): boolean {
  if (folded(path) !== folded(other)) return false
  const [one, two] = [path, other].map((each) => statSync(each, { throwIfNoEntry: false, bigint: true }))
  return one !== undefined && one.ino === two?.ino && one.dev === two.dev
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

type Claim = { kept: ReadonlySet<string>; unused: ReadonlySet<string> }

/** What did not run, or did not pass, may yet need its tape. */
function claimOf({ task, settings }: RanFile, folder: string): Claim {
  const kept = new Set<string>()
  const unused = new Set<string>()
  const tests = testsIn(task)
  const stems = stemsOf(tests.map(keyOf))
  for (const [index, test] of tests.entries()) {
    const tally = tallyOf(test)
    if (tally) kept.add(resolve(settings.root, tally.tape))
    const own = tapePath(folder, stems[index]!)
    ;(passed(test) ? unused : kept).add(own)
  }
  const shared = tapePath(folder, fileStem)
  ;(tests.every(passed) ? unused : kept).add(shared)
  return { kept, unused }
}

/** Whether the test ran to its end, and well. */
export function passed({ mode, result }: RanTask): boolean {
  return mode === 'run' && result?.state === 'pass'
}

/** What the test's fixtures left, if it used any; options of a test may stand at the same place. */
export function tallyOf({ meta }: Pick<RanTask, 'meta'>): Tally | undefined {
  const tally = meta?.shadowcat as Partial<Tally> | undefined
  return typeof tally?.tape === 'string' ? (tally as Tally) : undefined
}

/** Whether a folder was made for a test file that no project has any more. */
function isLeft(folder: string, projects: readonly RanFile['settings'][]): boolean {
  if (!/\.[cm]?[jt]sx?$/.test(folder)) return false
  return !projects.some(({ tapes, root }) => {
    const within = relative(tapes, folder).split(sep)
    if (within[0] === '..') return false
    // The names of folders say nearly all: what was replaced in them is found by looking which file they would be made for.
    const beside = join(root, ...within.slice(0, -1).map((part) => (part === '__' ? '..' : part)))
    return existsSync(beside) && readdirSync(beside).some((name) => tapeFolder(tapes, root, join(beside, name)) === folder)
  })
}
