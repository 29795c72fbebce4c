import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import { type Exact, type Json, exactText, parseExact, textOf, toJson } from '../json.ts'
import { type Message, find } from '../message.ts'
import type { Palette } from '../palette.ts'
import { formatDuration, formatSize } from '../units.ts'
import type { ExternalState } from '../upstream.ts'
import type { Entry, RecordedSession, Recording, UsedState } from './entry.ts'
import { toolOf } from './pairing.ts'
import { namesOfUsed } from './used.ts'

export type ShowOptions = { palette: Palette; /** Characters to a line. */ width: number }

/** A recording as a person reads it: who asked what, how long it took, what came back. */
export function showRecording(recording: Recording, options: ShowOptions): string {
  const lines = recording.sessions.flatMap((session) => showSession(session, recording, options))
  return `${lines.join('\n')}\n`
}

/** The same for programs: one object for each session, with its requests and their outcomes. */
export function describeRecording(recording: Recording): { sessions: object[] } {
  return {
    sessions: recording.sessions.map((session) => {
      const entries = entriesOf(recording, session)
      const answers = answersOf(entries)
      const used = usedOf(recording)
      return {
        session: session.ordinal,
        upstream: session.upstream,
        protocolVersion: session.protocolVersion ?? null,
        startedAt: session.startedAt,
        components: loadsOf(recording, session).map(({ component, uri, digest, initial }) => ({ component, uri, digest: digest ?? null, initial })),
        messages: entries.filter((entry) => entry.replyTo === undefined).map((entry) => describeEntry(entry, answers.get(entry.id), used)),
        ...(ownOf(used, session).length > 0 && { state: ownOf(used, session).map(describeState) }),
      }
    }),
  }
}

function describeEntry(entry: Entry, answer: Entry | undefined, used: Used): object {
  const { message } = entry
  const body = message.exact instanceof Map ? message.exact : new Map<string, Exact>()
  const answered = answer?.message.exact instanceof Map ? answer.message.exact : undefined
  return {
    entry: entry.id,
    from: entry.direction === 'to-server' ? 'client' : 'server',
    kind: message.kind,
    method: message.method ?? null,
    params: json(body.get('params')),
    component: entry.component ?? null,
    timestamp: entry.timestamp,
    ...(message.kind === 'request' && { duration: answer ? answer.timestamp - entry.timestamp : null, result: json(answered?.get('result')), error: json(answered?.get('error')) }),
    ...(entry.origin && { origin: entry.origin }),
    ...(entry.late && { late: true }),
    ...(answer && used.has(answer.id) && { state: used.get(answer.id)!.map(describeState) }),
  }
}

function describeState({ kind, request, response }: ExternalState): object {
  return { kind, request: toJson(parseExact(request)), ...(response && { response: toJson(parseExact(response)) }) }
}

function json(value: Exact | undefined): Json {
  return value === undefined ? null : toJson(value)
}

function showSession(session: RecordedSession, recording: Recording, options: ShowOptions): string[] {
  const { bold, dim } = options.palette
  const entries = entriesOf(recording, session)
  const answers = answersOf(entries)
  const used = usedOf(recording)
  const name = `session ${session.ordinal}`
  const facts = [session.protocolVersion, `${entries.length} messages`, session.startedAt.replace(/\.\d+Z$/, 'Z')].filter(Boolean).join(' · ')
  // a long command gives way to what is short
  const upstream = cut(nameUpstream(session), Math.max(16, options.width - name.length - facts.length - 5))
  const head = cut(`${bold(name)}  ${dim([upstream, facts].filter(Boolean).join(' · '))}`, options.width)
  const loads = loadsOf(recording, session).map((load) => cut(`  ${dim('component')} ${load.component} ${dim(`${load.digest?.slice(0, 19) ?? load.uri}${load.initial ? '' : ' loaded here'}${load.policy ? ' with a policy' : ''}`)}`, options.width))
  const body = entries.filter((entry) => entry.replyTo === undefined).flatMap((entry) => showEntry(entry, answers.get(entry.id), used, options))
  const own = ownOf(used, session)
  const below = own.length > 0 ? [cut(`  ${dim(`used by the client: ${visible(namesOfUsed(own).join(' · '))}`)}`, options.width)] : []
  return [head, ...loads, '', ...body, ...below, '']
}

function nameUpstream({ upstream }: RecordedSession): string {
  const words = [upstream.kind === 'process' ? '' : upstream.kind, upstream['version'], Array.isArray(upstream['command']) ? upstream['command'].join(' ') : '']
  return words.filter((word) => typeof word === 'string' && word !== '').join(' ')
}

/** One line for what was said, with the time it took at the right; one below for what came back, and one for what the call used. */
function showEntry(entry: Entry, answer: Entry | undefined, used: Used, options: ShowOptions): string[] {
  const { dim, cyan } = options.palette
  const { message } = entry
  const arrow = entry.direction === 'to-server' ? '→' : cyan('←')
  const took = answer ? formatDuration(answer.timestamp - entry.timestamp) : ''
  const left = `${dim(String(entry.id).padStart(5))} ${arrow} ${title(message, options.palette)}`
  const mark = [entry.component, entry.origin && `by ${entry.origin}`, entry.late && 'late', took].filter(Boolean).join('  ')
  const first = spread(left, mark, options)
  if (message.kind !== 'request') return [first]
  const state = answer && used.get(answer.id)
  const below = state ? [cut(`        ${dim(`used: ${visible(namesOfUsed(state).join(' · '))}`)}`, options.width)] : []
  return [first, cut(`        ${outcome(message, answer, options.palette)}`, options.width), ...below]
}

function spread(left: string, right: string, { palette, width }: ShowOptions): string {
  if (!right || width - right.length < 16) return cut(left, width)
  const room = width - right.length - 2
  const text = cut(left, room)
  return `${text}${' '.repeat(Math.max(0, room - stringWidth(text)))}  ${palette.dim(right)}`
}

/** What a message asks or tells, on one line of at most `width` characters. */
export function titleOf(message: Message, palette: Palette, width: number): string {
  return cut(title(message, palette), width)
}

function title(message: Message, { bold, dim }: Palette): string {
  if (message.kind === 'batch') return `${bold('batch')} ${dim(compact(message.exact))}`
  if (message.kind === 'invalid' || message.method === undefined) return dim(compact(message.exact))
  const tool = toolOf(message)
  const params = find(message, 'params', ...(tool === undefined ? [] : ['arguments']))
  const text = params ? visible(textOf(message.bytes, params)) : ''
  const name = visible(tool ?? message.method)
  const named = message.kind === 'request' ? bold(name) : dim(name)
  return text === '' || text === '{}' ? named : `${named} ${dim(text)}`
}

function outcome(request: Message, answer: Entry | undefined, { red, green, yellow }: Palette): string {
  if (!answer) return yellow('no answer')
  const body = answer.message.exact instanceof Map ? answer.message.exact : undefined
  const error = body?.get('error')
  if (error !== undefined) return red(`✗ ${member(error, 'message') ?? ''} (${member(error, 'code') ?? 'no code'})`)
  const result = body?.get('result')
  const failed = result instanceof Map && result.get('isError') === true
  return failed ? red(`✗ ${summarise(request, result)}`) : `${green('✓')} ${summarise(request, result)}`
}

function member(value: Exact, key: string): string | undefined {
  const found = value instanceof Map ? value.get(key) : undefined
  if (found === undefined) return undefined
  return typeof found === 'string' ? visible(found) : compact(found)
}

/** What matters of a result in one line: a tool's text, a list's length, a server's name; else the JSON. */
function summarise(request: Message, result: Exact | undefined): string {
  if (!(result instanceof Map)) return result === undefined ? '' : compact(result)
  const content = result.get('content')
  if (Array.isArray(content)) return content.map(block).join(' ')
  const server = result.get('serverInfo')
  if (server instanceof Map) return `${member(server, 'name') ?? ''} ${member(server, 'version') ?? ''}`
  const list = /^(\w+)(?:\/templates)?\/list$/.exec(request.method ?? '')?.[1]
  const items = list === undefined ? undefined : result.get(list)
  if (Array.isArray(items)) return `${items.length} ${list}`
  return compact(result)
}

function block(item: Exact): string {
  const type = member(item, 'type')
  if (type === 'text') return member(item, 'text') ?? ''
  const data = item instanceof Map ? item.get('data') : undefined
  return typeof data === 'string' ? `[${member(item, 'mimeType') ?? type}, ${formatSize(Math.floor((data.length * 3) / 4))}]` : compact(item)
}

/** JSON on one line, as exact as it was. */
function compact(value: Exact): string {
  return visible(exactText(value))
}

function cut(text: string, width: number): string {
  return cliTruncate(text, Math.max(8, width))
}

/** Text from a message on one line, control characters made visible: what a server says must not steer the terminal. */
function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- finding them is the purpose
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·')
}

function entriesOf(recording: Recording, { ordinal }: RecordedSession): Entry[] {
  return recording.entries.filter((entry) => entry.session === ordinal)
}

function loadsOf(recording: Recording, { ordinal }: RecordedSession): Recording['loads'] {
  return recording.loads.filter((load) => load.session === ordinal)
}

/** What calls used, by the entry of their answer; under none what the client's side used. */
type Used = ReadonlyMap<number | undefined, readonly UsedState[]>

function usedOf({ state = [] }: Recording): Used {
  return Map.groupBy(state, ({ entry }) => entry)
}

function ownOf(used: Used, { ordinal }: RecordedSession): readonly UsedState[] {
  return (used.get(undefined) ?? []).filter(({ session }) => session === ordinal)
}

function answersOf(entries: readonly Entry[]): Map<number, Entry> {
  return new Map(entries.flatMap((entry) => (entry.replyTo === undefined ? [] : [[entry.replyTo, entry] as const])))
}
