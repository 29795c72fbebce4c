import { exactJson } from './printable.ts'
import { find, membersOf } from '../message.ts'
import { parseExact } from '../json.ts'
import { linkEntries } from '../tape/causality.ts'
import type { Entry, Recording } from '../tape/entry.ts'
import { toolOf } from '../tape/pairing.ts'

/** The client's requests of a recording, numbered from 1 in recorded order: the same in every run that sends them again. */
export type Calls = {
  /** Of each, the tool or method and its arguments, cut to a line. */
  titles: string[]
  /** The number of the request to which an entry belongs: itself, its answer, or what was said meanwhile. */
  numberOf(entry: Entry): number | undefined
}

export function callsOf(recording: Recording): Calls {
  const links = linkEntries(recording.entries)
  const numbers = new Map<number, number>()
  const titles: string[] = []
  for (const entry of recording.entries) {
    if (entry.direction !== 'to-server' || !membersOf(entry.message).some(({ kind }) => kind === 'request')) continue
    numbers.set(entry.id, titles.push(titleOf(entry)))
  }

  function numberOf(entry: Entry, depth = 0): number | undefined {
    const link = links.get(entry.id)
    const cause = link?.request ?? link?.anchor
    return numbers.get(entry.id) ?? (cause && depth < 3 ? numberOf(cause, depth + 1) : undefined)
  }

  return { titles, numberOf: (entry) => numberOf(entry) }
}

function titleOf({ message }: Entry): string {
  const tool = toolOf(message)
  const args = tool === undefined ? undefined : find(message, 'params', 'arguments')
  const text = args ? exactJson(parseExact(message.bytes, args), (same) => same) : ''
  const title = `${tool ?? message.method ?? message.kind} ${text === '{}' ? '' : text}`.trim()
  return title.length > 100 ? `${title.slice(0, 99)}…` : title
}
