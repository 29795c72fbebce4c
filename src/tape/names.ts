/** Names that differ from run to run without meaning: ids, progress tokens, subscription ids, cursors. */
import { escapeKey } from '../canonical.ts'
import { type Message, isAnswer, membersOf } from '../message.ts'
import { idIn } from './causality.ts'
import type { Direction } from './entry.ts'
import type { Pair } from './pairing.ts'

/** What stands for what on the two sides, learnt from where names are given. */
export type Names = {
  /** The pointers at which these two messages differ in names alone. */
  renamed(pair: Pair): Set<string>
}

/** Where a name stands in a message, what it names, and whether it is given there or repeated. */
type Place = { readonly keys: readonly string[]; readonly space: string; readonly given: boolean }

/** In one space of names: what each of one side was on the other. */
type Known = { readonly forth: Map<string, Set<string>>; readonly back: Map<string, Set<string>> }

const cursors = 'cursor'

export function learnNames(pairs: readonly Pair[]): Names {
  const spaces = new Map<string, Known>()
  for (const pair of pairs) {
    for (const { one, other, place } of namesIn(pair)) {
      if (!place.given) continue
      const { forth, back } = spaceOf(pair, place)
      forth.set(one, (forth.get(one) ?? new Set()).add(other))
      back.set(other, (back.get(other) ?? new Set()).add(one))
    }
  }
  return { renamed: (pair) => new Set(namesIn(pair).filter(({ one, other, place }) => same(one, other, place, spaceOf(pair, place))).map(({ pointer }) => pointer)) }

  function spaceOf({ expected }: Pair, { space }: Place): Known {
    const key = `${expected.session} ${space}`
    let known = spaces.get(key)
    if (!known) spaces.set(key, (known = { forth: new Map(), back: new Map() }))
    return known
  }
}

/** Ids may be used again; a cursor names one page, so that each must stand for exactly one. */
function same(one: string, other: string, { space }: Place, { forth, back }: Known): boolean {
  const partners = forth.get(one)
  return partners !== undefined && partners.has(other) && (space !== cursors || (partners.size === 1 && back.get(other)!.size === 1))
}

/** The names that stand at the same places of both messages; in a batch each member has its own. */
function namesIn({ expected, actual }: Pair): { pointer: string; one: string; other: string; place: Place }[] {
  const others = membersOf(actual.message)
  return membersOf(expected.message).flatMap((member, index) => {
    const partner = others[index]
    if (!partner) return []
    const before = expected.message.kind === 'batch' ? `/${index}` : ''
    return placesOf(member, expected.direction).flatMap((place) => {
      const [one, other] = [nameIn(member, place), nameIn(partner, place)]
      return one === undefined || other === undefined ? [] : [{ pointer: `${before}/${place.keys.map(escapeKey).join('/')}`, one, other, place }]
    })
  })
}

function nameIn(message: Message, { keys }: Place): string | undefined {
  const name = idIn(message, ...keys)
  return name !== undefined && /^["\d-]/.test(name) ? name : undefined
}

const subscription = 'io.modelcontextprotocol/subscriptionId'

function placesOf(message: Message, direction: Direction): Place[] {
  const { kind, method } = message
  const back = direction === 'to-server' ? 'to-client' : 'to-server'
  if (isAnswer(message)) {
    return [
      { keys: ['id'], space: `id ${back}`, given: false },
      { keys: ['result', 'nextCursor'], space: cursors, given: true },
      { keys: ['result', '_meta', subscription], space: 'id to-server', given: false },
    ]
  }
  const places: Place[] = [{ keys: ['params', '_meta', subscription], space: 'id to-server', given: false }]
  if (kind === 'request') places.push({ keys: ['id'], space: `id ${direction}`, given: true }, { keys: ['params', '_meta', 'progressToken'], space: `token ${direction}`, given: true })
  if (method === 'notifications/progress') places.push({ keys: ['params', 'progressToken'], space: `token ${back}`, given: false })
  if (method === 'notifications/cancelled') places.push({ keys: ['params', 'requestId'], space: `id ${direction}`, given: false })
  if (method?.endsWith('/list')) places.push({ keys: ['params', 'cursor'], space: cursors, given: false })
  return places
}
