/** What went wrong, for programs; the message says it to people. */
export type ErrorCode =
  | 'usage' // wrong flags, options or configuration
  | 'malformed' // input that is not what its format says
  | 'spawn' // a program could not be started
  | 'exit' // a program ended when it should not have
  | 'timeout' // an answer did not come within its limit
  | 'closed' // the other side has gone
  | 'tape' // a tape or journal cannot be read or written
  | 'version' // made by a newer shadowcat, or by a program too old
  | 'policy' // refused by a rule

/** The one error class: `code` for programs, `facts` for both, `cause` always where there is one. */
export class ShadowcatError extends Error {
  override readonly name = 'ShadowcatError'
  readonly code: ErrorCode
  readonly facts: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; facts?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.facts = options.facts ?? {}
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Anything thrown as a ShadowcatError: itself if it is one, else under this code. */
export function asShadowcatError(error: unknown, code: ErrorCode): ShadowcatError {
  return error instanceof ShadowcatError ? error : new ShadowcatError(code, messageOf(error), { cause: error })
}

/** The operating system's name for an error (`ENOENT`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** What JSON leaves as it is and a terminal obeys: C1 controls, and those that turn the direction of text. */
const steering = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Bytes as a person may read them in an error: cut to `limit` characters, control characters made visible. */
export function quote(bytes: Uint8Array | string, limit = 80): string {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, limit * 4)).toString()
  return JSON.stringify(text.length > limit ? `${text.slice(0, limit)}…` : text).replace(steering, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The candidate nearest to a misspelt word, if any is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substituted))
    }
    row = next
  }
  return row[b.length]!
}
