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
  const safe = (text: string): string => harmless(redact(text))
  const names = tools.map(({ tool, component }) => [safe(tool), `(${safe(component)})`] as const)
  const column = Math.min(Math.floor(width * 0.45), Math.max(0, ...names.map((name) => columns(name.join(' ')))))
  const blocks = tools.flatMap((tool, index) => {
    const [name, component] = names[index]!
    const short = cut(`${name} ${component}`, column)
    const head = short === `${name} ${component}` ? `${palette.bold(name)} ${palette.dim(component)}` : palette.bold(short)
    return [`  ${head}${' '.repeat(column - columns(short))}  ${verdictOf(tool, layout)}`, ...detailsOf(tool, { ...layout, redact: safe })]
  })
  const title = palette.bold(`what ${counted(tools.length, 'tool')} depend${tools.length === 1 ? 's' : ''} on`)
  const cost = palette.dim(`found in ${counted(runs, 'run')} of ${counted(calls, 'call')} in the embedded host`)
  return [title, ...(tools.length === 0 ? ['  no tool of a component was called'] : blocks), ...notes.map((note) => palette.dim(note)), cost]
}

function verdictOf({ verdict, sources }: ToolDependences, { palette }: Layout): string {
  if (verdict === 'indefinite') return palette.red('cannot be made deterministic')
  if (verdict === 'pure') return palette.green('pure')
  if (verdict === 'unaffected') return palette.green('depends on nothing that it uses')
  return palette.yellow(sources.filter(({ effects }) => effects.length > 0).map(({ source }) => deeds[source]).join(', '))
}

function detailsOf({ sources, indefinite, calls }: ToolDependences, layout: Layout): string[] {
  const lines = sources.flatMap((dependence) => placesIn(dependence, calls).map((row) => ({ source: dependence.source, ...row })))
  const [first, second] = [Math.max(0, ...lines.map(({ source }) => source.length)), Math.max(0, ...lines.map(({ place, fed }) => (fed === '' ? 0 : columns(place))))]
  const room = layout.width - first - 6
  return [
    ...(indefinite ? wrapped(layout.redact(`${indefinite.call === undefined ? '' : `call ${indefinite.call}: `}${indefinite.message}`), layout.width - 4).map((line) => `    ${line}`) : []),
    ...lines.flatMap(({ source, place, fed }, index) => {
      const label = lines[index - 1]?.source === source ? ' '.repeat(first) : layout.palette.cyan(source.padEnd(first))
      const whole = fed === '' ? layout.redact(place) : `${pad(layout.redact(place), second)}  ${fed}`
      if (columns(whole) <= room) return [`    ${label}  ${whole}`]
      return [layout.redact(place), ...(fed === '' ? [] : [`  ${fed}`])].map((line, at) => `    ${at === 0 ? label : ' '.repeat(first)}  ${cut(line, room)}`)
    }),
  ]
}

type Row = { place: string; fed: string }

/** What is only said again is not told twice, and uses of one function that feed the same place stand together. */
function placesIn({ effects, uses }: SourceDependence, calls: readonly number[]): Row[] {
  if (effects.length === 0) return [{ place: `used ${uses === 1 ? 'once' : `${uses} times`}, without effect on the result`, fed: '' }]
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
  return tools.map(({ tool, component, calls, verdict, sources, indefinite }) => ({
    tool: redact(tool),
    component,
    calls,
    verdict,
    sources: sources.map(({ source, uses, effects }) => ({ source, uses, effects: effects.map((effect) => ({ ...effect, pointer: redact(effect.pointer) })) })),
    ...(indefinite && { indefinite: { ...indefinite, message: redact(indefinite.message) } }),
  }))
}
