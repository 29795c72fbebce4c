import type { Exact } from '../json.ts'
import type { Palette } from '../palette.ts'
import { counted } from '../units.ts'
import type { Dependences } from './dependence/dependences.ts'
import { dependencesJson, dependencesText } from './dependence/report.ts'
import { foundWords } from './dependence/words.ts'
import { type Explained, valuesOf } from './guesses.ts'
import { type Redact, cut, exactJson, harmless, toRaw, wrapped } from './printable.ts'
import { variableFor } from './secrets.ts'
import { type Layout, showTable } from './table.ts'
import type { Run, VerifyReport } from './verify.ts'

export type ReportOptions = {
  palette: Palette
  /** A Redactor's `text`. */
  redact: Redact
  /** Characters to a line. */
  width?: number
  /** What the tools were found to depend on. */
  dependences?: Dependences | undefined
  /** There is no tape: it was a script that was run. */
  script?: boolean
  /** What takes the live answers for the right ones; the command line's flags unless given. */
  remedy?: string | undefined
  /** Rows of the table of differences; the rest is counted. */
  rows?: number
}

/** A report for people: the first difference in full, the others in a table, and at the end the verdict and what may be done. */
export function reportText(report: VerifyReport, { palette, redact, width = 80, rows = 20, dependences, script = false, remedy }: ReportOptions): string {
  const lines = report.warnings.map((warning) => `${palette.yellow('warning:')} ${harmless(redact(warning))}`)
  for (const [index, run] of report.runs.entries()) if (!likePrevious(report.runs, index)) lines.push(...showRun(report, index, run, { palette, redact, width, rows }))
  if (dependences) lines.push(...dependencesText(dependences, { palette, redact, width }), '')
  lines.push(verdict(report, { palette, redact, script, remedy, dependences }))
  return `${lines.join('\n')}\n`
}

function showRun(report: VerifyReport, index: number, run: Run, { palette, redact, width, rows }: Layout & { rows: number }): string[] {
  const alike = report.runs.slice(index).findIndex((_, offset) => offset > 0 && !likePrevious(report.runs, index + offset))
  const last = alike === -1 ? report.runs.length : index + alike
  const which = last - index > 1 ? `runs ${index + 1} to ${last}` : `run ${index + 1}`
  const title = report.runs.length > 1 ? `${which} of ${report.runs.length}: ` : ''
  const again = index > 0 ? likeFirst(report.runs[0]!, run) : undefined
  const [first, ...rest] = again === undefined ? run.differences : []
  return [
    palette.bold(`${title}${counted(run.sent, 'message')} sent, ${again ?? counted(run.differences.length, 'difference')}`),
    ...(first ? [...showFirst(first, report.calls, { palette, redact, width }), ...showTable(rest, { palette, redact, width, rows, calls: report.calls })] : []),
    ...notesOf(run, redact).map(palette.dim),
    ...(run.differences.length > 0 || last === report.runs.length ? [''] : []),
  ]
}

/** Runs in which nothing differs, one after another, are told together. */
function likePrevious(runs: readonly Run[], index: number): boolean {
  const [before, run] = [runs[index - 1], runs[index]!]
  const quiet = ({ differences, gone, unsent, unasked, missing }: Run): boolean => differences.length === 0 && gone === undefined && unsent + unasked + missing === 0
  return before !== undefined && quiet(before) && quiet(run) && before.sent === run.sent
}

/** When a later run differs at the same places as the first: whether in the same way, which chance and time do not do. */
function likeFirst(first: Run, run: Run): string | undefined {
  const places = ({ differences }: Run): string => differences.map(({ call, pointer, kind }) => `${call} ${kind} ${pointer}`).join('\n')
  const values = ({ differences }: Run): string => differences.map((difference) => stringOf(valuesOf(difference)[1])).join('\n')
  if (run.differences.length === 0 || places(first) !== places(run)) return undefined
  return `${counted(run.differences.length, 'difference')} at the same places, with ${values(first) === values(run) ? 'the same values' : 'other values'}`
}

function stringOf(value: Exact | undefined): string {
  return value === undefined ? '' : exactJson(value, (text) => text)
}

/** The report for programs: one line of JSON in which numbers are exact. */
export function reportJson(report: VerifyReport, { redact, dependences }: { redact: Redact; dependences?: Dependences | undefined }): string {
  const runs = report.runs.map((run) => ({
    differences: run.differences.map((difference) => differenceJson(difference, redact)),
    ignored: run.ignored,
    sent: run.sent,
    redacted: run.redacted,
    ...(run.gone !== undefined && { gone: redact(run.gone) }),
  }))
  return JSON.stringify({ same: report.same, runs, ...(dependences && { tools: dependencesJson(dependences, redact), notes: dependences.notes.map(redact) }), ...(report.warnings.length > 0 && { warnings: report.warnings.map(redact) }) })
}

/** One difference for programs; `toRaw` values are exact in JSON.stringify. */
export function differenceJson(difference: Explained, redact: Redact): object {
  const { kind, guess, tool, call, pointer, expected, actual, repeats, cause, unexplained, expectedEntry, actualEntry } = difference
  const [then, now] = valuesOf(difference)
  return {
    tool: tool === undefined ? null : redact(tool),
    pointer: pointer === undefined ? null : redact(pointer),
    kind,
    ...((expected ?? then) !== undefined && { expected: toRaw((expected ?? then)!, redact) }),
    ...((actual ?? now) !== undefined && { actual: toRaw((actual ?? now)!, redact) }),
    ...(guess && { guess }),
    ...(repeats !== undefined && { repeats }),
    ...(cause && { cause: { source: cause.source, component: cause.component, ...cause.use } }),
    ...(unexplained !== undefined && { unexplained: redact(unexplained) }),
    ...(call !== undefined && { call }),
    ...(expectedEntry && { entry: expectedEntry.id }),
    ...(actualEntry && { actualEntry: actualEntry.id }),
  }
}

/** Lines of a value shown in full, at most. */
const mostLines = 24

function showFirst(difference: Explained, calls: readonly string[], { palette, redact, width }: Layout): string[] {
  const [then, now] = valuesOf(difference)
  const show = (value: Exact | undefined, other: Exact | undefined, paint: (text: string) => string): string[] =>
    value === undefined ? [palette.dim('nothing')] : inFull(value, other, redact, width - 14).map(paint)
  return [
    `  first     ${palette.bold(cut(harmless(redact(titleOf(difference, calls))), width - 12))}`,
    ...(difference.pointer === undefined ? [] : [`  at        ${harmless(redact(difference.pointer)) || 'the whole message'}`]),
    ...labelled('which is', wrapped(inWords(difference, redact), width - 12)),
    ...labelled('expected', show(then, now, palette.green)),
    ...labelled('actual', show(now, then, palette.red)),
  ]
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(9)} ${line}`)
}

/** A value on as many lines as it needs; a long text begins shortly before the place where it differs. */
function inFull(value: Exact, other: Exact | undefined, redact: Redact, width: number): string[] {
  const room = width * mostLines
  const whole = harmless(exactJson(value, redact))
  if (whole.length <= width) return [whole]
  if (typeof value === 'string') {
    const start = typeof other === 'string' && whole.length > room ? Math.max(0, firstDifference(redact(value), redact(other)) - 40) : 0
    const text = start > 0 ? `…${whole.slice(start)}` : whole
    return folded(text.length > room ? `${text.slice(0, room - 1)}…` : text, width)
  }
  const lines = harmless(exactJson(value, redact, 2), '\n').split('\n').map((line) => cut(line, width))
  return lines.length > mostLines ? [...lines.slice(0, mostLines), `… ${lines.length - mostLines} lines more`] : lines
}

function folded(text: string, width: number): string[] {
  return Array.from({ length: Math.ceil(text.length / width) }, (_, index) => text.slice(index * width, (index + 1) * width))
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** Which call, by its own words where they are known, and where it stands. */
function titleOf({ call, tool, expectedEntry, actualEntry }: Explained, calls: readonly string[]): string {
  const what = calls[(call ?? 0) - 1] ?? tool ?? (expectedEntry ?? actualEntry)?.message.method ?? 'the session'
  const where = expectedEntry ? `entry ${expectedEntry.id} of the tape` : actualEntry ? `entry ${actualEntry.id} of the new recording` : undefined
  return `${call === undefined ? '' : `call ${call}, `}${where ? `${where}: ` : ''}${what}`
}

function inWords({ kind, guess, pointer, repeats, cause, unexplained, expectedEntry, actualEntry }: Explained, redact: Redact): string {
  const why = unexplained === undefined ? '' : `; not explained: ${harmless(redact(unexplained))}`
  const again = `${repeats === undefined ? '' : `; it says again what ${repeats} says`}${why}`
  const what = pointer === undefined ? (expectedEntry ?? actualEntry)?.message.kind ?? 'message' : 'value'
  if (cause) return `${harmless(redact(foundWords(cause)))}${again}`
  if (guess) return `${guess === 'time' ? 'time' : 'random'}, by the look of it (a guess)${again}`
  if (kind === 'order') return `the same in another order${again}`
  if (kind === 'missing') return `a recorded ${what} that did not come`
  if (kind === 'extra') return `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} that was not recorded`
  return `another value${again}`
}

function notesOf(run: Run, redact: Redact): string[] {
  const ignored = run.ignored.map(({ rule, count }) => `${rule} ×${count}`).join(', ')
  return [
    ...(run.gone === undefined ? [] : [`the server has gone before the end: ${harmless(redact(run.gone), '\n')}`]),
    ...(run.missing === 0 || run.gone !== undefined ? [] : [`${counted(run.missing, 'recorded message')} did not come within the time limit (--call-timeout)`]),
    ...(run.unsent === 0 ? [] : [`${counted(run.unsent, 'message')} could not be sent`]),
    ...(run.unasked === 0 ? [] : [`${counted(run.unasked, 'recorded answer')} to the server not sent, for it did not ask`]),
    ...run.placeholders.slice(0, 1).map((one) => {
      const remedy = `${variableFor(one)}=… sends the real ${one}`
      return `${counted(run.redacted, 'message')} sent with redacted values, as they stand in the tape (${remedy})`
    }),
    ...foundNotes(run.differences),
    ...(ignored === '' ? [] : [`ignored as known noise: ${ignored} (--noise none shows them)`]),
  ]
}

/** How many causes were found, where they were looked for. */
function foundNotes(differences: readonly Explained[]): string[] {
  const found = Map.groupBy(differences.filter(({ cause }) => cause), ({ cause }) => cause!.source)
  const unexplained = differences.filter((difference) => difference.unexplained !== undefined).length
  if (found.size + unexplained === 0) return []
  const causes = [...found].map(([source, members]) => `${source} ×${members.length}`)
  return [`found by running the components in the embedded host: ${[...causes, ...(unexplained > 0 ? [`not explained ×${unexplained}`] : [])].join(', ')}`]
}

type VerdictOptions = Pick<ReportOptions, 'palette' | 'redact' | 'script' | 'remedy' | 'dependences'>

/** The verdict on one line, what may be done about it on the next. */
function verdict(report: VerifyReport, { palette, redact, script, remedy, dependences }: VerdictOptions): string {
  const all = report.runs.flatMap((run) => run.differences)
  const runs = report.runs.length > 1 ? ` in ${report.runs.length} runs` : ''
  const indefinite = (dependences?.tools ?? []).filter((tool) => tool.verdict === 'indefinite').length
  const but = indefinite === 0 ? '' : palette.red(`, but ${counted(indefinite, 'tool')} cannot be made deterministic`)
  if (report.same) return palette.green(`same: nothing differs${runs}`) + but
  const kinds = [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, members]) => `${members.length} ${kind}`).join(', ')
  const line = palette.red(`differs: ${kinds || 'the server has gone'}${runs}`)
  if (script) return line
  if (report.accepted) return `${line}; the new recording has taken its place`
  if (report.runs.some(({ gone, missing }) => gone !== undefined || missing > 0)) return line
  return `${line}\nIs it meant so? ${remedy ?? flagsFor(remediable(all), redact)}`
}

function flagsFor(pointer: string | undefined, redact: Redact): string {
  const leave = pointer === undefined ? '' : `, or leave out a place with --ignore '${harmless(redact(pointer))}'`
  return `Take the new recording with --accept${leave}.`
}

/** A place that varies by nature, if there is one, is the first to be left out. */
function remediable(differences: readonly Explained[]): string | undefined {
  const placed = differences.filter(({ pointer }) => pointer !== undefined)
  return (placed.find(({ guess, cause, repeats }) => (guess ?? cause) && repeats === undefined) ?? placed[0])?.pointer
}
