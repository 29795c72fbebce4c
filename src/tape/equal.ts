/** Whether two tapes hold the same recording, so that the file of an older one can stay as it is. */
import { canonical } from '../canonical.ts'
import { parseExact, stringifyJson } from '../json.ts'
import type { Entry, Recording, UsedState } from './entry.ts'
import type { Tape } from './reader.ts'

/**
 * Equal recordings have the same world in each session, and the same entries in the same order: session, direction, stream, bytes, the digest of the
 * component (its loads are compared) and its policy, and whether they were late or our own. So have their loads (digest, policy, kept bytes) and
 * their rules of redaction. Times and versions are not compared.
 *
 * Of what calls used, the requests for HTTP, files and environment are compared, and the calls that made them. The responses are not: where the
 * answers are the same in spite of them, the older recording is still true. Neither is how often a clock was read or random numbers were drawn,
 * which a component's engine does for its own bookkeeping, too. But a recording that tells what its calls used takes the place of one that does not.
 * What the client's side used is played to it again, so that the responses are compared there, but for their headers, which tell times and hosts.
 */
export function equalTapes(a: Tape, b: Tape): boolean {
  if (a.redaction !== b.redaction || worlds(a) !== worlds(b)) return false
  const loadsA = a.loads()
  const loadsB = b.loads()
  if (loadsA.length !== loadsB.length || loadsA.some((load, index) => !equalLoads(load, loadsB[index]!))) return false
  return equalState(a, b) && equalEntries(a, b)
}

type Loads = Recording['loads']

function worlds(tape: Tape): string {
  return tape.sessions.map(({ ordinal, upstream, world }) => `${ordinal} ${upstream['state'] === true} ${world ? canonical(parseExact(Buffer.from(stringifyJson(world)))) : ''}`).join('\n')
}

function equalLoads(a: Loads[number], b: Loads[number]): boolean {
  const same = a.session === b.session && a.entry === b.entry && a.component === b.component && a.digest === b.digest && a.initial === b.initial
  return same && equalBytes(a.policy, b.policy) && (a.bytes === undefined) === (b.bytes === undefined)
}

const comparedKinds = new Set(['http', 'file', 'environment'])

function equalState(a: Tape, b: Tape): boolean {
  const [one, two] = [a, b].map(comparedState) as [UsedState[], UsedState[]]
  return one.length === two.length && one.every((state, index) => equalUse(state, two[index]!))
}

/** What the client's side used comes last, as it goes on beside the calls. */
function comparedState(tape: Tape): UsedState[] {
  const state = tape.state().filter(({ kind }) => comparedKinds.has(kind))
  return [...state.filter(({ entry }) => entry !== undefined), ...state.filter(({ entry }) => entry === undefined)]
}

function equalUse(a: UsedState, b: UsedState): boolean {
  const same = a.session === b.session && a.entry === b.entry && a.kind === b.kind && equalBytes(a.request, b.request)
  return same && (a.entry !== undefined || withoutHeaders(a.response) === withoutHeaders(b.response))
}

function withoutHeaders(response: Uint8Array | undefined): string | undefined {
  return response && canonical(parseExact(response), (pointer) => pointer === '/headers')
}

function equalEntries(a: Tape, b: Tape): boolean {
  const others = b.entries()
  const own = a.entries()
  try {
    for (;;) {
      const one = own.next()
      const two = others.next()
      if (one.done || two.done) return one.done === two.done
      if (!equalEntry(one.value, two.value)) return false
    }
  } finally {
    own.return?.()
    others.return?.()
  }
}

function equalEntry(a: Entry, b: Entry): boolean {
  const same = a.session === b.session && a.direction === b.direction && a.stream === b.stream && a.origin === b.origin && a.late === b.late
  return same && a.component === b.component && a.message.bytes.equals(b.message.bytes) && equalBytes(a.policy, b.policy)
}

function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0
}
