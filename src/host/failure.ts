/** Why a call gave no result. */
export type FailureKind =
  | 'trap' // the component fell
  | 'exit' // it ended itself
  | 'stack' // it called itself without end
  | 'memory' // it needs more than its limit
  | 'time' | 'size' | 'handles' // a limit was reached
  | 'stuck' // it waits for what cannot come
  | 'indefinite' // asked again, it asked for something else
  | 'world' // the world could not give what it asked for

export type Failure = { kind: FailureKind; message: string }

/** Ends a call from inside of a WASI function: the component cannot catch it. */
export class Ended extends Error {
  readonly kind: FailureKind
  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** V8's words for traps, and Wasmtime's. Versions of V8 differ in theirs; these do not change. */
const traps: [RegExp, string][] = [
  [/^unreachable/, 'wasm `unreachable` instruction executed'],
  [/^memory access out of bounds|outside the bounds|[Ii]nvalid typed array length/, 'out of bounds memory access'],
  [/^(divide|remainder) by zero/, 'integer divide by zero'],
  [/^divide result unrepresentable/, 'integer overflow'],
  [/^float unrepresentable/, 'invalid conversion to integer'],
  [/^table index is out of bounds|^table access out of bounds|^table index/, 'undefined element: out of bounds table access'],
  [/^null function/, 'uninitialized element'],
  [/signature mismatch/, 'indirect call type mismatch'],
]

/** What anything thrown by a call means, in words that do not depend on the engine. */
export function toFailure(error: Error): Failure {
  if (error instanceof Ended) return { kind: error.kind, message: error.message }
  if (isNamed(error, 'RangeError') && /call stack/i.test(error.message)) return { kind: 'stack', message: 'wasm trap: call stack exhausted' }
  if (/could not allocate memory|out of memory|allocation failed/i.test(error.message)) return { kind: 'memory', message: 'the component needs more memory than there is' }
  if (error.message.startsWith('wasm trap: ')) return { kind: 'trap', message: error.message }
  const words = traps.find(([pattern]) => pattern.test(error.message))?.[1]
  return { kind: 'trap', message: `wasm trap: ${words ?? error.message}` }
}

/** An error may come from another context, whose classes are others. */
function isNamed(error: Error, name: string): boolean {
  return error.name === name
}
