/** The lines under vitest's own. */
import type { Palette } from '../../palette.ts'
import { shellWord } from '../../shell.ts'
import { counted, formatDuration } from '../../units.ts'
import type { Settings, Tally } from '../settings.ts'
import { shownPath } from '../shown.ts'
import type { Orphan } from './orphans.ts'

/** What came of a run; paths are absolute. */
export type Facts = {
  tallies: readonly Tally[]
  orphans: readonly Orphan[]
  journals: readonly string[]
  update: Settings['update']
  /** The variable by which CI was detected, where that is why nothing is recorded. */
  ci?: string | undefined
  /** Paths are shown from here, but in commands from where they are given. */
  root: string
  cwd: string
}

/** Nothing when there is nothing to say. */
export function summarise(facts: Facts, palette: Palette): string[] {
  const rows = [...withheldRows(facts, palette), ...orphanRows(facts, palette), ...journalRows(facts, palette), ...callRows(facts, palette)]
  const titles = rows.map(({ title = '' }, index) => (rows.slice(0, index).some((row) => row.title === title) ? '' : title))
  return rows.length === 0 ? [] : [...rows.map(({ text }, index) => `${palette.dim(`${titles[index]!.padStart(11)} `)} ${text}`), '']
}

type Row = { title?: string; text: string }

function callRows({ tallies }: Facts, { bold, dim, green, red, yellow }: Palette): Row[] {
  const sum = (key: 'recorded' | 'replayed' | 'missed' | 'unused' | 'savedMs'): number => tallies.reduce((total, tally) => total + tally[key], 0)
  const [recorded, replayed, missed, unused, saved] = [sum('recorded'), sum('replayed'), sum('missed'), sum('unused'), sum('savedMs')]
  const parts = [
    missed > 0 && bold(red(`${missed} missed`)),
    unused > 0 && bold(yellow(`${unused} unused`)),
    recorded > 0 && bold(green(`${recorded} recorded`)),
    replayed > 0 && bold(green(`${replayed} replayed`)),
    saved >= leastSaved && `${formatDuration(saved * 1000)} saved`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? [] : [{ title: 'Calls', text: parts.join(dim(' | ')) }]
}

/** Less is noise, in milliseconds. */
const leastSaved = 100

function withheldRows({ tallies, ci }: Facts, { bold, red, dim }: Palette): Row[] {
  const count = tallies.filter(({ withheld }) => withheld).length
  if (count === 0 || ci === undefined) return []
  return [{ title: 'Tapes', text: `${bold(red(`${count} missing`))}${dim(', and none recorded:')} CI was detected by the variable ${ci}` }]
}

function orphanRows({ orphans, update, root }: Facts, { bold, dim, green, red, yellow }: Palette): Row[] {
  if (orphans.length === 0) return []
  const list = listed(orphans.map(({ path }) => path), root, dim)
  if (update === 'all') return [{ title: 'Tapes', text: bold(green(`${orphans.length} removed`)) }, ...list]
  const paint = update === 'none' ? red : yellow
  return [{ title: 'Tapes', text: `${bold(paint(`${orphans.length} orphaned`))}${dim(`, of ${orphans.every(({ why }) => why === 'gone') ? 'tests that are gone' : 'tests that are gone or call nothing'}`)}` }, ...list, { text: `${dim('to remove them:')} ${removal(orphans)}` }]
}

/** A name that no test has keeps all tests from running, and so from being recorded anew: for what is gone that is enough. */
function removal(orphans: readonly Orphan[]): string {
  return orphans.every(({ why }) => why === 'gone') ? 'npx vitest run -u -t "^$"' : 'npx vitest run -u'
}

function journalRows({ journals, cwd }: Facts, { bold, yellow, dim }: Palette): Row[] {
  if (journals.length === 0) return []
  const words = journals.slice(0, mostListed).map((path) => shellWord(shownPath(path, cwd)))
  const more = journals.length > mostListed ? ' …' : ''
  return [
    { title: 'Journals', text: `${bold(yellow(counted(journals.length, 'recording')))}${dim(' broken off')}` },
    { text: `${dim('to keep what was recorded:')} npx shadowcat tape recover ${words.join(' ')}${more}` },
  ]
}

const mostListed = 20

function listed(paths: readonly string[], root: string, dim: Palette['dim']): Row[] {
  const rows = paths.slice(0, mostListed).map((path) => ({ text: `${dim('↳')} ${shownPath(path, root)}` }))
  return paths.length > mostListed ? [...rows, { text: dim(`… and ${paths.length - mostListed} more`) }] : rows
}
