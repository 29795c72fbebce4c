import { counted } from '../../units.ts'
import { columns, cut, harmless, pad, wrapped } from '../printable.ts'
import type { Layout } from '../table.ts'
import type { Dependences, Effect, SourceDependence, ToolDependences } from './dependences.ts'
import { deeds, listed, useWords } from './words.ts'

/** Places that are told of one tool and one source; the rest is counted. */
const mostPlaces = 8

/** A block for each tool, for people: what it does, and below it which source feeds which place, by which use. */
export function dependencesText({ tools, calls, runs, notes }: Dependences, layout: Layout): string[] {
  const { palette, redact, width } = layout
  const safe = { ...layout, redact: (text: string) => harmless(redact(text)) }
  const names = tools.map(({ tool, component }) => safe.redact(`${tool} (${component})`))
  const column = Math.min(Math.floor(width * 0.4), Math.max(0, ...names.map(columns)))
  const label = Math.max(0, ...tools.flatMap(({ sources }) => sources.map(({ source }) => source.length)))
  const blocks = tools.flatMap((tool, index) => [...headOf(tool, names[index]!, column, safe), ...whyOf(tool, tools[index - 1], safe), ...placesOf(tool, label, safe)])
  const cost = `found in ${counted(runs, 'run')} of ${counted(calls, 'call')} in the embedded host`
  return [
    palette.bold(`what ${counted(tools.length, 'tool')} depend${tools.length === 1 ? 's' : ''} on`),
    ...(tools.length === 0 ? ['  no tool of a component was called'] : blocks),
    ...[...notes.map(safe.redact), cost].flatMap((note) => wrapped(note, width)).map(palette.dim),
  ]
}

function headOf({ verdict, sources }: ToolDependences, name: string, column: number, { palette, width }: Layout): string[] {
  const affecting = sources.filter(({ effects }) => effects.length > 0).map(({ source }) => deeds[source])
  const words = { unknown: 'not known: its component could not be had', indefinite: 'cannot be made deterministic', pure: 'pure', unaffected: 'depends on nothing that it uses', dependent: affecting.join(', ') }[verdict]
  const paint = { unknown: palette.yellow, indefinite: palette.red, pure: palette.green, unaffected: palette.green, dependent: palette.yellow }[verdict]
  return wrapped(words, width - column - 4).map((line, index) => `  ${palette.bold(pad(index === 0 ? cut(name, column) : '', column))}  ${paint(line)}`)
}

/** What has been told of the tool before is not told again. */
function whyOf({ indefinite, missing }: ToolDependences, before: ToolDependences | undefined, { redact, width }: Layout): string[] {
  const why = indefinite ? `call ${indefinite.call}: ${indefinite.message}` : missing !== before?.missing ? missing : undefined
  return why === undefined ? [] : wrapped(redact(why), width - 4).map((line) => `    ${line}`)
}

function placesOf({ sources, calls, verdict }: ToolDependences, label: number, { palette, redact, width }: Layout): string[] {
  const rows = sources.flatMap((dependence) => rowsOf(dependence, calls, verdict).map((row, index) => ({ ...row, place: redact(row.place), source: index === 0 ? dependence.source : '' })))
  const room = width - label - 6
  const column = Math.max(0, ...rows.map(({ place, fed }) => (columns(`${place}  ${fed}`) <= room && fed !== '' ? columns(place) : 0)))
  return rows.flatMap(({ source, place, fed }) => {
    const beside = fed === '' ? place : `${pad(place, column)}  ${fed}`
    const lines = columns(beside) <= room ? [beside] : [place, ...(fed === '' ? [] : [`  ${fed}`])]
    return lines.map((line, index) => `    ${palette.cyan(pad(index === 0 ? source : '', label))}  ${cut(line, room)}`)
  })
}

type Row = { place: string; fed: string }

/** What is only said again is not told twice, and uses of one function that feed the same place stand together. */
function rowsOf({ effects, uses }: SourceDependence, calls: readonly number[], verdict: ToolDependences['verdict']): Row[] {
  const used = `used ${uses === 1 ? 'once' : `${uses} times`}`
  if (effects.length === 0) return [{ place: verdict === 'indefinite' ? used : `${used}, without effect on the result`, fed: '' }]
  const told = withoutFailures(effects.filter(({ repeats }) => repeats === undefined))
  const groups = [...Map.groupBy(told, ({ pointer, use }) => JSON.stringify([pointer, use?.interface, use?.function])).values()]
  const rows = groups.map((group): Row => {
    const { pointer, use } = group[0]!
    const numbers = [...new Set(group.flatMap((effect) => effect.use?.n ?? []))]
    const which = [...new Set(group.flatMap((effect) => effect.calls))].sort((a, b) => a - b)
    const where = which.length < calls.length ? ` in call${which.length === 1 ? '' : 's'} ${listed(which)}` : ''
    return { place: (pointer || 'the whole message') + where, fed: use ? `← ${useWords(use, numbers)}` : '' }
  })
  return rows.length <= mostPlaces ? rows : [...rows.slice(0, mostPlaces), { place: `and ${counted(rows.length - mostPlaces, 'place')} more (--json shows all)`, fed: '' }]
}

/** An answer that became a failure, or is none any more, is another as a whole. */
function withoutFailures(effects: readonly Effect[]): Effect[] {
  const key = ({ use, calls }: Effect): string => JSON.stringify([use, calls])
  const failed = new Set(effects.filter(({ pointer }) => pointer === '/result/isError').map(key))
  return effects.flatMap((effect) => {
    if (!failed.has(key(effect))) return [effect]
    return effect.pointer === '/result/isError' ? [{ ...effect, pointer: '/result' }] : []
  })
}

/** The same for programs. */
export function dependencesJson({ tools }: Dependences, redact: (text: string) => string): object[] {
  return tools.map(({ tool, component, calls, verdict, sources, indefinite, missing }) => ({
    tool: redact(tool),
    component,
    calls,
    verdict,
    sources: sources.map(({ source, uses, effects }) => ({ source, uses, effects: effects.map((effect) => ({ ...effect, pointer: redact(effect.pointer) })) })),
    ...(indefinite && { indefinite: { ...indefinite, message: redact(indefinite.message) } }),
    ...(missing !== undefined && { missing: redact(missing) }),
  }))
}
