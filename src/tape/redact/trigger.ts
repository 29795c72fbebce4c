/**
 * A scan that says, in one pass over bytes or text, whether any of many patterns occurs. It decides "nothing secret here" for nearly every
 * message, so it is a deterministic automaton: one table look-up a byte, no backtracking, whatever the number of patterns.
 *
 * A pattern is a small part of a regular expression: characters, `[a-z]` and `[^a-z]`, `*` after either, `\` before a character meant as such.
 */

/** The ASCII characters that one step takes; index 128 stands for everything past ASCII. */
type Step = { readonly takes: Uint8Array; readonly any: boolean }

/** Whether one of the patterns occurs. The beginning counts as preceded by a quotation mark. */
export type Trigger = {
  inBytes(bytes: Uint8Array): boolean
  inText(text: string, start: number, end: number): boolean
}

const symbols = 129
const other = 128

/** How the table says that a state is yet to be worked out, and that a pattern has been found. */
const unknown = -2
const found = -1

/** The automaton for these patterns. Its states are worked out when a scan first comes to them: of many thousands few are ever needed. */
export function createTrigger(patterns: Iterable<string>): Trigger {
  const { classOf, next, start, states } = createStates([...new Set(patterns)].map(parse))
  return {
    inBytes(bytes) {
      let { table } = states
      let state = start
      for (let at = 0; at < bytes.length; at++) {
        const cell = state + classOf[bytes[at]!]!
        state = table[cell]!
        if (state >= 0) continue
        if (state === found || (state = next(cell)) === found) return true
        table = states.table
      }
      return false
    },
    inText(text, from, to) {
      let { table } = states
      let state = start
      for (let at = from; at < to; at++) {
        const code = text.charCodeAt(at)
        const cell = state + classOf[code < other ? code : other]!
        state = table[cell]!
        if (state >= 0) continue
        if (state === found || (state = next(cell)) === found) return true
        table = states.table
      }
      return false
    },
  }
}

function parse(pattern: string): Step[] {
  const steps: Step[] = []
  for (const [atom] of pattern.matchAll(/(?:\[\^?(?:\\[^]|[^\]\\])*\]|\\[^]|[^])\*?/g)) {
    const any = atom.length > 1 && atom.endsWith('*') && atom !== '\\*'
    steps.push({ takes: takesOf(any ? atom.slice(0, -1) : atom), any })
  }
  return steps
}

const known = new Map<string, Uint8Array>()

/** What a character or a set takes; the same object for the same text. */
function takesOf(atom: string): Uint8Array {
  let takes = known.get(atom)
  if (!takes) {
    known.set(atom, (takes = new Uint8Array(symbols)))
    if (atom.length > 1 && atom.startsWith('[')) parseSet(atom, takes)
    else takes[symbolOf(atom, atom.length - 1)] = 1
  }
  return takes
}

function parseSet(atom: string, takes: Uint8Array): void {
  const negated = atom[1] === '^'
  let at = negated ? 2 : 1
  while (at < atom.length - 1) {
    if (atom[at] === '\\') at++
    const from = symbolOf(atom, at++)
    let to = from
    if (atom[at] === '-' && at + 1 < atom.length - 1) {
      to = symbolOf(atom, at + 1)
      at += 2
    }
    takes.fill(1, from, to + 1)
  }
  if (negated) for (let symbol = 0; symbol < symbols; symbol++) takes[symbol]! ^= 1
}

function symbolOf(pattern: string, at: number): number {
  return Math.min(pattern.charCodeAt(at), other)
}

type States = {
  readonly classOf: Uint8Array
  /** The state after the quotation mark that stands before every text. */
  readonly start: number
  /** `table` holds, for each state and class, the state that follows, or `unknown` or `found`; it is replaced when it grows. */
  readonly states: { table: Int32Array }
  /** Works out a cell that is unknown. */
  next(cell: number): number
}

/** Subset construction: a state is the set of places at which a scan may stand, besides the beginnings of all patterns. */
function createStates(patterns: Step[][]): States {
  const { classOf, samples } = classesOf(patterns)
  const moves = patterns.flatMap(movesOf)
  const begun = samples.map((sample) => moves.filter((move) => move.first && move.takes[sample]).flatMap((move) => move.to))
  const numbers = new Map<string, number>([['', 0]])
  const sets: number[][] = [[]]
  const states = { table: new Int32Array(256 * samples.length).fill(unknown) }
  return { classOf, states, next, start: Math.max(0, next(classOf[0x22]!)) }

  function next(cell: number): number {
    const kind = cell % samples.length
    const sample = samples[kind]!
    const places = sets[(cell - kind) / samples.length]!.flatMap((place) => (moves[place]!.takes[sample] ? moves[place]!.to : []))
    const state = stateOf([...begun[kind]!, ...places])
    states.table[cell] = state
    return state
  }

  function stateOf(places: number[]): number {
    if (places.includes(found)) return found
    const set = [...new Set(places)].sort((a, b) => a - b)
    const key = set.join()
    let state = numbers.get(key)
    if (state === undefined) {
      state = sets.push(set) - 1
      numbers.set(key, state)
      if (sets.length * samples.length > states.table.length) grow()
    }
    return state * samples.length
  }

  function grow(): void {
    const larger = new Int32Array(states.table.length * 2).fill(unknown)
    larger.set(states.table)
    states.table = larger
  }
}

/** A step as a place in all patterns: where a symbol that it takes leads; `found` is the end of a pattern. */
type Move = { takes: Uint8Array; first: boolean; to: number[] }

function movesOf(steps: Step[], pattern: number, patterns: Step[][]): Move[] {
  const offset = patterns.slice(0, pattern).reduce((sum, earlier) => sum + earlier.length, 0)
  const behind = (step: number): number[] => (step === steps.length ? [found] : steps[step]!.any ? [offset + step, ...behind(step + 1)] : [offset + step])
  const first = behind(0)
  return steps.map((step, index) => ({ takes: step.takes, first: first.includes(offset + index), to: behind(step.any ? index : index + 1) }))
}

/** Symbols that no pattern tells apart share a class, so that the table stays small enough for the processor's cache. */
function classesOf(patterns: Step[][]): { classOf: Uint8Array; samples: number[] } {
  const sets = [...new Set(patterns.flat().map((step) => step.takes))]
  const classes = new Map<string, number>()
  const samples: number[] = []
  const classOf = new Uint8Array(256)
  for (let symbol = 0; symbol < symbols; symbol++) {
    const signature = sets.map((takes) => takes[symbol]).join('')
    if (!classes.has(signature)) {
      classes.set(signature, classes.size)
      samples.push(symbol)
    }
    classOf[symbol] = classes.get(signature)!
  }
  classOf.fill(classOf[other]!, other)
  return { classOf, samples }
}
