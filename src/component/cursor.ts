/** WebAssembly's bytes, read forwards: integers as LEB128, names as UTF-8. Whatever is not there is told with its place. */
import { ShadowcatError } from '../errors.ts'
import type { Span } from '../json.ts'

/** How many things one file may declare, so that no small file asks for much memory. */
const mostItems = 500_000

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A place in a file, up to an end. Parts of one file share its allowance of items. */
export class Cursor {
  readonly bytes: Uint8Array
  readonly end: number
  at: number
  /** What is being read, for errors: `its type section`. */
  readonly what: string
  readonly #allowance: { items: number }

  constructor(bytes: Uint8Array, span: Span = { start: 0, end: bytes.length }, what = 'the file', allowance = { items: mostItems }) {
    this.bytes = bytes
    this.at = span.start
    this.end = span.end
    this.what = what
    this.#allowance = allowance
  }

  get done(): boolean {
    return this.at >= this.end
  }

  byte(): number {
    if (this.at >= this.end) this.fail('it ends too early')
    return this.bytes[this.at++]!
  }

  /** An unsigned 32-bit integer. */
  u32(): number {
    const start = this.at
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      if (shift === 28 && byte > 0x0f) this.fail('an integer has more than 32 bits', start)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }

  /** An unsigned 64-bit integer. */
  u64(): bigint {
    const start = this.at
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte()
      if (shift === 63n && byte > 1) this.fail('an integer has more than 64 bits', start)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  name(): string {
    const length = this.u32()
    const { start, end } = this.#take(length)
    try {
      return utf8.decode(this.bytes.subarray(start, end))
    } catch (cause) {
      throw this.malformed('a name is not UTF-8', start, cause)
    }
  }

  /** As many things as the count before them says. Nothing is set aside for them beforehand. */
  vector<Item>(read: (index: number) => Item): Item[] {
    const start = this.at
    const count = this.u32()
    if (count > this.end - this.at) this.fail(`it says that ${count} things follow, and ends before`, start)
    this.spend(count, start)
    const items: Item[] = []
    for (let index = 0; index < count; index++) items.push(read(index))
    return items
  }

  /** Counts what was declared. */
  spend(count: number, at = this.at): void {
    this.#allowance.items -= count
    if (this.#allowance.items < 0) this.fail(`the file declares more than ${mostItems} things`, at)
  }

  /** The next `length` bytes as a cursor of their own, which this one passes over. */
  part(length: number, what: string): Cursor {
    return new Cursor(this.bytes, this.#take(length), what, this.#allowance)
  }

  /** Whether an optional thing follows; then it is read. */
  optional<Item>(read: () => Item): Item | undefined {
    const flag = this.byte()
    if (flag > 1) this.fail(`0x${flag.toString(16)} says neither that something follows nor that nothing does`, this.at - 1)
    return flag === 1 ? read() : undefined
  }

  /** What is left, passed over. */
  rest(): Uint8Array {
    const from = this.at
    this.at = this.end
    return this.bytes.subarray(from, this.end)
  }

  #take(length: number): Span {
    if (length > this.end - this.at) this.fail(`${length} bytes should follow, and ${this.end - this.at} do`)
    const start = this.at
    this.at += length
    return { start, end: this.at }
  }

  /** Throws that the file is malformed at this byte. */
  fail(message: string, at = this.at): never {
    throw this.malformed(message, at)
  }

  malformed(message: string, at = this.at, cause?: unknown): ShadowcatError {
    return new ShadowcatError('malformed', `malformed component: ${message}, at byte ${at} in ${this.what}`, { cause, facts: { at, in: this.what } })
  }
}

/** An unsigned integer as LEB128. */
export function toLeb(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt(value)
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 0x80 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}
