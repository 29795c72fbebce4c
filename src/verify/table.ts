import type { Palette } from '../palette.ts'
import { counted } from '../units.ts'
import { type Explained, valuesOf } from './guesses.ts'
import { type Redact, columns, cut, exactJson, harmless, pad } from './printable.ts'

/** How text is laid out: `width` is characters to a line. */
export type Layout = { palette: Palette; redact: Redact; width: number }

/** `calls` says what each call asked, for differences that do not tell by themselves. */
type TableOptions = Layout & { rows: number; calls?: readonly string[] }

/** The most that each of the first columns may take of a line. */
const shares = [0.1, 0.25, 0.35]

/** One line for each difference: its kind (a guess has a question mark) or the cause that was found, call, place, and the two values; past `rows` they are counted. */
export function showTable(differences: readonly Explained[], { rows, calls = [], ...layout }: TableOptions): string[] {
  if (differences.length === 0) return []
  const shown = differences.slice(0, rows).map((difference) => ({ difference, cells: cellsOf(difference, calls, layout.redact) }))
  const widths = shares.map((share, column) => Math.min(Math.floor(layout.width * share), Math.max(...shown.map(({ cells }) => cells[column]!.length))))
  const lines = shown.map(({ difference, cells }) => showRow(difference, cells, widths, layout))
  const left = differences.length - shown.length
  return ['', ...lines, ...(left > 0 ? [layout.palette.dim(`  and ${counted(left, 'difference')} more (--json shows all)`)] : [])]
}

function cellsOf({ kind, guess, cause, call, tool, expectedEntry, actualEntry, pointer }: Explained, calls: readonly string[], redact: Redact): string[] {
  const what = tool ?? (expectedEntry ?? actualEntry)?.message.method ?? calls[(call ?? 0) - 1]?.split(' ')[0] ?? ''
  return [cause?.source ?? `${kind}${guess ? '?' : ''}`, harmless(redact(`${call ?? ''} ${what}`.trim())), harmless(redact(pointer ?? ''))]
}

function showRow(difference: Explained, cells: readonly string[], widths: readonly number[], { palette, redact, width }: Layout): string {
  const left = cells.map((cell, column) => pad(column === 2 ? cutStart(cell, widths[2]!) : cut(cell, widths[column]!), widths[column]!)).join('  ')
  const [expected, actual] = valuesOf(difference).map((value) => (value === undefined ? '–' : harmless(exactJson(value, redact)))) as [string, string]
  const room = Math.max(12, width - columns(left) - 7)
  const before = cut(expected, Math.max(Math.floor(room / 2), room - columns(actual.slice(0, room))))
  return `  ${left}  ${palette.green(before)} ${palette.dim('→')} ${palette.red(cut(actual, room - columns(before)))}`
}

/** Of a pointer the end says most. */
function cutStart(text: string, width: number): string {
  return text.length > width ? `…${text.slice(text.length - width + 1)}` : text
}
